"""Point 19: the scan, page by page."""

import pytest

from reviewer.simulator.organization import Organization
from tests.simulator.api import SCAN, Api


@pytest.mark.parametrize("limit", ["9", "201", "ten", "-1"])
async def test_point_19_a_limit_outside_10_to_200_is_refused(api: Api, limit: str) -> None:
    assert (await api.call("GET", SCAN, limit=limit, status=400))["details"][0]["fieldName"] == "limit"


async def test_point_19_a_scan_has_short_and_empty_pages_before_its_end(api: Api) -> None:
    api.turn(scan_empty_every=2, scan_short_every=3)
    ids = await api.people(33)
    pages = await api.pages(10)
    assert [len(page["entities"]) for page in pages] == [10, 0, 5, 0, 10, 0, 8]
    assert [one["id"] for page in pages for one in page["entities"]] == ids
    assert "cursors" not in pages[-1] and "nextUri" not in pages[-1]
    assert all("total" not in page for page in pages)
    cursors = [page["cursors"]["after"] for page in pages[:-1]]
    assert len(set(cursors)) == len(cursors)


async def test_point_19_only_living_curated_contacts_are_listed(api: Api, organization: Organization) -> None:
    one, two, three, four = await api.people(4)
    stored = organization.contact(four)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    merged = await api.merge(one, two)
    assert [entity["id"] for entity in (await api.pages(10))[0]["entities"]] == [three, merged["id"]]
    api.turn(scan_shows_ancestors=True)
    assert len((await api.pages(10))[0]["entities"]) == 4


async def test_point_19_a_cursor_expires_after_a_day(api: Api) -> None:
    await api.people(11)
    cursor = (await api.call("GET", SCAN, limit=10))["cursors"]["after"]
    api.client.headers["Authorization"] = f"Bearer {api.organization.tokens.mint(10**6)}"
    api.organization.clock.advance(23 * 3600)
    await api.call("GET", SCAN, limit=10, cursor=cursor)
    api.organization.clock.advance(2 * 3600)
    await api.call("GET", SCAN, limit=10, cursor=cursor, status=400)


@pytest.mark.parametrize("cursor", ["x", "e30=", "W10=", "ééé"])
async def test_point_19_a_cursor_that_is_none_is_refused(api: Api, cursor: str) -> None:
    await api.call("GET", SCAN, limit=10, cursor=cursor, status=400)
