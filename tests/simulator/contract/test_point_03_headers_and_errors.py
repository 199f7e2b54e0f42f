"""Point 3: every answer has its correlation id and the state of the rate, every error the service's shape."""

import uuid
from typing import Any

import httpx
import pytest

from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization
from tests.simulator.api import BULK, CONTACTS, LOOKUP, ME, SCAN

JSON = {"Content-Type": "application/json"}
CALLS: dict[str, tuple[str, str, dict[str, Any], int]] = {
    "a good read": ("GET", ME, {}, 200),
    "a scan": ("GET", SCAN, {}, 200),
    "a creation": ("POST", CONTACTS, {"json": {"firstName": "Ada"}}, 200),
    "a bulk call": ("POST", BULK, {"json": {"entities": [{"id": "unknown"}]}}, 200),
    "a redirect": ("GET", f"{CONTACTS}/redirected/identifiers", {}, 302),
    "a bad parameter": ("GET", f"{SCAN}?limit=9", {}, 400),
    "a body that is no JSON": ("POST", LOOKUP, {"content": b"{", "headers": JSON}, 400),
    "no token": ("GET", ME, {"headers": {"Authorization": ""}}, 401),
    "a bad token": ("GET", ME, {"headers": {"Authorization": "Bearer no"}}, 401),
    "no permission": ("DELETE", f"{CONTACTS}/x", {}, 403),
    "an unknown contact": ("GET", f"{CONTACTS}/unknown", {}, 404),
    "a path that is not served": ("GET", "/api/v2/elsewhere", {}, 404),
    "a path with a slash at its end": ("GET", f"{ME}/", {}, 404),
    "a method that is not served": ("DELETE", ME, {}, 404),
    "a conflict": ("POST", f"{CONTACTS}/merge", {"json": {"contactIds": ["x", "x"]}}, 409),
    "a large body": ("POST", CONTACTS, {"content": b"x" * 600_000, "headers": JSON}, 413),
    "a body of another type": ("POST", CONTACTS, {"content": b"x", "headers": {"Content-Type": "text/plain"}}, 415),
    "a crash": ("GET", f"{CONTACTS}/x/notes", {}, 500),
    "a fault": ("GET", f"{CONTACTS}/x/journey/sessions", {}, 503),
    "a token": ("POST", "/oauth/token", {"data": {"grant_type": "client_credentials"}}, 200),
}


@pytest.fixture
async def client(organization: Organization, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A caller of an organisation where some calls go wrong; it meets no exception of the organisation itself."""

    def crash(*_: Any) -> None:
        raise RuntimeError("a mistake of the service")

    monkeypatch.setattr(organization, "part_of", crash)
    organization.client.permissions -= {"externalContacts:contact:delete"}
    organization.knobs = organization.knobs.changed({"repeated_ids_status": 409, "rate_limit": 300})
    transport = httpx.ASGITransport(build_app(organization), raise_app_exceptions=False)
    headers = {"Authorization": f"Bearer {organization.tokens.mint(3600)}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://organization", headers=headers) as caller:
        faults = {"identifiers": {"kind": "redirect"}, "sessions": {"kind": "error_before"}}
        await caller.put("/simulator/faults", json=faults)
        yield caller


async def ask(client: httpx.AsyncClient, organization: Organization, what: str) -> httpx.Response:
    method, path, more, status = CALLS[what]
    if what == "a token":
        more = {**more, "auth": (organization.client.id, organization.client.secret)}
    answer = await client.request(method, path, **more)
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize("what", CALLS)
async def test_point_03_every_answer_has_correlation_and_rate_headers(
    client: httpx.AsyncClient, organization: Organization, what: str
) -> None:
    answer = await ask(client, organization, what)
    assert uuid.UUID(answer.headers["ININ-Correlation-Id"])
    for name in ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset"):
        assert answer.headers[name].isdigit()
    assert answer.headers["inin-ratelimit-allowed"] == "300"
    assert (await ask(client, organization, "a good read")).headers["ININ-Correlation-Id"] != answer.headers[
        "ININ-Correlation-Id"
    ]


@pytest.mark.parametrize("what", [what for what, (_, _, _, status) in CALLS.items() if status >= 400])
async def test_point_03_every_error_has_the_shape_of_the_service(
    client: httpx.AsyncClient, organization: Organization, what: str
) -> None:
    answer = await ask(client, organization, what)
    error = answer.json()
    assert error.keys() >= {"message", "code", "status", "contextId", "details", "errors"}
    assert error["contextId"] == answer.headers["ININ-Correlation-Id"]
    assert error["status"] == answer.status_code
    assert error["message"] and error["code"]
    assert isinstance(error["details"], list) and isinstance(error["errors"], list)


async def test_point_03_the_count_is_that_of_the_tokens_own_calls(
    client: httpx.AsyncClient, organization: Organization
) -> None:
    counts = [(await ask(client, organization, "a good read")).headers["inin-ratelimit-count"] for _ in range(3)]
    assert counts == ["1", "2", "3"]
    client.headers["Authorization"] = f"Bearer {organization.tokens.mint(3600)}"
    assert (await ask(client, organization, "a good read")).headers["inin-ratelimit-count"] == "1"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/api/v2/externalcontacts/merge/contacts"),
        ("POST", "/api/v2/externalcontacts/contacts/enrich"),
        ("POST", "/api/v2/externalcontacts/bulk/contacts/enrich"),
        ("PUT", "/api/v2/externalcontacts/conversations/1"),
        ("POST", "/api/v2/externalcontacts/contacts/exports"),
        ("POST", "/api/v2/externalcontacts/mergecontacts"),
    ],
)
async def test_point_03_what_is_left_out_answers_404_in_the_shape_of_the_service(
    client: httpx.AsyncClient, method: str, path: str
) -> None:
    answer = await client.request(method, path, json={})
    assert (answer.status_code, answer.json()["code"]) == (404, "not.found")
    assert answer.json()["contextId"] == answer.headers["ININ-Correlation-Id"]
