"""Reads persist: on 429, 5xx, faults of the connection and answers cut off, within a total time."""

import asyncio
import logging

import httpx
import pytest

from reviewer.genesys.calls import CallOutcome, CallRecord, Exchange
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    CannotConnect,
    NotFound,
    RequestRejected,
    ServiceUnavailable,
    Stopped,
    TooManyRequests,
)
from tests.genesys.service import SECRET, Reply, ScriptedService, minted, ok, raw, refusal

CONTACT = {"id": "c1", "firstName": "Ayşe"}
CONTACTS = "/api/v2/externalcontacts/contacts"

PASSING: list[Reply] = [
    refusal(429),
    refusal(500),
    refusal(502),
    refusal(503),
    refusal(504),
    httpx.ReadTimeout("slow"),
    httpx.ReadError("reset"),
    httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
    httpx.DecodingError("bad gzip"),
    raw(b'{"id": "c1", "firs'),
]


@pytest.mark.parametrize("fault", PASSING, ids=str)
async def test_a_passing_fault_costs_a_read_only_time(fault: Reply) -> None:
    service = ScriptedService(fault, fault, ok(CONTACT))
    async with service.client() as client:
        assert b"c1" in await client.contact("c1")
    assert len(service.requests) == 3
    assert len(service.time.slept) == 2 and service.time.slept[1] > 0


async def test_a_read_that_is_a_post_persists_too() -> None:
    service = ScriptedService(refusal(503), ok(CONTACT))
    async with service.client() as client:
        assert await client.look_up("Email", "a@b.example") is not None
    assert service.bodies == [{"type": "Email", "value": "a@b.example"}] * 2


async def test_a_connection_fault_is_passing_once_the_service_has_answered() -> None:
    service = ScriptedService(httpx.ConnectError("refused"), *([httpx.ConnectError("refused")] * 9), ok(CONTACT))
    async with service.client() as client:
        assert await client.contact("c1")
    assert len(service.requests) == 11


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (refusal(503), ServiceUnavailable),
        (httpx.ReadTimeout("slow"), ServiceUnavailable),
        (refusal(429), TooManyRequests),
    ],
)
async def test_reading_ends_when_its_time_is_over(fault: Reply, kind: type[Exception]) -> None:
    service = ScriptedService(fault)
    async with service.client(read_budget=60) as client:
        with pytest.raises(kind):
            await client.contact("c1")
    assert 30 <= sum(service.time.slept) <= 60
    assert 4 < len(service.requests) < 20, "pauses grow"


async def test_pauses_grow_and_differ() -> None:
    first, second = ScriptedService(refusal(503)), ScriptedService(refusal(503))
    for service in (first, second):
        async with service.client(read_budget=60) as client:
            with pytest.raises(ServiceUnavailable):
                await client.contact("c1")
        assert service.time.slept[4] > service.time.slept[0]
    assert first.time.slept != second.time.slept, "so that many clients do not come back at once"


async def test_that_a_read_is_tried_again_is_told_once_until_it_succeeds() -> None:
    service = ScriptedService(refusal(503), refusal(503), ok(CONTACT), refusal(503), ok(CONTACT))
    told: list[tuple[ApiError, float]] = []
    async with service.client(on_retrying=lambda error, seconds: told.append((error, seconds))) as client:
        await client.contact("c1")
        assert [(error.status, seconds) for error, seconds in told] == [(503, service.time.slept[0])]
        await client.contact("c1")
    assert len(told) == 2


async def test_what_the_sleep_raises_ends_the_waiting() -> None:
    service = ScriptedService(refusal(503))

    async def woken(seconds: float) -> None:
        raise Stopped

    service.time.sleep = woken  # type: ignore[method-assign]
    async with service.client() as client:
        with pytest.raises(Stopped):
            await client.contact("c1")
    assert len(service.requests) == 1


async def test_retry_after_is_honoured_by_every_caller() -> None:
    service = ScriptedService(refusal(429, **{"Retry-After": "30"}), ok(CONTACT))
    sent: list[float] = []
    async with service.client() as client:
        began = service.time.now
        await client.contact("c1")
        sent.append(service.time.now - began)
    assert sent[0] >= 31


async def test_a_write_waits_for_the_retry_after_that_a_read_was_told() -> None:
    service = ScriptedService(refusal(429, **{"Retry-After": "30"}), ok({"id": "m"}))
    async with service.client(read_budget=1) as client:
        began = service.time.now
        with pytest.raises(TooManyRequests) as caught:
            await client.contact("c1")
        assert caught.value.retry_after == 30 and "30 seconds" in str(caught.value)
        assert service.time.now - began < 2
        await client.merge(["a", "b"])
        assert service.time.now - began >= 30


async def test_an_answer_that_never_becomes_json_is_not_asked_for_the_whole_budget() -> None:
    service = ScriptedService(raw(b"<html>"))
    async with service.client() as client:
        with pytest.raises(BadAnswer):
            await client.contact("c1")
    assert len(service.requests) == 3


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_not_followed_so_the_token_goes_nowhere_else(status: int) -> None:
    service = ScriptedService(httpx.Response(status, headers={"Location": "https://evil.example/?x=1"}))
    async with service.client() as client:
        with pytest.raises(BadAnswer, match=r"evil\.example, which is not followed"):
            await client.contact("c1")
    assert [request.url.host for request in service.requests] == ["api.mypurecloud.de"]


async def test_a_token_request_that_is_redirected_does_not_take_the_secret_along() -> None:
    service = ScriptedService(ok(CONTACT))
    service.token_replies.append(httpx.Response(307, headers={"Location": "https://evil.example/oauth/token"}))
    async with service.client() as client:
        with pytest.raises(BadAnswer):
            await client.contact("c1")
    assert [request.url.host for request in service.token_requests] == ["login.mypurecloud.de"]


async def test_every_attempt_is_told_without_bodies_or_secrets() -> None:
    unwell = refusal(503, "service.unavailable", "Bob is not well", **{"ININ-Correlation-Id": "corr-x"})
    service = ScriptedService(unwell, httpx.ReadError("reset"), ok(CONTACT))
    async with service.client() as client:
        await client.contact("c1/private")
    path, target = f"{CONTACTS}/{{contactId}}", f"{CONTACTS}/c1%2Fprivate"
    answered = CallOutcome.ANSWERED
    assert [call._replace(received=0) for call in service.calls] == [
        CallRecord("POST", "/oauth/token", 200, "corr-ok", 0, 1, answered, "/oauth/token", sent=29),
        CallRecord("GET", path, 503, "corr-x", 0, 1, answered, target, code="service.unavailable"),
        CallRecord("GET", path, 0, "", 0, 2, CallOutcome.LOST, target),
        CallRecord("GET", path, 200, "corr-ok", 0, 3, answered, target),
    ]
    assert [call.received for call in service.calls] == [67, len(unwell.content), 0, len(ok(CONTACT).content)]
    assert not any(word in repr(service.calls) for word in ("token-1", SECRET, "Bob", "Ayşe"))


async def test_a_call_is_told_with_its_rate_and_whether_it_writes() -> None:
    rate = {"inin-ratelimit-count": "7", "inin-ratelimit-allowed": "300", "inin-ratelimit-reset": "9"}
    service = ScriptedService(ok({"id": "m"}, **rate), ok(CONTACT))
    async with service.client() as client:
        await client.merge(["a", "b"])
        await client.contact("c1")
    _, merge, read = service.calls
    assert (merge.writes, merge.rate_used, merge.rate_allowed, merge.sent) == (True, 7, 300, 24)
    assert (read.writes, read.rate_used, read.rate_allowed) == (False, 0, 0)


async def test_an_error_without_the_header_is_told_with_its_context_id_and_no_words_in_place_of_a_code() -> None:
    service = ScriptedService(refusal(404, "not.found"), refusal(400, "no such person: Bob Smith"))
    async with service.client() as client:
        for kind in (NotFound, RequestRejected):
            with pytest.raises(kind):
                await client.contact("c1")
    _, gone, rejected = service.calls
    assert (gone.code, gone.correlation_id) == ("not.found", "corr-404")
    assert (rejected.code, rejected.correlation_id) == ("", "corr-400")


async def test_what_a_call_carried_is_told_only_on_request_and_never_a_token_or_secret() -> None:
    echo = {"id": "m", "said": f"token-1 {SECRET}"}
    service = ScriptedService(ok(echo), ok(CONTACT), httpx.ReadError("reset"))
    async with service.client(keep_bodies=True, read_budget=0) as client:
        await client.merge(["a", "b"])
        await client.contact("c1", ["identifiers"])
        with pytest.raises(ServiceUnavailable):
            await client.contact("c1")
    token, merge, read, lost = service.calls
    assert token.exchange is None
    merged = b'{"id":"m","said":"[secret] [secret]"}'
    assert merge.exchange == Exchange("", b'{"contactIds":["a","b"]}', merged)
    assert read.exchange == Exchange("expand=identifiers", b"", ok(CONTACT).content)
    assert lost.exchange == Exchange("", b"", b"")
    assert SECRET not in repr(service.calls) and "token-1" not in repr(service.calls)


async def test_a_call_that_is_cancelled_is_told_and_frees_its_place() -> None:
    reached = asyncio.Event()

    async def never(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/oauth/token":
            return minted(1)
        reached.set()
        await asyncio.Event().wait()
        raise AssertionError

    service = ScriptedService(ok(CONTACT))
    service.answer = never  # type: ignore[method-assign,assignment]
    async with service.client() as client:
        task = asyncio.create_task(client.contact("c1"))
        await reached.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert not client._transport._rate._flying
    assert service.calls[-1].outcome is CallOutcome.CANCELLED


async def test_nothing_secret_reaches_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = ScriptedService(refusal(503), refusal(401), ok(CONTACT))
    async with service.client() as client:
        await client.contact("c1")
    assert SECRET not in caplog.text and "token-" not in caplog.text and "Basic" not in caplog.text


async def test_an_unreachable_service_is_told_after_the_budget_if_it_answered_before() -> None:
    service = ScriptedService(ok(CONTACT), httpx.ConnectError("refused"))
    async with service.client(read_budget=40) as client:
        await client.contact("c1")
        with pytest.raises(CannotConnect, match=r"api\.mypurecloud\.de"):
            await client.contact("c1")
    assert sum(service.time.slept) > 10
