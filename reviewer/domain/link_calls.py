"""The calls of a link."""

from collections.abc import Iterator, Sequence

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_call import PlanCall, Purpose, division_of, looking_up, reading, reading_all
from reviewer.domain.step_calls import body_of, step_calls
from reviewer.domain.wire import JsonObject

IF_REFUSED = "only if the claim is refused"


def link_calls(members: Sequence[JsonObject], steps: Sequence[Step], claims: ClaimsRead) -> Iterator[PlanCall]:
    """Read the contacts and whom the identity leads to, move it, look it up again, read the contacts as they are then.

    The members are the master and, where there is one, the holder, in one division. No contact is merged, so the
    setting of ``claims`` is nothing to it.
    """
    ids = [str(one["id"]) for one in members]
    division = division_of(members[0])
    look_ups = [looking_up(step.request, division) for step in steps if step.kind is StepKind.VERIFY]
    yield reading_all(ids)
    yield from look_ups
    for step in steps:
        if step.kind not in (StepKind.VERIFY, StepKind.CLAIM_BACK):
            yield from step_calls(step, str(step.request["contactId"]), division)
    yield from look_ups
    yield from map(reading, ids)
    for step in steps:
        if step.kind is StepKind.CLAIM_BACK:
            yield PlanCall(Purpose.CLAIM_BACK, str(step.request["contactId"]), body_of(step), IF_REFUSED)
