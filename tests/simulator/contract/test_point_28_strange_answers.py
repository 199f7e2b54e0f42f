"""Point 28: unknown fields, unknown values of enumerations and half surrogates, in otherwise good answers."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization
from tests.simulator.api import BULK, SCAN, SOURCE, Api, crm, entries

EVERYWHERE = {
    endpoint: {"kind": "", "count": -1}
    for endpoint in (
        *("organization", "scan", "get", "unresolved", "bulk", "bulk_unresolved", "lookup", "identifiers", "notes"),
        *("sessions", "sources", "create", "patch", "merge", "claim", "note"),
    )
}


async def strange(api: Api, kind: str) -> None:
    table = {name: {**fault, "kind": kind} for name, fault in EVERYWHERE.items()}
    assert (await api.client.put("/simulator/faults", json=table)).status_code == 200


def objects(value: Any) -> list[dict[str, Any]]:
    """All objects of an answer but those whose keys are the organisation's own."""
    if isinstance(value, list):
        return [found for part in value for found in objects(part)]
    if not isinstance(value, dict):
        return []
    inner = [part for key, part in value.items() if key not in ("customFields", "futureField")]
    return [value, *objects(inner)]


async def test_point_28_each_object_has_an_unknown_field_at_any_depth(api: Api) -> None:
    one = await api.create(firstName="Ada", externalIds=[crm("1")], customFields={"a": {"b": 1}})
    await strange(api, "unknown_fields")
    for answer in (
        await api.get(one["id"], expand="identifiers"),
        await api.call("GET", SCAN),
        await api.call("POST", BULK, {"entities": entries(one["id"], "unknown")}),
    ):
        assert len(objects(answer)) > 3
        assert all("futureField" in found for found in objects(answer))
    assert (await api.get(one["id"]))["customFields"] == {"a": {"b": 1}}


async def test_point_28_each_enumeration_has_an_unknown_value(api: Api) -> None:
    one = await api.create(firstName="Ada", personalEmail="a@example.com", address={"state": "NE"})
    await strange(api, "unknown_values")
    contact = await api.get(one["id"], expand="identifiers")
    assert contact["address"] == {"state": "NE"}, "a state of an address is a text like any other"
    assert (contact["type"], contact["identifiers"][0]["type"]) == ("FutureValue", "FutureValue")
    assert [found["type"] for found in (await api.call("GET", SCAN))["entities"]] == ["FutureValue"]
    results = (await api.call("POST", BULK, {"entities": entries(one["id"])}))["results"]
    assert (results[0]["entity"]["type"], results[0]["status"]) == ("FutureValue", 200)
    assert contact["firstName"] == "Ada"


async def test_point_28_half_a_surrogate_pair_travels_as_its_escape_in_one_name(api: Api) -> None:
    await api.people(3)
    await strange(api, "lone_surrogate")
    answer = await api.client.get(SCAN)
    assert answer.content.count(b"\\ud800") == 1
    assert sorted(one["firstName"] for one in answer.json()["entities"]) == ["Person 1", "Person 2", "\ud800Person 0"]


async def test_point_28_an_answer_that_is_an_error_stays_one(api: Api) -> None:
    await strange(api, "unknown_fields")
    error = await api.get("unknown", status=404)
    assert "futureField" not in error and error["code"] == "not.found"


@pytest.fixture
async def client(organization: Organization) -> AsyncIterator[GenesysClient]:
    access = organization.client
    connection = Connection(client_id=access.id, client_secret=access.secret, api_url="http://127.0.0.1")
    async with GenesysClient(connection, http_transport=httpx.ASGITransport(build_app(organization))) as caller:
        yield caller


@pytest.mark.parametrize("kind", ["unknown_fields", "unknown_values", "lone_surrogate"])
async def test_point_28_no_call_of_this_programs_client_breaks(
    api: Api, client: GenesysClient, organization: Organization, kind: str
) -> None:
    one, two = [(await api.create(firstName="Ada", personalEmail=f"{n}@example.com"))["id"] for n in range(2)]
    await api.note(one, "Prefers email.")
    await strange(api, kind)
    assert (await client.organization()).id == organization.id
    scanned = [json.loads(contact)["id"] async for page in client.scan() for contact in page.contacts]
    assert scanned == [one, two]
    for found in (await client.bulk_contacts([one, two]), await client.bulk_unresolved([one, two])):
        assert set(found.found) == {one, two}
    for body in (await client.contact(one), await client.unresolved(one)):
        assert json.loads(body)["id"] == one
    assert [held.value for held in await client.identifiers(one)] == ["0@example.com"]
    holder = await client.look_up("Email", "1@example.com")
    assert holder is not None and json.loads(holder)["id"] == two
    assert len(await client.notes(one)) == 1
    await client.sessions(one)
    assert [source.id for source in await client.external_sources()] == [SOURCE]
    await client.patch(one, [{"field": "$.title", "action": "Update", "value": "Dr"}])
    merged = json.loads((await client.merge([one, two])).body)
    assert {reference["id"] for reference in merged["mergedFrom"]} == {one, two}
