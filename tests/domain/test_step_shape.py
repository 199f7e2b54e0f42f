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
