"""The calls that carry a plan out, reads included: what a steward is told beforehand, and what a dry run prints.

It is the course where nothing is in the way, and at most these where nothing has to be asked twice: a look-up table of
the service that is behind, or a read that fails in passing, is asked again; and what is not there any more (the service
may let an identifier go with the field that is removed) is not removed or released.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.plan import FOLLOWING, Step, StepKind
from reviewer.domain.wire import JsonObject


class Purpose(StrEnum):
    """What a call is for."""

    READ_MEMBERS = "read the contacts afresh"
    READ_MERGED = "read the merged contact"
    READ_HELD = "read the identifiers that it holds"
    MERGE = "merge"
    REMOVE = "remove"
    RELEASE = "release"
    LOOK_UP = "look up"
    CLAIM = "claim"
    SET = "set"
    CREATE = "create"


class PlanCall(NamedTuple):
    """One call: its purpose and, as the step has it, its request. What a step reads before it has none."""

    purpose: Purpose
    request: JsonObject


_WRITES = {
    StepKind.MERGE: Purpose.MERGE,
    StepKind.REMOVE: Purpose.REMOVE,
    StepKind.RELEASE: Purpose.RELEASE,
    StepKind.VERIFY: Purpose.LOOK_UP,
    StepKind.CLAIM: Purpose.CLAIM,
    StepKind.SET: Purpose.SET,
    StepKind.CREATE: Purpose.CREATE,
}
"""Kind of a step → the call that it is; VERIFY is a read."""

_READ, _HELD = PlanCall(Purpose.READ_MERGED, {}), PlanCall(Purpose.READ_HELD, {})

_BEFORE = {StepKind.REMOVE: (_READ,), StepKind.RELEASE: (_READ, _HELD)}
"""What is read before a step that follows a merge."""


def plan_calls(members: Sequence[str], steps: Sequence[Step]) -> list[PlanCall]:
    """Every call that the plan needs, in its order."""
    return [PlanCall(Purpose.READ_MEMBERS, {"ids": list(members)}), *_changing(steps), *_proving(steps)]


def _changing(steps: Sequence[Step]) -> Iterator[PlanCall]:
    for step in steps:
        if step.kind not in (StepKind.VERIFY, StepKind.CLAIM_BACK):
            yield from _BEFORE.get(step.kind, ())
            yield PlanCall(_WRITES[step.kind], step.request)


def _proving(steps: Sequence[Step]) -> Iterator[PlanCall]:
    """After all steps: is the contact what was promised, is what was released gone, do the identities lead to it?"""
    if any(step.kind in FOLLOWING for step in steps):
        yield _READ
    yield from (_HELD for step in steps if step.kind is StepKind.RELEASE)
    yield from (PlanCall(_WRITES[step.kind], step.request) for step in steps if step.kind is StepKind.VERIFY)
