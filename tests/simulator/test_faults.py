"""Point 15 of the checklist: what goes wrong on purpose, in-process and over a socket."""

import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from reviewer.simulator.serving import ServedOrganization
from tests.simulator.api import CONTACTS, Api

MERGE = f"{CONTACTS}/merge"


async def set_faults(api: Api, **table: Any) -> None:
    answer = await api.client.put("/simulator/faults", json=table)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize(
    ("kind", "status", "merged"),
    [
        ("unavailable_before", 503, False),
        ("conflict", 409, False),
        ("throttled", 429, False),
        ("error_after", 500, True),
        ("timeout_after", 504, True),
    ],
)
async def test_09_15_an_error_comes_before_or_after_the_effect(api: Api, kind: str, status: int, merged: bool) -> None:
    one, two = await api.people(2)
    await set_faults(api, merge={"kind": kind})
    await api.merge(one, two, status=status)
    assert ("mergedTo" in await api.get(one, "/unresolved")) is merged
    assert (await api.client.get("/simulator/faults")).json() == {}


async def test_09_15_a_fault_skips_and_counts(api: Api) -> None:
    await set_faults(api, create=[{"kind": "unavailable_before", "skip": 1, "count": 2}, {"kind": "conflict"}])
    for status in (200, 503, 503, 409, 200):
        await api.create(firstName="Ada", status=status)


async def test_09_15_a_revoked_token_stays_revoked(api: Api) -> None:
    await set_faults(api, scan={"kind": "unauthorized"})
    await api.call("GET", "/api/v2/externalcontacts/scan/contacts", status=401)
    await api.call("GET", "/api/v2/externalcontacts/scan/contacts", status=401)


async def test_in_process_a_dropped_answer_is_an_exception(api: Api) -> None:
    await set_faults(api, create={"kind": "drop_after"})
    with pytest.raises(ConnectionResetError):
        await api.create(firstName="Ada")
    assert api.organization.contacts.count() == 1


@pytest.mark.parametrize(
    "table", [{"nowhere": {"kind": "conflict"}}, {"merge": {"kind": "nonsense"}}, {"merge": 5}, [1]]
)
async def test_faults_that_cannot_be_are_refused(api: Api, table: Any) -> None:
    assert (await api.client.put("/simulator/faults", json=table)).status_code == 400


@pytest.mark.parametrize("knobs", [{"no_such": 1}, {"bulk_limit": "many"}, {"merge_set_status": 418}])
async def test_knobs_that_cannot_be_are_refused(api: Api, knobs: Any) -> None:
    assert (await api.client.put("/simulator/knobs", json=knobs)).status_code == 400


@pytest.fixture(scope="module")
def served() -> Iterator[ServedOrganization]:
    with ServedOrganization(population=150, rate_limit=None) as organization:
        yield organization


@pytest.fixture
def client(served: ServedOrganization) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=served.url, trust_env=False) as caller:
        access = served.access
        form = {"grant_type": "client_credentials"}
        token = caller.post("/oauth/token", auth=(access.client_id, access.client_secret), data=form).json()
        caller.headers["Authorization"] = f"Bearer {token['access_token']}"
        yield caller


def pair(client: httpx.Client) -> list[str]:
    return [client.post(CONTACTS, json={"firstName": "Ada"}).json()["id"] for _ in range(2)]


def is_merged(client: httpx.Client, contact_id: str) -> bool:
    return "mergedTo" in client.get(f"{CONTACTS}/{contact_id}/unresolved").json()


@pytest.mark.parametrize(("kind", "merged"), [("drop_after", True), ("drop_before", False), ("truncated", True)])
def test_09_15_the_connection_closes_with_or_without_the_effect(
    served: ServedOrganization, client: httpx.Client, kind: str, merged: bool
) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": kind}})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(MERGE, json={"contactIds": ids})
    assert is_merged(client, ids[0]) is merged
    call = served.read("calls")[-1]
    assert (call["fault"], call["effect"] is not None) == (kind, merged)


def test_09_15_an_effect_may_come_when_the_client_is_gone(served: ServedOrganization, client: httpx.Client) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": "late", "seconds": 0.3}})
    with pytest.raises(httpx.RemoteProtocolError):
        client.post(MERGE, json={"contactIds": ids})
    assert not is_merged(client, ids[0])
    until = time.monotonic() + 20
    while not is_merged(client, ids[0]):
        assert time.monotonic() < until
        time.sleep(0.02)


def test_09_15_a_slow_answer_outlasts_the_client_but_the_effect_is_there(
    served: ServedOrganization, client: httpx.Client
) -> None:
    ids = pair(client)
    served.write("faults", {"merge": {"kind": "slow", "seconds": 30}})
    with pytest.raises(httpx.ReadTimeout):
        client.post(MERGE, json={"contactIds": ids}, timeout=0.5)
    assert is_merged(client, ids[0])
