"""Point 8: a merge makes a new contact and ties the merge set."""

import pytest

from tests.simulator.api import Api, ids_of


async def test_point_08_merge_gives_a_new_canonical_contact(api: Api) -> None:
    one, two, three = await api.people(3)
    merged = await api.merge(one, two, three)
    assert merged["id"] not in (one, two, three)
    assert ids_of(merged["mergedFrom"]) == [one, two, three]
    assert merged["canonicalContact"]["id"] == merged["id"]
    assert sorted(ids_of(merged["mergeSet"])) == sorted([one, two, three, merged["id"]])
    assert merged.get("mergeOperation") is None
    assert merged["selfUri"].endswith(merged["id"])


async def test_point_08_a_second_merge_takes_all_members_along(api: Api) -> None:
    one, two, three = await api.people(3)
    first = await api.merge(one, two)
    second = await api.merge(first["id"], three)
    everyone = sorted([one, two, three, first["id"], second["id"]])
    for contact_id in everyone:
        member = await api.get(contact_id, "/unresolved")
        assert sorted(ids_of(member["mergeSet"])) == everyone
        assert member["canonicalContact"]["id"] == second["id"]
    assert (await api.get(one, "/unresolved"))["mergedTo"]["id"] == first["id"]
    assert (await api.get(first["id"], "/unresolved"))["mergedTo"]["id"] == second["id"]
    assert "mergedTo" not in second
    assert ids_of(second["mergedFrom"]) == [first["id"], three]


async def test_point_08_ids_are_two_to_twenty_five_unique_and_known(api: Api) -> None:
    ids = await api.people(26)
    await api.merge(ids[0], status=400)
    await api.merge(*ids, status=400)
    await api.merge(ids[0], ids[0], status=400)
    await api.merge(ids[0], "unknown", status=404)
    assert len((await api.merge(*ids[:25]))["mergedFrom"]) == 25


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_point_08_the_merge_set_has_a_limit(api: Api, status: int) -> None:
    api.turn(merge_set_limit=4, merge_set_status=status)
    one, two, three, four = await api.people(4)
    merged = await api.merge(one, two, three)
    await api.merge(merged["id"], four, status=status)
    assert "mergedTo" not in await api.get(four, "/unresolved")


async def test_point_08_the_default_limit_of_a_merge_set_is_52(api: Api) -> None:
    ids = await api.people(52)
    left, right = await api.merge(*ids[:25]), await api.merge(*ids[25:49])
    await api.merge(left["id"], right["id"])  # 26 + 25 + 1 members
    await api.merge(left["id"], ids[50], status=409)


@pytest.mark.parametrize("status", [400, 409, 422])
async def test_point_08_divisions_are_not_merged_across(api: Api, status: int) -> None:
    api.turn(cross_division_status=status)
    here = await api.create(firstName="Ada", division={"id": "north"})
    there = await api.create(firstName="Ada", division={"id": "south"})
    await api.merge(here["id"], there["id"], status=status)
    api.turn(cross_division_status=None)
    assert (await api.merge(here["id"], there["id"]))["division"]["id"] == "north"


async def test_point_08_a_merge_keeps_each_input_as_a_record_with_a_way_to_its_head(api: Api) -> None:
    ids = await api.people(25)
    merged = await api.merge(*ids)
    for one in ids:
        input_ = await api.get(one, "/unresolved")
        assert input_["mergedTo"]["id"] == input_["canonicalContact"]["id"] == merged["id"]
        assert len(input_["mergeSet"]) == 26 and "mergedFrom" not in input_
        assert input_.get("mergeOperation") is None


async def test_point_08_an_unknown_id_refuses_the_merge_and_changes_nothing(api: Api) -> None:
    ids = await api.people(2)
    await api.merge(*ids, "unknown", status=404)
    for one in ids:
        assert "mergedTo" not in await api.get(one, "/unresolved")


@pytest.mark.parametrize("ids", [None, [], "ab", [1, 2], [None, "x"]])
async def test_point_08_contact_ids_that_are_none_are_refused(api: Api, ids: object) -> None:
    await api.call("POST", "/api/v2/externalcontacts/contacts/merge", {"contactIds": ids}, status=400)


@pytest.mark.parametrize(("limit", "status"), [(4, 409), (5, 200)])
async def test_point_08_the_limit_counts_the_new_contact_too(api: Api, limit: int, status: int) -> None:
    one, two, three = await api.people(3)
    merged = await api.merge(one, two)
    api.turn(merge_set_limit=limit)
    await api.merge(merged["id"], three, status=status)
