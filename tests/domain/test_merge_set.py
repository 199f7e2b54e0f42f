"""The arithmetic of merge sets: how many contacts can become one person, in how many merges, and which go first."""

from typing import Any

import pytest

from reviewer.domain.consequences import consequences
from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import NOTHING, golden_record
from reviewer.domain.merge_set import (
    MERGE_SET_LIMIT,
    MOST_MEMBERS,
    MOST_TOGETHER,
    check_size,
    merge_set_after,
    merges_needed,
    rounds,
    rounds_told,
)
from reviewer.domain.plan import Step, StepKind, merge_plan


def contact(id_: str, *ancestors: str, **fields: Any) -> dict[str, Any]:
    merge_set = [{"id": one} for one in (*ancestors, id_)] if ancestors else None
    return {"id": id_, "mergeSet": merge_set, "division": {"id": "home"}, **fields}


def fresh(count: int) -> list[dict[str, Any]]:
    return [contact(f"c{number}", firstName="Kim") for number in range(count)]


def merged_before(count: int, ancestors: int) -> list[dict[str, Any]]:
    """So many contacts, the first of which so many others were merged into."""
    return [contact("c0", *(f"x{number}" for number in range(ancestors))), *fresh(count)[1:]]


def simulated_size(count: int) -> int:
    """The merge set at the end, by merging: each call takes 25 ids at most and makes one contact more."""
    left, made = count, 0
    while left > 1:
        left, made = left - min(left, MOST_MEMBERS) + 1, made + 1
    return count + made


@pytest.mark.parametrize("count", range(2, 120))
def test_the_size_of_the_end_is_what_merging_in_rounds_makes(count: int) -> None:
    assert count + merges_needed(count) == simulated_size(count) == merge_set_after(fresh(count))
    assert len(rounds([str(number) for number in range(count)])) == merges_needed(count)


@pytest.mark.parametrize("count", [2, 25, 26, 40, 49, 50, 73, 74])
def test_each_contact_is_merged_once_and_each_head_in_the_next_round(count: int) -> None:
    ids = [f"c{number}" for number in range(count)]
    found = rounds(ids)
    assert found[0] == ids[:MOST_MEMBERS]
    assert [one[0] for one in found[1:]] == [{"step": number} for number in range(1, len(found))]
    assert [id_ for one in found for id_ in one if isinstance(id_, str)] == ids
    assert all(2 <= len(one) <= MOST_MEMBERS for one in found)


def test_a_third_round_is_never_possible() -> None:
    fitting = [count for count in range(2, 200) if count + merges_needed(count) <= MERGE_SET_LIMIT]
    assert fitting == list(range(2, 50)) and MOST_TOGETHER == 49
    assert max(map(merges_needed, fitting)) == 2


def test_fifty_do_not_fit_and_it_is_said_how_many_to_leave_out() -> None:
    said = r"consist of 53 contacts \(these 50, and the 3 that 3 merges make\); the service allows 52: leave out 1$"
    with pytest.raises(RefusedError, match=said):
        check_size(fresh(50))
    with pytest.raises(RefusedError, match=r"leave out 11$"):
        check_size(fresh(60))
    check_size(fresh(49))


@pytest.mark.parametrize(("count", "ancestors"), [(49, 1), (48, 2), (40, 10), (26, 24), (25, 26), (2, 49)])
def test_those_merged_before_count_with_their_ancestors(count: int, ancestors: int) -> None:
    at_most = merged_before(count, ancestors)
    assert merge_set_after(at_most) == MERGE_SET_LIMIT
    check_size(at_most)
    out = "some" if count == 2 else "1 of those that were never merged"
    with pytest.raises(RefusedError, match=f"{ancestors + 1} merged into them before.*leave out {out}$"):
        check_size(merged_before(count, ancestors + 1))


def test_leaving_out_as_many_as_is_said_is_enough_and_fewer_are_not() -> None:
    for count, ancestors in ((60, 0), (49, 2), (30, 40), (26, 30), (25, 27)):
        members = merged_before(count, ancestors) if ancestors else fresh(count)
        with pytest.raises(RefusedError) as refusal:
            check_size(members)
        number = int(str(refusal.value).partition("leave out ")[2].split()[0])
        check_size(members[: count - number])
        with pytest.raises(RefusedError):
            check_size(members[: count - number + 1])


def test_two_rounds_are_told_with_their_arithmetic() -> None:
    assert rounds_told(fresh(25)) == ""
    assert rounds_told(fresh(26)) == "26 fresh contacts: 25 first, then the head with 1: merge set 28 of 52"
    assert rounds_told(fresh(49)) == "49 fresh contacts: 25 first, then the head with 24: merge set 51 of 52"
    assert rounds_told(merged_before(40, 9)) == "40 contacts: 25 first, then the head with 15: merge set 51 of 52"


def test_it_is_said_before_the_approval_and_that_it_may_end_in_part() -> None:
    members = fresh(26)
    said = [one.sentence for one in consequences(members, golden_record(members, {}), ()) if one.kind == "limit"]
    assert said == [
        "26 fresh contacts: 25 first, then the head with 1: merge set 28 of 52",
        "should the rest change between the two merges, only the first 25 are one, with all its values",
    ]
    members = fresh(49)
    said = [one.sentence for one in consequences(members, golden_record(members, {}), ()) if one.kind == "limit"]
    assert said[-1] == "49 contacts are the most that can become one person"
    assert not [one for one in consequences(fresh(50), golden_record(fresh(50), {}), ()) if one.kind == "limit"]


def plan(members: list[dict[str, Any]]) -> list[Step]:
    picks = {"instagramId": NOTHING} if any("instagramId" in one for one in members) else {}
    return merge_plan(members, golden_record(members, picks), [("Cookie", "1")])


def test_both_merges_carry_the_golden_record_and_all_else_comes_after_the_second() -> None:
    members = fresh(49)
    members[40] = contact("c40", lastName="Doe", instagramId={"ids": [{"scopedId": "7"}]})
    first, second, *others = plan(members)
    assert [one.kind for one in others] == [StepKind.REMOVE, StepKind.RELEASE, StepKind.VERIFY]
    assert first.request["valueOverride"] == second.request["valueOverride"]
    assert first.request["valueOverride"]["lastName"] == "Doe"
    assert first.request["contactIds"] == [f"c{number}" for number in range(25)]
    assert second.request["contactIds"] == [{"step": 1}, *(f"c{number}" for number in range(25, 49))]


def test_a_plan_of_more_than_fits_is_refused() -> None:
    with pytest.raises(RefusedError, match=r"leave out 1$"):
        plan(fresh(50))
