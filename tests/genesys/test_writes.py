"""A write is sent once. It was done, it was not done, or nobody knows yet."""

import io
import tokenize
from collections.abc import Awaitable, Callable
from pathlib import Path

import httpx
import pytest

import reviewer.genesys
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.endpoints import Endpoint
from reviewer.genesys.errors import (
    ApiError,
    CannotConnect,
    Conflict,
    MissingPermission,
    NotFound,
    RequestRejected,
    ServiceUnavailable,
    TooManyRequests,
    UnclearOutcome,
    Withheld,
    WrongCredentials,
)
from tests.genesys.service import Reply, ScriptedService, ok, raw, refusal

Write = Callable[[GenesysClient], Awaitable[object]]

WRITES: dict[str, Write] = {
    "merge": lambda client: client.merge(["a", "b"], {"firstName": "Bob"}),
    "patch": lambda client: client.patch("a", [{"field": "$.title", "action": "Remove"}]),
    "claim": lambda client: client.claim("a", "Email", "a@b.example"),
    "release": lambda client: client.release("a", "Email", "a@b.example"),
    "create": lambda client: client.create({"firstName": "Bob"}),
}

UNCLEAR: list[Reply] = [
    httpx.ReadTimeout("slow"),
    httpx.WriteTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.WriteError("reset"),
    httpx.RemoteProtocolError("Server disconnected without sending a response."),
    httpx.DecodingError("bad gzip"),
    refusal(500),
    refusal(502),
    refusal(503),
    refusal(504),
    refusal(504, "authentication.request.timeout"),
    refusal(408),
    httpx.Response(307, headers={"Location": "https://evil.example/"}),
    raw(b"<html>200</html>"),
    raw(b'{"id": "m", "cut'),
    raw(b""),
]

NOT_DONE: list[tuple[Reply, type[ApiError]]] = [
    (httpx.ConnectError("refused"), CannotConnect),
    (httpx.ConnectTimeout("slow"), CannotConnect),
    (httpx.ProxyError("407"), CannotConnect),
    (refusal(400), RequestRejected),
    (refusal(403), MissingPermission),
    (refusal(404), NotFound),
    (refusal(409), Conflict),
    (refusal(413), RequestRejected),
    (refusal(415), RequestRejected),
    (refusal(422), RequestRejected),
    (refusal(429, **{"Retry-After": "3"}), TooManyRequests),
]


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("fault", UNCLEAR, ids=str)
async def test_a_write_without_a_clear_answer_is_unclear_and_never_sent_again(write: Write, fault: Reply) -> None:
    service = ScriptedService(fault)
    async with service.client() as client:
        with pytest.raises(UnclearOutcome):
            await write(client)
    assert len(service.requests) == 1


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize(("fault", "kind"), NOT_DONE, ids=str)
async def test_a_refused_write_was_not_done_and_is_never_sent_again(
    write: Write, fault: Reply, kind: type[ApiError]
) -> None:
    service = ScriptedService(fault)
    async with service.client() as client:
        with pytest.raises(kind) as caught:
            await write(client)
    assert not isinstance(caught.value, UnclearOutcome)
    assert len(service.requests) == 1


async def test_an_unclear_write_tells_what_the_service_said() -> None:
    async with ScriptedService(refusal(504, "request.timeout")).client() as client:
        with pytest.raises(UnclearOutcome, match=r"504 request\.timeout.*corr-504") as caught:
            await client.merge(["a", "b"])
    assert caught.value.call == "POST /api/v2/externalcontacts/contacts/merge"


async def test_a_write_is_sent_again_after_a_401_only_with_a_new_token_and_only_once() -> None:
    service = ScriptedService(refusal(401), ok({"id": "m"}))
    async with service.client() as client:
        answer = await client.merge(["a", "b"])
    assert (answer.status, answer.body, answer.correlation_id) == (200, b'{"id":"m"}', "corr-ok")
    assert [request.headers["Authorization"] for request in service.requests] == ["Bearer token-1", "Bearer token-2"]

    refused = ScriptedService(refusal(401))
    async with refused.client() as client:
        with pytest.raises(WrongCredentials):
            await client.merge(["a", "b"])
    assert len(refused.requests) == 2


async def test_a_write_whose_second_sending_is_lost_is_unclear() -> None:
    service = ScriptedService(refusal(401), httpx.ReadTimeout("slow"))
    async with service.client() as client:
        with pytest.raises(UnclearOutcome):
            await client.merge(["a", "b"])
    assert len(service.requests) == 2


async def test_a_write_whose_token_cannot_be_minted_was_not_sent() -> None:
    service = ScriptedService(ok({"id": "m"}))
    service.token_replies.extend([refusal(503)] * 100)
    async with service.client(read_budget=10) as client:
        with pytest.raises(ServiceUnavailable):
            await client.merge(["a", "b"])
    assert not service.requests


async def test_a_merge_is_called_back_when_its_turn_has_come() -> None:
    rate = {"inin-ratelimit-allowed": "1", "inin-ratelimit-count": "1", "inin-ratelimit-reset": "30"}
    service, asked = ScriptedService(ok({"id": "m"}, **rate)), []

    def no_more() -> bool:
        asked.append(service.time.now)
        return False

    async with service.client() as client:
        await client.merge(["a", "b"])
        begun = service.time.now
        with pytest.raises(Withheld):
            await client.merge(["c", "d"], may_send=no_more)
        assert len(service.requests) == 1 and asked[0] >= begun + 30, "asked after the wait, not before"
        await client.merge(["c", "d"], may_send=lambda: True)
    assert len(service.requests) == 2


async def test_the_writes_are_what_the_contract_says() -> None:
    service = ScriptedService(ok({"id": "m"}))
    async with service.client() as client:
        await client.merge(["a", "b"], {"firstName": "Bob"})
        await client.merge(["a", "b"])
        await client.patch("a/b", [{"field": "$.title", "action": "Update", "value": "Dr"}])
        await client.claim("a", "ExternalId", "42", "source")
        await client.release("a", "Phone", "+17029191300")
        await client.create({"firstName": "\ud800"})
    prefix = "/api/v2/externalcontacts/contacts"
    assert [(request.method, request.url.raw_path.decode()) for request in service.requests] == [
        ("POST", f"{prefix}/merge"),
        ("POST", f"{prefix}/merge"),
        ("PATCH", f"{prefix}/a%2Fb"),
        ("PATCH", f"{prefix}/a/identifiers"),
        ("PATCH", f"{prefix}/a/identifiers"),
        ("POST", prefix),
    ]
    assert service.bodies == [
        {"contactIds": ["a", "b"], "valueOverride": {"firstName": "Bob"}},
        {"contactIds": ["a", "b"]},
        {"changes": [{"field": "$.title", "action": "Update", "value": "Dr"}]},
        {
            "operation": "Claim",
            "identifier": {"type": "ExternalId", "value": "42", "externalSource": {"id": "source"}},
        },
        {"operation": "Release", "identifier": {"type": "Phone", "value": "+17029191300"}},
        {"firstName": "\ud800"},
    ]
    assert {request.headers["Content-Type"] for request in service.requests} == {"application/json"}


@pytest.mark.parametrize("ids", [[], ["a"], ["a", "a"], [str(number) for number in range(26)]])
async def test_a_merge_takes_2_to_25_different_contacts(ids: list[str]) -> None:
    service = ScriptedService(ok({"id": "m"}))
    async with service.client() as client:
        with pytest.raises(ValueError, match="2 to 25"):
            await client.merge(ids)
    assert not service.requests


def test_no_code_of_the_client_can_delete() -> None:
    with pytest.raises(ValueError, match="DELETE"):
        Endpoint("DELETE", "/api/v2/externalcontacts/contacts/{contactId}", writes=True)
    for file in Path(reviewer.genesys.__file__).parent.glob("*.py"):
        before = ""
        for token in tokenize.generate_tokens(io.StringIO(file.read_text()).readline):
            if token.type == tokenize.STRING:
                assert token.string.strip("rbfuRBFU").strip("'\"").upper() != "DELETE", file
            assert (before, token.string.lower()) != (".", "delete"), file
            before = token.string
    assert not [name for name in dir(GenesysClient) if "delete" in name or "remove" in name]
