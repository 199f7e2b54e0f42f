"""Bodies as they travel, and the record of the calls that write."""

from typing import Any

import pytest

from reviewer.simulator.organization import Organization
from tests.simulator.api import CONTACTS, Api


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
