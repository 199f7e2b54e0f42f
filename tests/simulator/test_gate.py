"""Points 1 to 4 and 30 of the simulator's checklist: tokens, permissions, headers and error bodies, rate, size."""

import base64
from typing import Any

import httpx
import pytest

from reviewer.simulator.organization import Organization
from reviewer.simulator.tokens import MERGE
from tests.simulator.api import CONTACTS, SCAN, Api

ME = "/api/v2/organizations/me"


async def ask_token(api: Api, secret: str, form: dict[str, str]) -> httpx.Response:
    credentials = f"{api.organization.client.id}:{secret}"
    basic = base64.b64encode(credentials.encode()).decode()
    return await api.client.post("/oauth/token", data=form, headers={"Authorization": f"Basic {basic}"})


async def test_09_01_a_token_is_given_for_id_and_secret_in_a_basic_header(api: Api) -> None:
    answer = await ask_token(api, api.organization.client.secret, {"grant_type": "client_credentials"})
    token = answer.json()
    assert (answer.status_code, token["token_type"], token["expires_in"]) == (200, "bearer", 86_400)
    api.client.headers["Authorization"] = f"Bearer {token['access_token']}"
    assert (await api.call("GET", ME))["id"] == api.organization.id


@pytest.mark.parametrize(
    ("secret", "form", "status"),
    [
        ("wrong", {"grant_type": "client_credentials"}, 401),
        ("", {"grant_type": "client_credentials"}, 401),
        (None, {"grant_type": "password"}, 400),
        (None, {"scope": "none"}, 400),
    ],
)
async def test_09_01_a_bad_token_request_is_refused_in_json(
    api: Api, secret: str | None, form: dict[str, str], status: int
) -> None:
    answer = await ask_token(api, api.organization.client.secret if secret is None else secret, form)
    assert answer.status_code == status
    assert {"error", "description", "error_description"} <= answer.json().keys()


@pytest.mark.parametrize(
    ("header", "code"),
    [(None, "authentication.required"), ("Basic eDp5", "authentication.required"), ("Bearer no", "bad.credentials")],
)
async def test_09_01_a_call_without_a_good_token_is_refused(api: Api, header: str | None, code: str) -> None:
    api.client.headers.pop("Authorization")
    answer = await api.client.get(ME, headers={"Authorization": header} if header else {})
    assert (answer.status_code, answer.json()["code"]) == (401, code)


async def test_09_01_a_token_expires(api: Api) -> None:
    api.organization.clock.advance(3601)
    assert (await api.call("GET", ME, status=401))["code"] == "bad.credentials"


async def test_09_02_a_missing_permission_is_named_and_merge_is_separate_from_edit(api: Api) -> None:
    ids = await api.people(2)
    api.organization.client.permissions -= {MERGE}
    error = await api.merge(*ids, status=403)
    assert error["code"] == "missing.any.permissions"
    assert MERGE in error["message"]
    await api.patch(ids[0], ("$.title", "Update", "Dr"))
    assert "mergedTo" not in await api.get(ids[0], "/unresolved")


async def test_09_02_viewing_needs_a_permission(api: Api) -> None:
    api.organization.client.permissions = frozenset()
    for path in (SCAN, f"{CONTACTS}/x", f"{CONTACTS}/x/notes", "/api/v2/externalcontacts/externalsources"):
        assert "externalContacts:contact:view" in (await api.call("GET", path, status=403))["message"]


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", ME, 200),
        ("GET", f"{CONTACTS}/unknown", 404),
        ("DELETE", f"{CONTACTS}/unknown", 404),
        ("POST", f"{CONTACTS}/unknown/unmerge", 404),
        ("GET", "/api/v2/elsewhere", 404),
        ("POST", f"{CONTACTS}/merge", 400),
    ],
)
async def test_09_03_every_answer_has_correlation_and_rate_headers(
    api: Api, method: str, path: str, status: int
) -> None:
    answer = await api.client.request(method, path)
    assert answer.status_code == status
    for name in ("inin-ratelimit-count", "inin-ratelimit-allowed", "inin-ratelimit-reset"):
        assert answer.headers[name].isdigit()
    if status >= 400:
        error = answer.json()
        assert error.keys() >= {"message", "code", "status", "contextId", "details", "errors"}
        assert (error["contextId"], error["status"]) == (answer.headers["ININ-Correlation-Id"], status)


async def test_09_04_over_the_rate_is_refused_without_effect_until_the_window_ends(api: Api) -> None:
    api.turn(rate_limit=3)
    for _ in range(3):
        await api.create(firstName="Ada")
    refused = await api.client.post(CONTACTS, json={"firstName": "Ada"})
    assert refused.status_code == 429
    assert refused.json()["code"] == "too.many.requests.retry.after"
    assert refused.headers["inin-ratelimit-allowed"] == "3"
    wait = int(refused.headers["Retry-After"])
    assert 0 < wait <= 60
    assert api.organization.contacts.count() == 3
    api.organization.clock.advance(wait)
    await api.create(firstName="Ada")


async def test_09_04_the_rate_belongs_to_a_token(api: Api) -> None:
    api.turn(rate_limit=1)
    await api.call("GET", ME)
    await api.call("GET", ME, status=429)
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(60)}"
    await api.call("GET", ME)


async def test_09_04_retry_after_can_be_left_out(api: Api) -> None:
    api.turn(rate_limit=1, retry_after=False)
    await api.call("GET", ME)
    assert "Retry-After" not in (await api.client.get(ME)).headers


async def test_09_30_a_body_over_the_limit_is_refused(api: Api) -> None:
    api.turn(request_bytes=100)
    await api.create(firstName="x" * 200, status=413)
    assert api.organization.contacts.count() == 0


@pytest.mark.parametrize(("body", "kind", "status"), [(b"{", "application/json", 400), (b"{}", "text/plain", 415)])
async def test_a_body_that_is_not_json_is_refused(api: Api, body: bytes, kind: str, status: int) -> None:
    answer = await api.client.post(CONTACTS, content=body, headers={"Content-Type": kind})
    assert answer.status_code == status


async def test_a_lone_surrogate_in_a_name_comes_back_as_it_came(api: Api) -> None:
    answer = await api.client.post(
        CONTACTS, content=b'{"firstName":"\\ud83d x"}', headers={"Content-Type": "application/json"}
    )
    created: dict[str, Any] = answer.json()
    assert (await api.get(created["id"]))["firstName"] == "\ud83d x"


async def test_writes_are_recorded_with_their_effect(api: Api, organization: Organization) -> None:
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    await api.merge(one, two, status=409)
    calls = (await api.client.get("/simulator/calls")).json()
    assert [call["endpoint"] for call in calls] == ["create", "create", "merge", "merge"]
    assert [call["status"] for call in calls] == [200, 200, 200, 409]
    assert merged["id"] in calls[2]["effect"]
    assert calls[3]["effect"] is None
