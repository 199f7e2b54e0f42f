"""The calls of a compensation."""

from collections.abc import Iterator, Mapping, Sequence

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.known_again import proofs, searched
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_call import Later, PlanCall, Purpose, division_of, looking_up, reading, reading_all
from reviewer.domain.step_calls import step_calls
from reviewer.domain.wire import JsonObject


def compensation_calls(members: Sequence[JsonObject], steps: Sequence[Step], claims: ClaimsRead) -> Iterator[PlanCall]:
    """Read the merged contact, which is the one member; each step; read all that are concerned as they are then.

    Nobody is merged, so the setting of ``claims`` is nothing to it.
    """
    canonical = members[0]
    created = _created(steps)
    yield reading_all([str(canonical["id"])])
    for step in steps:
        yield from _calls(step, steps, canonical, created)
    yield from map(reading, [str(canonical["id"]), *(one for one, _ in created.values())])


def _created(steps: Sequence[Step]) -> Mapping[int, tuple[Later, str | None]]:
    """Step that creates → what stands for the id of its contact, and that contact's division."""
    numbers = [number for number, step in enumerate(steps, start=1) if step.kind is StepKind.CREATE]
    return {
        number: (
            Later(f"{{created contact {place}}}" if len(numbers) > 1 else "{created contact}"),
            division_of(steps[number - 1].request["contact"]),
        )
        for place, number in enumerate(numbers, start=1)
    }


def _calls(
    step: Step, steps: Sequence[Step], canonical: JsonObject, created: Mapping[int, tuple[Later, str | None]]
) -> Iterator[PlanCall]:
    if step.kind is StepKind.CREATE:
        yield from _creating(step, steps)
    elif step.kind is StepKind.VERIFY:
        identifier = {name: value for name, value in step.request.items() if name != "contactId"}
        yield looking_up(identifier, division_of(canonical))
    else:
        named = step.request["contactId"]
        contact, division = created[named["step"]] if isinstance(named, dict) else (str(named), division_of(canonical))
        yield from step_calls(step, contact, division)


def _creating(step: Step, steps: Sequence[Step]) -> Iterator[PlanCall]:
    """Before a contact is made it is read who is like it, by its identifiers and by its name."""
    contact: JsonObject = step.request["contact"]
    for identifier in proofs(step.request, steps):
        yield looking_up(identifier, division_of(contact))
    if text := searched(contact):
        yield PlanCall(Purpose.SEARCH, carries={"text": text})
    yield PlanCall(Purpose.CREATE, carries=contact)
