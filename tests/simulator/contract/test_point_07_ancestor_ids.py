"""Point 7: what the id of a merged contact does."""

import pytest

from reviewer.genesys import endpoints
from reviewer.genesys.client import GenesysClient
from tests.simulator.api import Api, by_id, entries


@pytest.fixture
async def merged(api: Api) -> tuple[str, str, str]:
    """Ids of a canonical contact and of the two that were merged into it."""
    one, two = await api.people(2)
    return (await api.merge(one, two))["id"], one, two


Merged = tuple[str, str, str]


async def last_effect(api: Api) -> str:
    """What the latest write did, as the organisation records it."""
    return str((await api.client.get("/simulator/calls")).json()[-1]["effect"])


async def test_point_07_get_of_an_ancestor_answers_with_the_canonical_contact_and_its_id(
    api: Api, merged: Merged
) -> None:
    canonical, *_ = merged
    for asked in merged:
        assert (await api.get(asked))["id"] == canonical


async def test_point_07_put_of_an_ancestor_acts_on_the_canonical_contact(api: Api, merged: Merged) -> None:
    canonical, one, _ = merged
    before = await api.get(one, "/unresolved")
    changed = await api.put(one, lastName="Changed")
    assert (changed["id"], changed["lastName"]) == (canonical, "Changed")
    assert (await api.get(canonical, "/unresolved"))["lastName"] == "Changed"
    assert await api.get(one, "/unresolved") == before


async def test_point_07_patch_of_an_ancestor_acts_on_the_canonical_contact(api: Api, merged: Merged) -> None:
    canonical, one, _ = merged
    changed = await api.patch(one, ("$.title", "Update", "Prof"))
    assert (changed["id"], changed["title"]) == (canonical, "Prof")


async def test_point_07_delete_of_an_ancestor_deletes_the_living_person(api: Api, merged: Merged) -> None:
    canonical, one, _ = merged
    assert await api.delete(one) == {}
    assert await last_effect(api) == f"deleted {canonical}"
    for gone in merged:
        await api.get(gone, status=404)
        await api.get(gone, "/unresolved", status=404)
        await api.delete(gone, status=404)


async def test_point_07_bulk_fetch_of_an_ancestor_gives_the_canonical_contact_under_the_id_that_was_asked(
    api: Api, merged: Merged
) -> None:
    canonical, one, two = merged
    found = by_id(await api.bulk("", *entries(one, two)))
    assert {asked: found[asked]["entity"]["id"] for asked in (one, two)} == {one: canonical, two: canonical}


async def test_point_07_bulk_update_of_an_ancestor_acts_on_the_canonical_contact(api: Api, merged: Merged) -> None:
    canonical, one, _ = merged
    found = by_id(await api.bulk("/update", {"id": one, "lastName": "Changed"}))
    assert found[one]["entity"]["id"] == canonical
    assert (await api.get(canonical))["lastName"] == "Changed"
    assert "lastName" not in await api.get(one, "/unresolved")


async def test_point_07_bulk_remove_of_an_ancestor_removes_the_living_person(api: Api, merged: Merged) -> None:
    canonical, one, _ = merged
    assert by_id(await api.bulk("/remove", *entries(one)))[one]["success"]
    assert await last_effect(api) == f"deleted {canonical}"
    for gone in merged:
        await api.get(gone, "/unresolved", status=404)


async def test_point_07_unresolved_shows_the_ancestor_itself_with_what_it_was_merged_to(
    api: Api, merged: Merged
) -> None:
    canonical, one, two = merged
    in_bulk = by_id(await api.bulk("/unresolved", *entries(one, two)))
    for number, asked in enumerate((one, two)):
        ancestor = await api.get(asked, "/unresolved")
        assert (ancestor["id"], ancestor["firstName"]) == (asked, f"Person {number}")
        assert ancestor["mergedTo"]["id"] == ancestor["canonicalContact"]["id"] == canonical
        assert in_bulk[asked]["entity"] == ancestor
    assert "mergedTo" not in await api.get(canonical, "/unresolved")


def test_point_07_this_programs_client_cannot_express_a_deletion() -> None:
    for method in ("DELETE", "PUT"):
        with pytest.raises(ValueError, match="is not a method this program sends"):
            endpoints.Endpoint(method, "/api/v2/externalcontacts/contacts/{contactId}", writes=True)
    offered = [one for one in vars(endpoints).values() if isinstance(one, endpoints.Endpoint)]
    assert {one.method for one in offered} == {"GET", "POST", "PATCH"}
    assert not [one for one in offered if "remove" in one.template]
    assert not [name for name in dir(GenesysClient) if "delete" in name or "remove" in name]
