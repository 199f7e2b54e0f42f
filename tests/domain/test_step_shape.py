"""The requests of a plan have the shapes that ``merge_plan`` makes; any other is refused."""

from copy import deepcopy
from typing import Any

import pytest

from reviewer.domain.golden_record import NOTHING, golden_record, promised
from reviewer.domain.plan import Step, StepKind, merge_plan
from reviewer.domain.step_shape import has_shape
from reviewer.domain.wire import JsonObject, decode_object, encode

MEMBERS: list[JsonObject] = [
    {"id": "a", "cellPhone": {"display": "+17029191300", "e164": "+17029191300"}, "surveyOptOut": False,
     "externalIds": [{"externalSource": {"id": "crm"}, "value": "1"}]},
    {"id": "b", "firstName": "Bob", "surveyOptOut": True, "modifyDate": "2026-01-01T00:00:00Z"},
]  # fmt: skip


def plan() -> tuple[list[Any], JsonObject]:
    """Steps as they are stored, and the promise: all kinds of steps and of changes."""
    picks = {"cellPhone": NOTHING, "externalIds": NOTHING, "surveyOptOut": "a"}
    golden = golden_record(MEMBERS, picks)
    steps = merge_plan(MEMBERS, golden, [("SocialInstagram", "1")])
    stored = decode_object(
        encode({"steps": [[step.kind, step.request] for step in steps], "promise": promised(golden)})
    )
    return stored["steps"], stored["promise"]


def fits(steps: list[Any], promise: JsonObject) -> bool:
    return has_shape([Step(StepKind(kind), request) for kind, request in steps], ["a", "b"], promise)


def test_a_plan_has_the_shape_of_one() -> None:
    steps, promise = plan()
    assert [kind for kind, _ in steps] == ["merge", "remove", "release", "release", "look up"]
    assert {change["action"] for change in steps[1][1]["changes"]} == {"Remove", "Update"}
    assert any("externalSource" in request["identifier"] for kind, request in steps if kind == "release")
    assert fits(steps, promise)


def change(steps: list[Any], **parts: Any) -> None:
    steps[1][1]["changes"].append(parts)


EDITED: dict[str, Any] = {
    "another member": lambda steps: steps[0][1]["contactIds"].append("c"),
    "more in the merge": lambda steps: steps[0][1].update(force=True),
    "no golden record": lambda steps: steps[0][1].update(valueOverride=None),
    "two merges": lambda steps: steps.append(deepcopy(steps[0])),
    "no merge": lambda steps: steps.pop(0),
    "a merge that is not the first": lambda steps: steps.reverse(),
    "no changes": lambda steps: steps[1][1].update(changes=[]),
    "no list of changes": lambda steps: steps[1][1].update(changes={"field": "$.title", "action": "Remove"}),
    "no change": lambda steps: steps[1][1].update(changes=["$.title"]),
    "more in a removal": lambda steps: steps[1][1].update(force=True),
    "a promised value removed": lambda steps: change(steps, field="$.firstName", action="Remove"),
    "another action": lambda steps: change(steps, field="$.title", action="Append"),
    "a path that is none": lambda steps: change(steps, field="title", action="Remove"),
    "another value set": lambda steps: change(steps, field="$.surveyOptOut", action="Update", value=True),
    "another field set": lambda steps: change(steps, field="$.firstName", action="Update", value="Bob"),
    "a claim": lambda steps: steps[2][1].update(operation="Claim"),
    "more in a release": lambda steps: steps[2][1]["identifier"].update(division="x"),
    "more in a look-up": lambda steps: steps[-1][1].update(division="x"),
}


@pytest.mark.parametrize("what", EDITED)
def test_any_other_request_is_refused(what: str) -> None:
    steps, promise = plan()
    EDITED[what](steps)
    assert not fits(steps, promise)


def large(count: int = 26) -> tuple[list[Any], list[str], JsonObject]:
    """Stored steps, members and promise of a plan with two merges."""
    members: list[JsonObject] = [
        {"id": f"c{number}", "firstName": "Kim", "instagramId": {"ids": [{"scopedId": "1"}]}} for number in range(count)
    ]
    golden = golden_record(members, {"instagramId": NOTHING})
    steps = [[step.kind, step.request] for step in merge_plan(members, golden)]
    stored = decode_object(encode({"steps": steps, "promise": promised(golden)}))
    return stored["steps"], [str(one["id"]) for one in members], stored["promise"]


def large_fits(steps: list[Any], members: list[str], promise: JsonObject) -> bool:
    return has_shape([Step(StepKind(kind), request) for kind, request in steps], members, promise)


@pytest.mark.parametrize("count", [25, 26, 40, 49])
def test_a_plan_of_a_large_group_has_the_shape_of_one(count: int) -> None:
    steps, members, promise = large(count)
    assert [kind for kind, _ in steps].count("merge") == (1 if count == 25 else 2)
    assert large_fits(steps, members, promise)


def ids_of(steps: list[Any], number: int) -> list[Any]:
    found: list[Any] = steps[number - 1][1]["contactIds"]
    return found


LARGE_EDITED: dict[str, Any] = {
    "the first alone": lambda steps: steps.pop(1),
    "the second alone": lambda steps: steps.pop(0),
    "the second first": lambda steps: steps.insert(0, steps.pop(1)),
    "a third": lambda steps: steps.insert(2, deepcopy(steps[1])),
    "a step between": lambda steps: steps.insert(1, steps.pop(2)),
    "fewer in the first": lambda steps: ids_of(steps, 2).append(ids_of(steps, 1).pop()),
    "another order": lambda steps: ids_of(steps, 1).reverse(),
    "one twice": lambda steps: ids_of(steps, 2).append("c0"),
    "one left out": lambda steps: ids_of(steps, 1).pop(),
    "the rest without the head": lambda steps: ids_of(steps, 2).pop(0),
    "the head of another step": lambda steps: ids_of(steps, 2).__setitem__(0, {"step": 2}),
    "the head by yes": lambda steps: ids_of(steps, 2).__setitem__(0, {"step": True}),
    "an id for the head": lambda steps: ids_of(steps, 2).__setitem__(0, "x"),
    "another record in the second": lambda steps: steps[1][1].update(valueOverride={"firstName": "Bob"}),
    "no record in the second": lambda steps: steps[1][1].update(valueOverride=None),
    "a claim with it": lambda steps: steps.append(["claim", {"type": "Cookie", "value": "1"}]),
}  # fmt: skip


@pytest.mark.parametrize("what", LARGE_EDITED)
def test_any_other_pair_of_merges_is_refused(what: str) -> None:
    steps, members, promise = large()
    LARGE_EDITED[what](steps)
    assert not large_fits(steps, members, promise)


def test_no_plan_is_of_more_members_than_can_become_one_person() -> None:
    steps, members, promise = large(49)
    ids_of(steps, 2).append("c49")
    assert not large_fits(steps, [*members, "c49"], promise)
