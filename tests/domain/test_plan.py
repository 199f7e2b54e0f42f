"""A plan: the calls that a decision needs, and what the service would refuse is refused before."""

from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import NOTHING, golden_record
from reviewer.domain.merge_set import MERGE_SET_LIMIT, merge_set_after
from reviewer.domain.override import value_override
from reviewer.domain.plan import Step, StepKind, check_person, merge_plan


def contact(id_: str, *ancestors: str, **fields: Any) -> dict[str, Any]:
    merge_set = [{"id": one} for one in (*ancestors, id_)] if ancestors else None
    return {"id": id_, "mergeSet": merge_set, "division": {"id": "home"}, **fields}


def plan(*members: dict[str, Any], identities: tuple[tuple[str, str], ...] = ()) -> list[Step]:
    return merge_plan(members, golden_record(members, {}), identities)


def test_a_merge_is_one_call_with_the_whole_golden_record_and_look_ups_after_it() -> None:
    members = (contact("a", firstName="Bob"), contact("b", lastName="Smith"))
    merge, look_up = plan(*members, identities=(("SocialInstagram", "1"),))
    override = value_override(golden_record(members, {}), members)
    assert override == {"firstName": "Bob", "lastName": "Smith"}
    assert merge == (StepKind.MERGE, {"contactIds": ["a", "b"], "valueOverride": override})
    assert look_up == (StepKind.VERIFY, {"type": "SocialInstagram", "value": "1"})


@pytest.mark.parametrize(
    ("members", "size"),
    [
        ([contact("a"), contact("b")], 3),
        ([contact("a", "a1", "a2"), contact("b")], 5),
        ([contact("a", "x", "y"), contact("b", "x", "y")], 5),
        ([{"id": "a", "mergeSet": [{"id": "a1"}]}, {"id": "b", "mergeSet": []}], 4),
    ],
)
def test_the_merge_set_is_the_union_of_all_and_the_new_one(members: list[dict[str, Any]], size: int) -> None:
    assert merge_set_after(members) == size


def test_a_merge_set_may_reach_its_limit_and_not_pass_it() -> None:
    ancestors = [f"x{number}" for number in range(MERGE_SET_LIMIT - 3)]
    assert len(plan(contact("a", *ancestors), contact("b"))) == 1
    with pytest.raises(RefusedError, match=f"would consist of {MERGE_SET_LIMIT + 1} contacts"):
        plan(contact("a", *ancestors, "one more"), contact("b"))


def test_a_merge_takes_two_or_more_different_contacts() -> None:
    for members in ([contact("a")], [contact("a"), contact("a")], [contact("a"), contact("a"), contact("b")]):
        with pytest.raises(RefusedError, match="all different"):
            plan(*members)


def test_a_merge_stays_within_one_division() -> None:
    with pytest.raises(RefusedError, match=r"different divisions \(\*, home\)"):
        plan(contact("a"), contact("b", division=None))


def test_a_removal_leaves_something_that_tells_who_it_is() -> None:
    members = (
        contact("a", firstName="Bob", personalEmail="bob@a.example", address={"city": "Graz"}),
        contact("b", firstName="Bob", surveyOptOut=False),
    )
    check_person(golden_record(members, {"firstName": NOTHING}))
    check_person(golden_record(members, {"personalEmail": NOTHING}))
    with pytest.raises(RefusedError, match="nothing would be left that tells who"):
        check_person(golden_record(members, {"firstName": NOTHING, "personalEmail": NOTHING}))


def test_contacts_of_which_nothing_is_known_can_be_merged_as_before() -> None:
    check_person(golden_record((contact("a", address={"city": "Graz"}), contact("b")), {}))
