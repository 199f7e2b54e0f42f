"""What the steps of a compensation look like: the only ones of its kind that are ever sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.domain.compensation import made_by
from reviewer.domain.override import writable
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.step_shape import is_identifier
from reviewer.domain.wire import JsonObject, digest

K = StepKind


def is_compensation(steps: Sequence[Step], members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    """Whether ``steps`` are a plan as ``compensation`` makes it; the one member is the merged contact.

    First the merged contact gives back and lets go, then each contact is made, gets what it does not claim by itself,
    and is looked up. ``promise`` is the merged contact as it is to be then.
    """
    if len(members) != 1 or not any(step.kind is K.CREATE for step in steps):
        return False
    made = 0
    for number, step in enumerate(steps, start=1):
        if step.kind is K.CREATE:
            made = number
        if not _has_shape(step, members[0], promise, made, first=number == 1):
            return False
    return True


def _has_shape(step: Step, canonical: str, promise: Mapping[str, Any], made: int, *, first: bool) -> bool:
    request = step.request
    if step.kind is K.CREATE:
        return _names(request, "contact", "insteadOf") and isinstance(request["contact"], dict)
    if step.kind is K.SET:
        changes = request.get("changes")
        listed = first and _is_of(request, canonical, "changes") and isinstance(changes, list) and bool(changes)
        return listed and all(_is_change(one, promise) for one in request["changes"])
    if step.kind is K.RELEASE:
        named = not made and _is_of(request, canonical, "operation", "identifier")
        return named and request["operation"] == "Release" and is_identifier(request["identifier"])
    if step.kind is K.CLAIM:
        named = bool(made) and _is_of(request, made_by(made), "operation", "identifier")
        return named and request["operation"] == "Claim" and is_identifier(request["identifier"])
    if step.kind is K.VERIFY:
        identifier = {key: value for key, value in request.items() if key != "contactId"}
        return bool(made) and request.get("contactId") == made_by(made) and is_identifier(identifier)
    return False


def _names(request: JsonObject, *names: str) -> bool:
    return request.keys() == set(names)


def _is_of(request: JsonObject, contact: object, *names: str) -> bool:
    return _names(request, "contactId", *names) and request["contactId"] == contact


def _is_change(change: Any, promise: Mapping[str, Any]) -> bool:
    """A removal of what is not to be there, or the value that is."""
    if not isinstance(change, dict):
        return False
    path = str(change.get("field", "")).removeprefix("$.")
    if _names(change, "field", "action"):
        return change == {"field": f"$.{path}", "action": "Remove"} and path not in promise
    named = _names(change, "field", "action", "value") and change["action"] == "Update" and path in promise
    return named and digest(change["value"]) == digest(writable(path, promise[path]))
