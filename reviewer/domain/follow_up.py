"""What a plan does after its merge: what the merge's answer may hold until then, and whether a step is still needed.

Every question is asked of the contact as it was read, so that a step whose outcome is not known is settled by
reading, and one that has nothing left to do is not sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reviewer.domain.answer import Difference, differences, kept, merge_differences
from reviewer.domain.fields import LIST_PATHS, same, value_at
from reviewer.domain.identifiers import Identifier, own_form
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.service_rule import entries_of, entry_key
from reviewer.domain.wire import JsonObject


def surprises(
    members: Sequence[JsonObject], promise: Mapping[str, Any], steps: Sequence[Step], answer: JsonObject
) -> list[Difference]:
    """Where the merge's answer is not what it has to be before the other steps of the plan."""
    found = merge_differences([str(one["id"]) for one in members], {**promise, **carried(steps)}, answer)
    return _unless_joined(found, members, steps, answer)


def _unless_joined(
    found: Sequence[Difference], members: Sequence[JsonObject], steps: Sequence[Step], contact: JsonObject
) -> list[Difference]:
    """Differences without those that a step makes good, where the service took nothing but what members have."""
    changed = {*(path for path in carried(steps) if path in LIST_PATHS), *_set_again(steps)}
    return [one for one in found if one.path not in changed or not _is_of_members(one.path, members, contact)]


def carried(steps: Sequence[Step]) -> JsonObject:
    """Path → value, as it was sent, of what goes along with the merge and is removed after it."""
    override = next(step.request["valueOverride"] for step in steps if step.kind is StepKind.MERGE)
    return {_path(one): value_at(override, _path(one)) for one in _changes(steps) if one["action"] == "Remove"}


def _set_again(steps: Sequence[Step]) -> JsonObject:
    """Path → value of what is set again if the service resolved it otherwise: lists, and an opt-out."""
    return {_path(one): one["value"] for one in _changes(steps) if one["action"] == "Update"}


def _changes(steps: Iterable[Step]) -> list[JsonObject]:
    return [change for step in steps if step.kind is StepKind.REMOVE for change in step.request["changes"]]


def _path(change: JsonObject) -> str:
    return str(change["field"]).removeprefix("$.")


def _is_of_members(path: str, members: Sequence[JsonObject], contact: JsonObject) -> bool:
    """Whether the field holds nothing but what members have: one's value, or a list of their entries."""
    if path not in LIST_PATHS:
        return any(same(path, value_at(one, path), value_at(contact, path)) for one in members)
    known = {entry_key(one) for record in members for one in entries_of(value_at(record, path))}
    return {entry_key(one) for one in entries_of(value_at(contact, path))} <= known


def has_to_change(request: JsonObject, contact: JsonObject) -> bool:
    """Whether the changes of a REMOVE step are not all made yet."""
    return any(not _is_made(change, value_at(contact, _path(change))) for change in request["changes"])


def _is_made(change: JsonObject, value: Any) -> bool:
    return value is None if change["action"] == "Remove" else kept(_path(change), change["value"], value)


def replaced(members: Sequence[JsonObject], steps: Sequence[Step], contact: JsonObject) -> list[Difference]:
    """Values that a REMOVE step would take away although nobody said so: changed by somebody since the merge."""
    expected = {**carried(steps), **_set_again(steps)}
    present = {path: value for path in expected if (value := value_at(contact, path)) is not None}
    nothing_else = {path: expected[path] for path in present}
    found = [one for one in differences(nothing_else, _only(contact, present)) if one.path in present]
    return _unless_joined(found, members, steps, contact)


def _only(contact: JsonObject, paths: Mapping[str, Any]) -> JsonObject:
    names = {path.split(".")[0] for path in paths}
    return {name: value for name, value in contact.items() if name in names}


def to_release(request: JsonObject) -> Identifier:
    """The identifier of a RELEASE step, in the program's own form."""
    identifier = request["identifier"]
    return own_form(identifier["type"], identifier["value"], (identifier.get("externalSource") or {}).get("id"))
