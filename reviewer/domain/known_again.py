"""By what a contact that was made anew is known: the call that makes it has no key, and its answer may be lost."""

from collections.abc import Sequence

from reviewer.domain.contact import contact_from, headline
from reviewer.domain.identifiers import from_wire
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject


def proofs(request: JsonObject, steps: Sequence[Step]) -> list[JsonObject]:
    """The identifiers that the contact claims by being made: those it is to be proved by that no call claims for it."""
    numbers = [
        number
        for number, step in enumerate(steps, start=1)
        if step.kind is StepKind.CREATE and step.request["insteadOf"] == request["insteadOf"]
    ]
    own = [step for step in steps if step.request.get("contactId") == {"step": numbers[0]}]
    claimed = [from_wire(step.request["identifier"]) for step in own if step.kind is StepKind.CLAIM]
    looked_up = [
        {name: value for name, value in step.request.items() if name != "contactId"}
        for step in own
        if step.kind is StepKind.VERIFY
    ]
    return [one for one in looked_up if from_wire(one) not in claimed]


def searched(contact: JsonObject) -> str:
    """The words that find it, ``contact`` being the body that makes it; record text.

    Empty for a contact without name, account and identifier.
    """
    return headline(contact_from({"id": "", **contact})).strip()
