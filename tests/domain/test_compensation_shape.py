"""Only steps as a compensation makes them are ever sent."""

from typing import Any

import pytest

from reviewer.domain.compensation import compensation
from reviewer.domain.compensation_shape import is_compensation
from reviewer.domain.golden_record import golden_record, promised
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject
from tests.domain.test_compensation import ANN, BOB, members

COOKIE = {("Cookie", "c"), ("Phone", "+11"), ("ExternalId", "crm/1")}


def planned() -> tuple[list[Step], JsonObject]:
    """A plan with every kind of step, and the merged contact as it is to be."""
    promise = promised(golden_record([BOB, ANN], {}))
    plan = compensation(members(BOB, ANN, bob=COOKIE), ["bob"], promise, "new")
    wanted = dict(promise)
    for change in plan.steps[0].request["changes"]:
        path = change["field"].removeprefix("$.")
        wanted.pop(path, None)
        if change["action"] == "Update":
            wanted[path] = change["value"]
    return list(plan.steps), wanted


def edited(number: int, **changes: Any) -> list[Step]:
    steps, _ = planned()
    steps[number - 1] = steps[number - 1]._replace(request={**steps[number - 1].request, **changes})
    return steps


def test_a_plan_has_the_shape() -> None:
    steps, promise = planned()
    assert {step.kind.value for step in steps} == {"set", "release", "create", "claim", "look up"}
    assert is_compensation(steps, ["new"], promise)
    assert not is_compensation(steps, ["other"], promise) and not is_compensation(steps, ["new", "more"], promise)


@pytest.mark.parametrize(
    ("number", "changes"),
    [
        (1, {"contactId": "other"}),
        (1, {"changes": [{"field": "$.title", "action": "Update", "value": "Dr"}]}),
        (1, {"changes": [{"field": "$.lastName", "action": "Remove"}]}),
        (1, {"changes": []}),
        (2, {"contactId": "other"}),
        (2, {"operation": "Claim"}),
        (5, {"contact": "bob"}),
        (6, {"contactId": "new"}),
        (6, {"contactId": {"step": 1}}),
        (7, {"contactId": "new"}),
        (7, {"more": True}),
    ],
)
def test_a_step_that_was_edited_has_not(number: int, changes: dict[str, Any]) -> None:
    assert not is_compensation(edited(number, **changes), ["new"], planned()[1])


def test_neither_have_steps_in_another_order_or_of_another_kind() -> None:
    steps, promise = planned()
    assert not is_compensation(steps[::-1], ["new"], promise)
    assert not is_compensation(steps[:4], ["new"], promise), "nobody is made anew"
    assert not is_compensation([*steps, steps[1]], ["new"], promise), "nothing is released of who was made anew"
    merge = Step(StepKind.MERGE, {"contactIds": ["new", "other"], "valueOverride": {}})
    assert not is_compensation([merge, *steps], ["new"], promise)
