"""Each refusal is one typed exception with a sentence that says what to change."""

import httpx
import pytest

from reviewer.exit_codes import ExitCode
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    CannotConnect,
    Conflict,
    MissingPermission,
    NotFound,
    RequestRejected,
    ServiceUnavailable,
    TooManyRequests,
    UnclearOutcome,
    WrongCredentials,
)
from tests.genesys.service import SECRET, ScriptedService, connection, ok, raw, refusal

READ_ERRORS = [
    (400, RequestRejected, ExitCode.FAILED),
    (403, MissingPermission, ExitCode.PERMISSION),
    (404, NotFound, ExitCode.NOT_FOUND),
    (409, Conflict, ExitCode.FAILED),
    (413, RequestRejected, ExitCode.FAILED),
    (422, RequestRejected, ExitCode.FAILED),
    (429, TooManyRequests, ExitCode.FAILED),
    (501, RequestRejected, ExitCode.FAILED),
    (500, ServiceUnavailable, ExitCode.CONNECTION),
    (503, ServiceUnavailable, ExitCode.CONNECTION),
    (408, ServiceUnavailable, ExitCode.CONNECTION),
]


@pytest.mark.parametrize(("status", "kind", "exit_code"), READ_ERRORS)
async def test_a_refused_read_is_one_typed_exception(status: int, kind: type[ApiError], exit_code: ExitCode) -> None:
    service = ScriptedService(refusal(status))
    async with service.client(read_budget=0) as client:
        with pytest.raises(kind) as caught:
            await client.contact("c1")
    error = caught.value
    assert (error.status, error.code, error.message) == (status, "some.code", "What is wrong.")
    assert error.correlation_id == f"corr-{status}"
    assert error.exit_code is exit_code
    assert error.call == "GET /api/v2/externalcontacts/contacts/{contactId}"
    assert f"{status} some.code: What is wrong" in str(error) and f"corr-{status}" in str(error)
    assert str(error).count("\n") == 0 and str(error).endswith(".")


async def test_a_missing_permission_is_named_for_the_call_that_needs_it() -> None:
    async with ScriptedService(refusal(403)).client() as client:
        with pytest.raises(MissingPermission, match="externalContacts:identity:merge") as merging:
            await client.merge(["a", "b"])
        with pytest.raises(MissingPermission, match="externalContacts:session:view"):
            await client.sessions("c1")
    assert merging.value.permission == "externalContacts:identity:merge"


async def test_a_host_that_cannot_be_reached_names_region_and_proxy() -> None:
    service = ScriptedService(ok({}))
    service.token_replies.extend([httpx.ConnectError("Name or service not known")] * 50)
    async with service.client() as client:
        with pytest.raises(CannotConnect, match=r"login\.mypurecloud\.de.*`region`.*`https_proxy`") as caught:
            await client.organization()
    assert caught.value.exit_code is ExitCode.CONNECTION
    assert sum(service.time.slept) <= 5, "a wrong setting must not hide behind two minutes of attempts"


async def test_a_proxy_in_between_is_named_without_its_password() -> None:
    service = ScriptedService(httpx.ProxyError("407 Proxy Authentication Required"))
    through = connection(proxy="http://user:hidden@proxy.example:3128")
    async with service.client(connection=through, read_budget=0) as client:
        with pytest.raises(CannotConnect, match=r"through the proxy proxy\.example:3128") as caught:
            await client.organization()
    assert "hidden" not in str(caught.value)


async def test_an_untrusted_certificate_names_the_private_authority_and_is_not_tried_again() -> None:
    service = ScriptedService(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate"))
    async with service.client() as client:
        with pytest.raises(CannotConnect, match="`ca_file`"):
            await client.organization()
    assert len(service.requests) == 1


@pytest.mark.parametrize("status", [400, 401])
async def test_a_wrong_secret_names_both_settings_and_never_the_secret(status: int) -> None:
    service = ScriptedService(ok({}))
    body = {"error": "invalid_client", "error_description": f"client not found: {SECRET}"}
    service.token_replies.append(httpx.Response(status, json=body))
    async with service.client() as client:
        with pytest.raises(WrongCredentials, match="`client_id`, `client_secret`") as caught:
            await client.organization()
    assert SECRET not in str(caught.value) and SECRET not in caught.value.message
    assert caught.value.code == "invalid_client"
    assert not service.requests


async def test_a_token_that_the_service_repeats_is_blotted_out() -> None:
    service = ScriptedService(refusal(400, message="bad header Bearer token-1"))
    async with service.client() as client:
        with pytest.raises(RequestRejected) as caught:
            await client.contact("c1")
    assert "token-1" not in str(caught.value) and "token-1" not in caught.value.message


async def test_an_answer_that_is_no_json_names_the_call_and_its_correlation_id() -> None:
    async with ScriptedService(raw(b"<html>log in to the hotel</html>")).client() as client:
        with pytest.raises(BadAnswer, match=r"GET /api/v2/organizations/me.*corr-raw"):
            await client.organization()


async def test_a_message_from_outside_cannot_style_or_break_the_sentence() -> None:
    service = ScriptedService(refusal(400, message="a\nb\x1b[31mred" + "x" * 5000))
    async with service.client() as client:
        with pytest.raises(RequestRejected) as caught:
            await client.contact("c1")
    assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 1000


async def test_the_fields_that_the_service_objects_to_are_in_the_sentence() -> None:
    body = {"message": "Invalid", "code": "bad.request", "details": [{"fieldName": "workEmail", "message": "no email"}]}
    async with ScriptedService(httpx.Response(422, json=body)).client() as client:
        with pytest.raises(RequestRejected, match="workEmail no email"):
            await client.create({"workEmail": "x"})


@pytest.mark.parametrize("contact_id", ["", ".", ".."])
async def test_text_that_would_name_another_path_is_never_sent(contact_id: str) -> None:
    service = ScriptedService(ok({"id": "x"}))
    async with service.client() as client:
        with pytest.raises(NotFound):
            await client.contact(contact_id)
        with pytest.raises(NotFound):
            await client.patch(contact_id, [])
    assert not service.requests


async def test_an_id_cannot_reach_another_path() -> None:
    service = ScriptedService(ok({"id": "x"}))
    async with service.client() as client:
        await client.contact("../merge?x=1#y")
    assert service.requests[0].url.raw_path == b"/api/v2/externalcontacts/contacts/..%2Fmerge%3Fx%3D1%23y"


def test_an_unclear_outcome_says_that_it_is_not_sent_again() -> None:
    assert "will be read back, not sent again" in str(UnclearOutcome(call="POST /x"))
