"""What is left of a plan after its merge, asked of the merge's answer and of the contact as it is now."""

from typing import Any

import pytest

from reviewer.domain.follow_up import changed_answer, changed_by_others, changes_left, surprises, written_again
from reviewer.domain.identifiers import Identifier
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject

PHONE, OTHER_PHONE = {"e164": "+17029191300"}, {"e164": "+17029191301"}
REMOVE = {"field": "$.cellPhone", "action": "Remove"}
SET_AGAIN = {"field": "$.surveyOptOut", "action": "Update", "value": False}
IDS = {"field": "$.appleOpaqueIds", "action": "Update", "value": [{"value": "one"}]}


def contact(**fields: Any) -> JsonObject:
    return {"id": "m", "mergedFrom": [{"id": "a"}, {"id": "b"}], **fields}


CASES: list[tuple[JsonObject, JsonObject, JsonObject, bool, bool]] = [
    # change, what the merge left, what is there now; whether somebody changed it, whether it is left to do
    (REMOVE, {"cellPhone": PHONE}, {"cellPhone": PHONE}, False, True),
    (REMOVE, {"cellPhone": PHONE}, {}, False, False),
    (REMOVE, {"cellPhone": PHONE}, {"cellPhone": OTHER_PHONE}, True, True),
    (REMOVE, {}, {"cellPhone": PHONE}, True, True),
    (REMOVE, {}, {}, False, False),
    (SET_AGAIN, {"surveyOptOut": True}, {"surveyOptOut": True}, False, True),
    (SET_AGAIN, {"surveyOptOut": True}, {"surveyOptOut": False}, False, False),
    (SET_AGAIN, {"surveyOptOut": True}, {}, False, False),
    (SET_AGAIN, {"surveyOptOut": False}, {"surveyOptOut": True}, True, True),
    (SET_AGAIN, {}, {"surveyOptOut": True}, True, True),
    (SET_AGAIN, {}, {"surveyOptOut": False}, False, False),
    (IDS, {"appleOpaqueIds": [{"value": "one"}]}, {"appleOpaqueIds": [{"value": "two"}]}, True, True),
    (IDS, {"appleOpaqueIds": [{"value": "one"}]}, {}, True, True),
    (IDS, {"appleOpaqueIds": [{"value": "two"}]}, {"appleOpaqueIds": [{"value": "two"}]}, False, True),
    (IDS, {"appleOpaqueIds": [{"value": "two"}]}, {"appleOpaqueIds": [{"value": "one"}]}, False, False),
    (IDS, {"appleOpaqueIds": [{"value": "two"}]}, {}, True, True),
]


@pytest.mark.parametrize(("change", "then", "now", "changed", "left"), CASES)
def test_a_step_changes_what_the_merge_left_and_nothing_that_was_said_since(
    change: JsonObject, then: JsonObject, now: JsonObject, changed: bool, left: bool
) -> None:
    request = {"changes": [change]}
    path = change["field"].removeprefix("$.")
    assert changed_by_others(request, contact(**then), contact(**now)) == ([path] if changed else [])
    assert changes_left(request, contact(**now)) == ([change] if left else [])


def test_the_answer_to_a_removal_is_about_its_contact_and_without_the_value() -> None:
    request = {"changes": [REMOVE, IDS]}
    assert changed_answer(request, "m", contact(appleOpaqueIds=[{"value": "one"}])) == []
    (another,) = changed_answer(request, "x", contact())
    assert (another.promised, another.got) == ("x", "m")
    still = changed_answer(request, "m", contact(cellPhone=PHONE, appleOpaqueIds=[{"value": "one"}]))
    assert [(one.path, one.promised, one.got) for one in still] == [("cellPhone", "", "+17029191300")]


def steps() -> list[Step]:
    merge = {"contactIds": ["a", "b"], "valueOverride": {"firstName": "Bob", "cellPhone": PHONE}}
    return [Step(StepKind.MERGE, merge), Step(StepKind.REMOVE, {"changes": [REMOVE]})]


@pytest.mark.parametrize("removed", [True, False])
@pytest.mark.parametrize(
    ("now", "fields"),
    [
        ({}, []),
        ({"cellPhone": PHONE}, ["cellPhone"]),
        ({"workPhone": PHONE}, ["workPhone"]),
        ({"cellPhone": OTHER_PHONE, "identifiers": [{"type": "Cookie", "value": "+17029191300"}]}, []),
    ],
)
def test_a_field_that_holds_what_is_to_be_released_is_told(now: JsonObject, fields: list[str], removed: bool) -> None:
    """Where the removal itself had no effect, the value that it was to take away is no new one."""
    answer, identifier = contact(cellPhone=PHONE), Identifier("Phone", "+17029191300")
    expected = fields if removed or fields != ["cellPhone"] else []
    assert written_again(identifier, steps(), answer, contact(**now), removed=removed) == expected


def test_a_contact_that_was_read_later_may_be_past_its_removals() -> None:
    members: list[JsonObject] = [{"id": "a", "firstName": "Bob", "cellPhone": PHONE}, {"id": "b"}]
    promise = {"firstName": "Bob"}

    def paths(answer: JsonObject, read_later: bool) -> list[str]:
        return [one.path for one in surprises(members, promise, steps(), answer, read_later=read_later)]

    done, before = contact(firstName="Bob"), contact(firstName="Bob", cellPhone=PHONE)
    assert paths(before, False) == paths(before, True) == paths(done, True) == []
    assert paths(done, False) == ["cellPhone"], "the answer itself has to carry it"
    assert paths(contact(firstName="Bob", cellPhone=OTHER_PHONE), True) == ["cellPhone"]
