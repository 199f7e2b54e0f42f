"""What the requests of a plan's steps look like: the only ones that are ever sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.domain.fields import LIST_PATHS
from reviewer.domain.merge_set import MOST_TOGETHER, rounds
from reviewer.domain.override import writable
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject, digest

_SET_AGAIN = (*LIST_PATHS, "surveyOptOut")


def has_shape(steps: Sequence[Step], members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    """Whether ``steps`` are a plan as ``merge_plan`` makes it of these members and this golden record."""
    merges = [step.request for step in steps if step.kind is StepKind.MERGE]
    if len(members) > MOST_TOGETHER or not _are_rounds(merges, members):
        return False
    if any(step.kind is not StepKind.MERGE for step in steps[: len(merges)]):
        return False
    return all(_has_shape(step, promise) for step in steps[len(merges) :])


def _are_rounds(merges: Sequence[JsonObject], members: Sequence[str]) -> bool:
    """One merge of all members, or the first 25 and then the head with the rest, with one and the same override."""
    if not all(_names(one, "contactIds", "valueOverride") and isinstance(one["valueOverride"], dict) for one in merges):
        return False
    overrides = {digest(one["valueOverride"]) for one in merges}
    return len(overrides) == 1 and digest([one["contactIds"] for one in merges]) == digest(rounds(members))


def _has_shape(step: Step, promise: Mapping[str, Any]) -> bool:
    request = step.request
    if step.kind is StepKind.REMOVE:
        changes = request.get("changes", [])
        listed = _names(request, "changes") and isinstance(changes, list) and bool(changes)
        return listed and all(isinstance(one, dict) and _is_change(one, promise) for one in changes)
    if step.kind is StepKind.RELEASE:
        named = _names(request, "operation", "identifier") and request["operation"] == "Release"
        return named and is_identifier(request["identifier"])
    return step.kind is StepKind.VERIFY and _names(request, "type", "value")


def _names(request: Any, *names: str) -> bool:
    return isinstance(request, dict) and request.keys() == set(names)


def _is_change(change: JsonObject, promise: Mapping[str, Any]) -> bool:
    """A removal of what was not promised, or the promised value itself."""
    path = str(change.get("field", "")).removeprefix("$.")
    if _names(change, "field", "action"):
        return change["action"] == "Remove" and change["field"] == f"$.{path}" and path not in promise
    if not _names(change, "field", "action", "value") or change["field"] != f"$.{path}":
        return False
    set_again = change["action"] == "Update" and path in _SET_AGAIN and path in promise
    return set_again and digest(change["value"]) == digest(writable(path, promise[path]))


def is_identifier(identifier: Any) -> bool:
    """Whether a request names an identifier as ``wire_form`` writes it."""
    if _names(identifier, "type", "value", "externalSource"):
        return _names(identifier["externalSource"], "id")
    return _names(identifier, "type", "value")
