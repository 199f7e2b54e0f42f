"""The calls of one step of a plan of single calls: what is read before it, and the step itself."""

from collections.abc import Iterator

from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_call import PlanCall, Purpose, looking_up, reading, reading_held
from reviewer.domain.wire import JsonObject

_WRITES = {StepKind.CLAIM: Purpose.CLAIM, StepKind.RELEASE: Purpose.RELEASE, StepKind.SET: Purpose.SET}


def step_calls(step: Step, contact: str, division: str | None) -> Iterator[PlanCall]:
    """A CLAIM, RELEASE or SET for ``contact``, which is in ``division``: nothing is sent for what is so already.

    What is claimed is not taken from anybody, so it is looked up before.
    """
    yield reading(contact)
    if step.kind in (StepKind.CLAIM, StepKind.RELEASE):
        yield reading_held(contact)
    if step.kind is StepKind.CLAIM:
        yield looking_up(step.request["identifier"], division)
    yield PlanCall(_WRITES[step.kind], contact, body_of(step))


def body_of(step: Step) -> JsonObject:
    """What a step carries: its request without the contact, which stands in the path."""
    return {name: value for name, value in step.request.items() if name != "contactId"}
