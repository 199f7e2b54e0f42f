"""Point 15: what goes wrong on purpose, at one endpoint, so many times or with a probability; over a socket."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.simulator.api import BULK, CONTACTS, SCAN, Api

MERGE = f"{CONTACTS}/merge"
STATUSES = (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504)
CREATED: dict[str, Any] = {"firstName": "Ada"}


async def set_faults(api: Api, **table: Any) -> None:
    answer = await api.client.put("/simulator/faults", json=table)
    assert answer.status_code == 200, answer.text


async def statuses(api: Api, count: int) -> list[int]:
    """What so many creations are answered with."""
    return [(await api.client.post(CONTACTS, json=CREATED)).status_code for _ in range(count)]


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize(("kind", "merged"), [("error_before", False), ("error_after", True)])
async def test_point_15_an_error_of_any_status_comes_before_or_after_the_effect(
    api: Api, kind: str, merged: bool, status: int
) -> None:
    one, two = await api.people(2)
    await set_faults(api, merge={"kind": kind, "status": status})
    error = await api.merge(one, two, status=status)
    assert error["status"] == status and error["code"] and error["message"] and error["contextId"]
    assert ("mergedTo" in await api.get(one, "/unresolved")) is merged
    assert (await api.client.get("/simulator/faults")).json() == {}


@pytest.mark.parametrize(("kind", "status"), [("error_before", 503), ("error_after", 500)])
async def test_point_15_an_error_has_a_usual_status_and_may_have_words_of_its_own(
    api: Api, kind: str, status: int
) -> None:
    await set_faults(api, create=[{"kind": kind}, {"kind": kind, "code": "some.code", "message": "Some words"}])
    await api.create(**CREATED, status=status)
    error = await api.create(**CREATED, status=status)
    assert (error["code"], error["message"]) == ("some.code", "Some words")


async def test_point_15_a_fault_skips_and_counts_and_the_next_one_follows(api: Api) -> None:
    later = {"kind": "error_before", "status": 409}
    await set_faults(api, create=[{"kind": "error_before", "skip": 1, "count": 2}, later])
    waiting = (await api.client.get("/simulator/faults")).json()["create"]
    assert [(one["kind"], one["skip"], one["count"]) for one in waiting] == [
        ("error_before", 1, 2),
        ("error_before", 0, 1),
    ]
    assert await statuses(api, 5) == [200, 503, 503, 409, 200]


async def test_point_15_a_count_of_minus_one_is_every_call_until_it_is_switched_off(api: Api) -> None:
    await set_faults(api, create={"kind": "error_before", "count": -1})
    assert await statuses(api, 5) == [503] * 5
    await set_faults(api)
    assert await statuses(api, 1) == [200]


async def test_point_15_a_probability_strikes_at_random_and_the_same_each_run(api: Api) -> None:
    fault = {"kind": "error_before", "status": 409, "probability": 0.3, "seed": 5}
    runs = []
    for seed in (5, 5, 6):
        await set_faults(api, create={**fault, "seed": seed})
        runs.append(await statuses(api, 100))
    assert runs[0] == runs[1] != runs[2]
    assert 15 <= runs[0].count(409) <= 45 and runs[0].count(409) + runs[0].count(200) == 100


async def test_point_15_a_probability_can_have_a_count_and_lets_others_have_their_turn(api: Api) -> None:
    rare = {"kind": "error_before", "status": 409, "probability": 0.3, "count": 2}
    await set_faults(api, create=[rare, {"kind": "error_before", "status": 504, "count": 4}])
    answered = await statuses(api, 40)
    assert (answered.count(409), answered.count(504), answered.count(200)) == (2, 4, 34)
    assert answered[0] == 504, "the rare one spared this call"


@pytest.mark.parametrize(("given", "knob", "carried"), [(True, False, True), (False, True, False), (None, True, True)])
async def test_point_15_a_429_with_and_without_retry_after(
    api: Api, given: bool | None, knob: bool, carried: bool
) -> None:
    api.turn(retry_after=knob)
    await set_faults(api, create={"kind": "error_before", "status": 429, "seconds": 7, "retry_after": given})
    answer = await api.client.post(CONTACTS, json=CREATED)
    assert (answer.status_code, answer.json()["code"]) == (429, "too.many.requests.retry.after")
    assert answer.headers.get("Retry-After") == ("7" if carried else None)
    assert api.organization.contacts.count() == 0


async def test_point_15_a_token_expires_in_the_middle_of_a_run(api: Api) -> None:
    await set_faults(api, scan={"kind": "token_expired"})
    assert (await api.call("GET", SCAN, status=401))["code"] == "bad.credentials"
    await api.call("GET", SCAN, status=401)
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(60)}"
    await api.call("GET", SCAN)


@pytest.mark.parametrize("retryable", [True, False])
@pytest.mark.parametrize(("how", "failed"), [({"share": 0.25}, 3), ({"failing": 1}, 1), ({"share": 1}, 10), ({}, 5)])
async def test_point_15_a_bulk_call_fails_in_part(api: Api, how: Any, failed: int, retryable: bool) -> None:
    ids = await api.people(10)
    await set_faults(api, bulk={"kind": "partial", "retryable": retryable, **how})
    answer = await api.call("POST", BULK, {"entities": [{"id": one} for one in ids]})
    wrong = [one for one in answer["results"] if not one["success"]]
    assert len(wrong) == answer["errorCount"] == len(answer["errorIndexes"]) == failed
    assert all(one["error"]["retryable"] is retryable and one["status"] >= 400 for one in wrong)
    again = await api.call("POST", BULK, {"entities": [{"id": one} for one in ids]})
    assert again["errorCount"] == 0


async def test_point_15_a_proxy_answers_with_a_page_that_is_not_json(api: Api) -> None:
    await set_faults(api, create=[{"kind": "not_json"}, {"kind": "not_json", "effect": True}])
    for there in (0, 1):
        answer = await api.client.post(CONTACTS, json=CREATED)
        assert (answer.status_code, answer.headers["Content-Type"][:9]) == (200, "text/html")
        with pytest.raises(ValueError, match="Expecting"):
            answer.json()
        assert api.organization.contacts.count() == there


async def test_point_15_a_redirect_leads_to_another_host(api: Api) -> None:
    elsewhere = "http://127.0.0.1:9/somewhere"
    await set_faults(api, get=[{"kind": "redirect"}, {"kind": "redirect", "location": elsewhere}])
    for location in ("https://elsewhere.example/", elsewhere):
        answer = await api.client.get(f"{CONTACTS}/x")
        assert (answer.status_code, answer.headers["Location"]) == (302, location)


@pytest.mark.parametrize(
    ("fault", "status"),
    [({"kind": "error_before", "status": 429, "retry_after": True}, 429), ({"kind": "error_before"}, 503)],
)
async def test_point_15_the_token_endpoint_has_faults_too(api: Api, fault: Any, status: int) -> None:
    await set_faults(api, token=fault)
    client = api.organization.client
    form = {"grant_type": "client_credentials"}
    refused = await api.client.post("/oauth/token", data=form, auth=(client.id, client.secret))
    assert refused.status_code == status and refused.json()["error"]
    assert ("Retry-After" in refused.headers) is (status == 429)
    granted = await api.client.post("/oauth/token", data=form, auth=(client.id, client.secret))
    assert granted.status_code == 200


async def test_point_15_in_process_a_dropped_answer_is_an_exception(api: Api) -> None:
    await set_faults(api, create={"kind": "drop_after"})
    with pytest.raises(ConnectionResetError):
        await api.create(**CREATED)
    assert api.organization.contacts.count() == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"nowhere": {"kind": "drop_after"}}, "no such endpoint: nowhere; there are token, organization, scan, merge"),
        ({"merge": {"kind": "nonsense"}}, "kind must be one of error_before, error_after"),
        ({"merge": {"kind": "error_before", "status": 200}}, "200"),
        ({"merge": {"kind": "slow", "second": 3}}, "has no second; it has kind, count, skip"),
        ({"merge": {"kind": "slow", "probability": 1.5}}, "1.0"),
        ({"merge": {"kind": "partial"}}, "merge is no bulk call"),
        ({"token": {"kind": "token_expired"}}, "carries none"),
        ({"merge": 5}, "Expected"),
        ([1], ""),
    ],
)
async def test_point_15_faults_that_cannot_be_are_refused_and_those_before_stay(
    api: Api, table: Any, said: str
) -> None:
    await set_faults(api, merge={"kind": "slow"})
    refused = await api.client.put("/simulator/faults", json=table)
    assert refused.status_code == 400 and said in refused.json()["message"]
    assert (await api.client.get("/simulator/faults")).json().keys() == {"merge"}


@pytest.fixture(scope="module")
def served() -> Iterator[ServedOrganization]:
    with ServedOrganization(population=150, rate_limit=None) as organization:
        yield organization


@pytest.fixture
def client(served: ServedOrganization) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False) as caller:
        caller.headers["Authorization"] = f"Bearer {token_of(served, caller).json()['access_token']}"
        yield caller


def token_of(served: ServedOrganization, client: httpx.Client) -> httpx.Response:
    access = served.access
    form = {"grant_type": "client_credentials"}
    return client.post("/oauth/token", auth=(access.client_id, access.client_secret), data=form)


def pair(client: httpx.Client) -> list[str]:
    return [client.post(CONTACTS, json=CREATED).json()["id"] for _ in range(2)]


def is_merged(client: httpx.Client, contact_id: str) -> bool:
    return "mergedTo" in client.get(f"{CONTACTS}/{contact_id}/unresolved").json()


@pytest.mark.parametrize(("kind", "merged"), [("drop_after", True), ("drop_before", False), ("truncated", True)])
def test_point_15_the_connection_closes_with_or_without_the_effect(
    served: ServedOrganization, client: httpx.Client, kind: str, merged: bool
) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": kind}})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(MERGE, json={"contactIds": ids})
    assert is_merged(client, ids[0]) is merged
    call = served.read("calls")[-1]
    assert (call["fault"], call["effect"] is not None) == (kind, merged)


def test_point_15_an_effect_may_come_when_the_client_is_gone(served: ServedOrganization, client: httpx.Client) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": "late", "seconds": 0.3}})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(MERGE, json={"contactIds": ids})
    assert not is_merged(client, ids[0])
    until = time.monotonic() + 20
    while not is_merged(client, ids[0]):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_point_15_a_slow_answer_outlasts_the_client_but_the_effect_is_there(
    served: ServedOrganization, client: httpx.Client
) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": "slow", "seconds": 30}})
    with pytest.raises(httpx.ReadTimeout):
        client.post(MERGE, json={"contactIds": ids}, timeout=0.5)
    assert is_merged(client, ids[0])


def test_point_15_the_login_may_not_answer_at_all(served: ServedOrganization, client: httpx.Client) -> None:
    served.write("faults", {"token": {"kind": "drop_before"}})
    with pytest.raises(httpx.RemoteProtocolError):
        token_of(served, client)
    assert token_of(served, client).status_code == 200
