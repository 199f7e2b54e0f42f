"""What a merged contact gives back when one of its members is made anew: it then stands for the others alone.

A value that only the re-created one had is taken out, or set back to what the others had there: as long as it stands
in the merged contact, a later PUT claims its identifier again (section 3 of the API contract).
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.answer import kept
from reviewer.domain.fields import CUSTOM, EMAIL_PATHS, LIST_PATHS, PHONE_PATHS, FieldKind, field_of, same, value_at
from reviewer.domain.golden_record import golden_record, is_patchable, promised
from reviewer.domain.override import writable
from reviewer.domain.service_rule import entries_of, entry_key
from reviewer.domain.slots import one_value
from reviewer.domain.wire import JsonObject


class GivenBack(NamedTuple):
    """The changes of a PATCH; and in words what only the re-created one had and the merged contact keeps."""

    changes: list[JsonObject]
    staying: list[str]


def given_back(
    leaving: Sequence[JsonObject],
    others: Sequence[JsonObject],
    promise: Mapping[str, Any],
    now: JsonObject | None = None,
) -> GivenBack:
    """What the merged contact gives back of ``leaving``, the records of those who are made anew.

    ``promise`` is what the merge made it, path → value; ``now`` the contact as it is, where that was read: what
    somebody has changed since the merge is left alone. ``others`` are the members that stay in it.
    """
    theirs = promised(golden_record(others, {}))
    found = GivenBack([], [])
    for path, value in promise.items():
        wanted = _without(path, value, leaving, others, theirs, promise)
        if wanted is _AS_IT_IS:
            continue
        if reason := _untouchable(path, value, now):
            found.staying.append(f"{field_of(path).label}: {reason}")
        elif wanted is None:
            found.changes.append({"field": f"$.{path}", "action": "Remove"})
        else:
            found.changes.append({"field": f"$.{path}", "action": "Update", "value": writable(path, wanted)})
    return found


_AS_IT_IS = object()


def _without(
    path: str,
    value: Any,
    leaving: Sequence[JsonObject],
    others: Sequence[JsonObject],
    theirs: Mapping[str, Any],
    promise: Mapping[str, Any],
) -> Any:
    """What a field holds without those who leave: a value, None for nothing, or ``_AS_IT_IS``."""
    if path in LIST_PATHS:
        known = _entries(path, others)
        staying = [
            one for one in entries_of(value) if entry_key(one) in known or entry_key(one) not in _entries(path, leaving)
        ]
        return _AS_IT_IS if len(staying) == len(entries_of(value)) else staying or None
    if _is_held(path, value, others) or not _is_held(path, value, leaving):
        return _AS_IT_IS
    instead = theirs.get(path)
    return None if instead is None or _stands_elsewhere(path, instead, promise) else instead


def _entries(path: str, records: Sequence[JsonObject]) -> set[str]:
    return {entry_key(one) for record in records for one in entries_of(value_at(record, path))}


def _is_held(path: str, value: Any, records: Sequence[JsonObject]) -> bool:
    """Whether one of the records has the value: a phone or an email in any slot, all else in its own field."""
    slots = _slots(path)
    if not slots:
        return any(same(path, value, value_at(one, path)) for one in records)
    found = (value_at(one, slot) for one in records for slot in slots)
    return any(one is not None and one_value(path, value, one) for one in found)


def _stands_elsewhere(path: str, value: Any, promise: Mapping[str, Any]) -> bool:
    """Whether a phone or an email has another slot in the merged contact, to which the merge moved it."""
    placed = (promise[slot] for slot in _slots(path) if slot != path and slot in promise)
    return any(one_value(path, value, one) for one in placed)


def _slots(path: str) -> tuple[str, ...]:
    return PHONE_PATHS if path in PHONE_PATHS else EMAIL_PATHS if path in EMAIL_PATHS else ()


def _untouchable(path: str, value: Any, now: JsonObject | None) -> str:
    """Why a value stays though it came from the re-created one alone; empty if it goes."""
    if field_of(path).kind is FieldKind.FLAG:
        return "stays as the merge left it: to ask less often is the safe side"
    if path.startswith(CUSTOM) and not is_patchable(path.removeprefix(CUSTOM)):
        return "stays in the merged contact: the service cannot be told to change a field of that name"
    if now is not None and not kept(path, value, value_at(now, path)):
        return "was changed since the merge, and is left as it is"
    return ""
