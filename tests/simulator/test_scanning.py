"""Point 19 of the checklist: the scan; and the listings of notes and sources."""

from typing import Any

import pytest

from reviewer.simulator.organization import Organization
from tests.simulator.api import CONTACTS, SCAN, Api


async def pages_of(api: Api, limit: int) -> list[dict[str, Any]]:
    """All pages of a scan."""
    pages = [await api.call("GET", SCAN, limit=limit)]
    while cursor := pages[-1].get("cursors", {}).get("after"):
        pages.append(await api.call("GET", SCAN, limit=limit, cursor=cursor))
    return pages


@pytest.mark.parametrize("limit", ["9", "201", "ten", "-1"])
async def test_09_19_a_limit_outside_10_to_200_is_refused(api: Api, limit: str) -> None:
    assert (await api.call("GET", SCAN, limit=limit, status=400))["details"][0]["fieldName"] == "limit"


async def test_09_19_a_scan_has_short_and_empty_pages_before_its_end(api: Api) -> None:
    api.turn(scan_empty_every=2, scan_short_every=3)
    ids = await api.people(33)
    pages = await pages_of(api, 10)
    assert [len(page["entities"]) for page in pages] == [10, 0, 5, 0, 10, 0, 8]
    assert [one["id"] for page in pages for one in page["entities"]] == ids
    assert "cursors" not in pages[-1] and "nextUri" not in pages[-1]
    assert all("total" not in page for page in pages)
    cursors = [page["cursors"]["after"] for page in pages[:-1]]
    assert len(set(cursors)) == len(cursors)


async def test_09_19_only_living_curated_contacts_are_listed(api: Api, organization: Organization) -> None:
    one, two, three, four = await api.people(4)
    stored = organization.contact(four)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    merged = await api.merge(one, two)
    assert [entity["id"] for entity in (await pages_of(api, 10))[0]["entities"]] == [three, merged["id"]]
    api.turn(scan_shows_ancestors=True)
    assert len((await pages_of(api, 10))[0]["entities"]) == 4


async def test_09_19_a_cursor_expires_after_a_day(api: Api) -> None:
    await api.people(11)
    cursor = (await api.call("GET", SCAN, limit=10))["cursors"]["after"]
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(10**6)}"
    api.organization.clock.advance(23 * 3600)
    await api.call("GET", SCAN, limit=10, cursor=cursor)
    api.organization.clock.advance(2 * 3600)
    await api.call("GET", SCAN, limit=10, cursor=cursor, status=400)


@pytest.mark.parametrize("cursor", ["x", "e30=", "W10=", "ééé"])
async def test_09_19_a_cursor_that_is_none_is_refused(api: Api, cursor: str) -> None:
    await api.call("GET", SCAN, limit=10, cursor=cursor, status=400)


async def test_an_anonymous_contact_vanishes_after_its_time(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    organization.state.sql.execute(
        "UPDATE contacts SET type = 'Ephemeral', expires = ?",
        (organization.expiry("Ephemeral", organization.clock.now()),),
    )
    organization.clock.advance(59 * 86_400)
    assert organization.contacts.find(one, organization.clock.now())
    organization.clock.advance(2 * 86_400)
    assert organization.contacts.find(one, organization.clock.now()) is None


async def test_notes_come_in_pages_newest_first(api: Api, organization: Organization) -> None:
    (one,) = await api.people(1)
    for number in range(3):
        await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": f"note {number}"})
        organization.clock.advance(1)
    page = await api.get(one, "/notes", pageSize=2)
    assert [note["noteText"] for note in page["entities"]] == ["note 2", "note 1"]
    assert (page["total"], page["pageCount"]) == (3, 2)
    assert page["nextUri"].endswith("pageNumber=2")
    oldest = await api.get(one, "/notes", sortOrder="createDate:asc")
    assert oldest["entities"][0]["noteText"] == "note 0"
    for wrong in ({"pageSize": 101}, {"pageSize": 100, "pageNumber": 11}, {"sortOrder": "id:asc"}):
        await api.get(one, "/notes", status=400, **wrong)
    await api.call("POST", f"{CONTACTS}/{one}/notes", {"noteText": ""}, status=400)


async def test_external_sources_are_found_by_the_beginning_of_their_name(api: Api) -> None:
    path = "/api/v2/externalcontacts/externalsources"
    (source,) = (await api.call("GET", path, name="cr"))["entities"]
    assert source["name"] == "CRM"
    assert "{{externalId.value}}" in source["linkConfiguration"]["uriTemplate"]
    assert await api.call("GET", f"{path}/{source['id']}") == source
    assert (await api.call("GET", path, name="rm"))["entities"] == []
    await api.call("GET", f"{path}/unknown", status=404)
