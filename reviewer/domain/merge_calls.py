"""The calls of a plan that begins with a merge, or with two."""

from collections.abc import Iterator, Sequence

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.plan import FOLLOWING, Step, StepKind
from reviewer.domain.plan_call import (
    FIRST_MERGED,
    MERGED,
    PlanCall,
    Purpose,
    division_of,
    looking_up,
    reading,
    reading_all,
    reading_held,
)
from reviewer.domain.step_calls import body_of
from reviewer.domain.wire import JsonObject

_WRITES = {StepKind.REMOVE: Purpose.REMOVE, StepKind.RELEASE: Purpose.RELEASE}


def merge_calls(members: Sequence[JsonObject], steps: Sequence[Step], claims: ClaimsRead) -> Iterator[PlanCall]:
    """Read the claims and the members, merge; follow up; then see that all is as promised and leads there."""
    ids = [str(one["id"]) for one in members]
    yield from (reading_held(str(one["id"])) for one in members if claims.is_of(one))
    yield reading_all(ids)
    yield from _merging(steps)
    yield from _following(steps)
    yield from _proving(steps, division_of(members[0]) if members else None)


def _merging(steps: Sequence[Step]) -> Iterator[PlanCall]:
    """The merges; before a second one the head and the rest are read, as it names them."""
    merges = [step for step in steps if step.kind is StepKind.MERGE]
    for number, step in enumerate(merges):
        ids = [FIRST_MERGED if isinstance(one, dict) else one for one in step.request["contactIds"]]
        if number:
            yield reading_all(ids)
        yield PlanCall(Purpose.MERGE, carries={**step.request, "contactIds": ids})


def _following(steps: Sequence[Step]) -> Iterator[PlanCall]:
    for step in steps:
        if step.kind in FOLLOWING:
            yield reading(MERGED)
            if step.kind is StepKind.RELEASE:
                yield reading_held(MERGED)
            yield PlanCall(_WRITES[step.kind], MERGED, body_of(step))


def _proving(steps: Sequence[Step], division: str | None) -> Iterator[PlanCall]:
    """After all steps: is the contact what was promised, is what was released gone, do the identities lead to it?"""
    if any(step.kind in FOLLOWING for step in steps):
        yield reading(MERGED)
    yield from (reading_held(MERGED) for step in steps if step.kind is StepKind.RELEASE)
    yield from (looking_up(step.request, division) for step in steps if step.kind is StepKind.VERIFY)
