"""What a plan does after its merge: what the merge's answer may hold until then, and whether a step is still needed.

Every question is asked of the contact as it was read, so that a step whose outcome is not known is settled by
reading, and one that has nothing left to do is not sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reviewer.domain.answer import Difference, kept, merge_differences
from reviewer.domain.contact import contact_from
from reviewer.domain.fields import LIST_PATHS, same, shown, value_at
from reviewer.domain.identifiers import Identifier, field_identifiers, from_wire
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.service_rule import entries_of, entry_key
from reviewer.domain.wire import JsonObject


def surprises(
    members: Sequence[JsonObject],
    promise: Mapping[str, Any],
    steps: Sequence[Step],
    answer: JsonObject,
    *,
    merged: Sequence[str] = (),
    read_later: bool = False,
) -> list[Difference]:
    """Where a merge's answer is not what it has to be before the other steps of the plan.

    ``merged`` are the ids that this merge took, where those are not all ``members`` of the plan.

    Where the contact was ``read_later``, in place of an answer that never came, the steps may have been made already:
    what they remove may be gone.
    """
    expected = {**promise, **carried(steps)}
    if read_later:
        gone = [path for path in carried(steps) if value_at(answer, path) is None]
        expected = {path: value for path, value in expected.items() if path not in gone}
    found = merge_differences(merged or [str(one["id"]) for one in members], expected, answer)
    changed = {*(path for path in carried(steps) if path in LIST_PATHS), *_set_again(steps)}
    return [one for one in found if one.path not in changed or not _is_of_members(one.path, members, answer)]


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


def changes_left(request: JsonObject, contact: JsonObject) -> list[JsonObject]:
    """The changes of a REMOVE step that are not made in ``contact``."""
    return [change for change in request["changes"] if not _is_made(change, value_at(contact, _path(change)))]


def _is_made(change: JsonObject, value: Any) -> bool:
    return value is None if change["action"] == "Remove" else kept(_path(change), change["value"], value)


def changed_by_others(request: JsonObject, answer: JsonObject, contact: JsonObject) -> list[str]:
    """Paths of a REMOVE step where ``contact`` holds what neither the merge's ``answer`` nor the step left there.

    The answer decides: a field that it had as promised, or already empty, was never for the step to change, so any
    other value there was said by somebody since the merge; a field that it had otherwise must still be so.
    """
    return [
        path
        for change in request["changes"]
        for path in (_path(change),)
        if not _is_made(change, value_at(contact, path))
        and not is_unchanged(path, value_at(answer, path), value_at(contact, path))
    ]


def is_unchanged(path: str, then: Any, now: Any) -> bool:
    """Whether what a contact holds ``now`` is what it held ``then``; None stands for an empty field."""
    return kept(path, now, then) if now is not None else kept(path, then, now) if then is not None else True


def changed_answer(request: JsonObject, canonical: str, answer: JsonObject) -> list[Difference]:
    """Where the answer to a REMOVE step is not the contact that was to be changed, or not as it was to be."""
    if answer["id"] != canonical:
        return [Difference("changed contact", canonical, str(answer["id"]))]
    return [_not_made(change, answer) for change in changes_left(request, answer)]


def _not_made(change: JsonObject, answer: JsonObject) -> Difference:
    path = _path(change)
    return Difference(path, shown(path, change.get("value")), shown(path, value_at(answer, path)))


def written_again(
    identifier: Identifier, steps: Sequence[Step], answer: JsonObject, contact: JsonObject, *, removed: bool
) -> list[str]:
    """Fields of ``contact`` that hold an identifier which is to be released: somebody wants it there after all.

    Where the REMOVE step was not ``removed``, what it was to take away still stands as the merge left it: that is
    no reason to keep the identifier.
    """
    held = {implied.field for implied in field_identifiers(contact_from(contact)) if implied.identifier == identifier}
    left = [] if removed else [path for path in carried(steps) if _stands(path, answer, contact)]
    return sorted(held - {"identifiers"} - {path.partition(".")[0] for path in left})


def _stands(path: str, answer: JsonObject, contact: JsonObject) -> bool:
    return same(path, value_at(answer, path), value_at(contact, path))


def to_release(request: JsonObject) -> Identifier:
    """The identifier of a RELEASE step, in the program's own form."""
    return from_wire(request["identifier"])
