"""What the requests of a plan's steps look like: the only ones that are ever sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from reviewer.domain.fields import LIST_PATHS
from reviewer.domain.override import writable
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject, digest

_SET_AGAIN = (*LIST_PATHS, "surveyOptOut")


def has_shape(steps: Sequence[Step], members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    """Whether ``steps`` are a plan as ``merge_plan`` makes it of these members and this golden record."""
    if [step.kind for step in steps].count(StepKind.MERGE) != 1 or steps[0].kind is not StepKind.MERGE:
        return False
    return all(_has_shape(step, members, promise) for step in steps)


def _has_shape(step: Step, members: Sequence[str], promise: Mapping[str, Any]) -> bool:
    request = step.request
    if step.kind is StepKind.MERGE:
        named = _names(request, "contactIds", "valueOverride") and isinstance(request["valueOverride"], dict)
        return named and request["contactIds"] == list(members)
    if step.kind is StepKind.REMOVE:
        changes = request.get("changes", [])
        listed = _names(request, "changes") and isinstance(changes, list) and bool(changes)
        return listed and all(isinstance(one, dict) and _is_change(one, promise) for one in changes)
    if step.kind is StepKind.RELEASE:
        named = _names(request, "operation", "identifier") and request["operation"] == "Release"
        return named and is_identifier(request["identifier"])
    return _names(request, "type", "value")


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
