"""Point 14: merging what is merged already, in four ways that the service may have."""

import pytest

from tests.simulator.api import Api, ids_of


@pytest.mark.parametrize(
    ("rule", "status"), [("conflict", 409), ("bad_request", 400), ("resolve", 200), ("nothing", 200)]
)
async def test_point_14_merging_again_what_is_merged_never_makes_a_second_result(
    api: Api, rule: str, status: int
) -> None:
    api.turn(merged_again=rule)
    one, two = await api.people(2)
    merged = await api.merge(one, two)
    again = await api.merge(one, two, status=status)
    assert api.organization.contacts.count() == 3
    if status == 200:
        assert again["id"] == merged["id"]


async def test_point_14_an_ancestor_can_stand_for_its_canonical_contact(api: Api) -> None:
    api.turn(merged_again="resolve")
    one, two, three = await api.people(3)
    first = await api.merge(one, two)
    second = await api.merge(one, three)
    assert ids_of(second["mergedFrom"]) == [first["id"], three]


@pytest.mark.parametrize(("rule", "status"), [("conflict", 409), ("bad_request", 400), ("nothing", 409)])
async def test_point_14_an_ancestor_among_others_is_refused_unless_it_stands_for_its_head(
    api: Api, rule: str, status: int
) -> None:
    api.turn(merged_again=rule)
    one, two, three = await api.people(3)
    await api.merge(one, two)
    await api.merge(one, three, status=status)
    assert "mergedTo" not in await api.get(three, "/unresolved")
