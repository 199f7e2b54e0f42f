"""Which plans there are, by the kind of their decision, and what the steps of each look like: no other is ever sent."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from reviewer.domain.compensation_shape import is_compensation
from reviewer.domain.link_plan import is_change_of
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.step_shape import has_shape, is_identifier
from reviewer.domain.wire import JsonObject

Shape = Callable[[Sequence[Step], Sequence[str], Mapping[str, Any]], bool]
"""Whether steps are a plan of that kind for these members and this promise."""

K = StepKind
_SEQUENCES = (
    (K.CLAIM, K.VERIFY),
    (K.CLAIM, K.SET, K.VERIFY),
    (K.RELEASE, K.CLAIM, K.VERIFY, K.CLAIM_BACK),
    (K.RELEASE, K.CLAIM, K.SET, K.VERIFY, K.CLAIM_BACK),
)
_OPERATIONS = {K.RELEASE: "Release", K.CLAIM: "Claim", K.CLAIM_BACK: "Claim"}


def is_link(steps: Sequence[Step], members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    """Whether ``steps`` are a plan as ``link_plan`` makes it: members are the master and, if there is one, the holder.

    One identity in all of them, released from and claimed back for the holder, claimed and set for the master.
    """
    if tuple(step.kind for step in steps) not in _SEQUENCES:
        return False
    moved = steps[0].kind is K.RELEASE
    if len(members) != (2 if moved else 1):
        return False
    identity = next(step.request for step in steps if step.kind is K.VERIFY)
    return is_identifier(identity) and all(_is_of_link(step, identity, members, promise) for step in steps)


def _is_of_link(step: Step, identity: JsonObject, members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    if step.kind is K.VERIFY:
        return True
    contact = members[1] if step.kind in (K.RELEASE, K.CLAIM_BACK) else members[0]
    if step.kind is not K.SET:
        return step.request == {"contactId": contact, "operation": _OPERATIONS[step.kind], "identifier": identity}
    changes = step.request.get("changes")
    one = isinstance(changes, list) and len(changes) == 1 and is_change_of(changes[0], dict(promise))
    return one and step.request == {"contactId": contact, "changes": changes}


PLAN_SHAPES: dict[str, Shape] = {
    "merge": has_shape,
    "stitch": has_shape,
    "link": is_link,
    "compensate": is_compensation,
}
"""Kind of a decision → the shape of its plan."""
