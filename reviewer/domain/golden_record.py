"""The golden record: the merged contact as it will be, what it would lose, and what needs a step of its own.

The program sends the whole golden record as override, so that the service's own rule (``service_rule``) decides as
little as possible. An override cannot blank a field: what must not be in the result goes along with the merge and is
removed after it.
"""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from reviewer.domain.fields import (
    CUSTOM,
    EMAIL_PATHS,
    LIST_PATHS,
    PHONE_PATHS,
    STANDARD_FIELDS,
    FieldKind,
    content,
    field_of,
    same,
    value_at,
)
from reviewer.domain.service_rule import LIST_CAP, entries_of, entry_key, joined, newest_first
from reviewer.domain.slots import Held, place
from reviewer.domain.wire import JsonObject

NOTHING = "(nothing)"
"""The pick of nothing: the field is to be empty. No contact has such an id."""

_PATCHABLE_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
"""Keys that a PATCH can name: its paths are names with dots between them (section 1.6 of the API contract)."""


class Why(StrEnum):
    """Why a value is in the golden record."""

    ONLY = "only one has it"
    EQUAL = "all agree"
    NEWEST = "most recently modified"
    PICKED = "picked"
    JOINED = "joined"
    MOVED = "moved to a free slot"
    OPTED_OUT = "someone opted out"


class Reason(StrEnum):
    """Why a value is lost."""

    OTHER_CHOSEN = "another value was chosen"
    NO_SLOT = "no free slot"
    CAP = f"only {LIST_CAP} are kept"


class Chosen(NamedTuple):
    """A value of the golden record: the value, the contact it comes from ('' for several), and why."""

    value: Any
    source: str
    why: Why


class Loss(NamedTuple):
    """A value that the merged contact will not show: its field, the value, its contact, and why."""

    path: str
    value: Any
    source: str
    reason: Reason


class Removal(NamedTuple):
    """A value that goes along with the merge and is removed after it: where it arrives, and where it comes from."""

    path: str
    held: Held


class GoldenRecord(NamedTuple):
    """Path → chosen value, in the order of the fields; what is lost; what has to be removed after the merge.

    ``emptied`` are the fields that the steward picked nothing for; ``unwanted`` all values that are to go with them,
    those that never arrive included. ``settled`` are fields that the service may resolve in another way whatever
    is sent (lists that it joins, an opt-out that it keeps): if it does, they are set again after the merge.
    """

    fields: dict[str, Chosen]
    losses: tuple[Loss, ...]
    emptied: tuple[str, ...] = ()
    removals: tuple[Removal, ...] = ()
    unwanted: tuple[Held, ...] = ()
    settled: tuple[str, ...] = ()


def golden_record(members: Sequence[JsonObject], picks: Mapping[str, str]) -> GoldenRecord:
    """The golden record of ``members`` (decoded contacts, each with an id).

    ``picks`` maps a field's path to the id of the member whose value the steward chose, or to ``NOTHING``. Raises
    ``ValueError`` for a pick of a contact that is no member or has no value there, and for a field that cannot be
    emptied.
    """
    ranked = newest_first(members)
    paths = list(dict.fromkeys(path for one in ranked for path in content(one)))
    _check_picks(ranked, paths, picks)
    emptied = [path for path, pick in picks.items() if pick == NOTHING and not _is_flag(path)]
    fields = {path: _choose(path, ranked, picks) for path in paths if path not in emptied}
    unwanted = [held for path in emptied if path not in (*PHONE_PATHS, *EMAIL_PATHS) for held in _held(ranked, path)]
    removals = {held.path: held for held in reversed(unwanted)}
    losses: list[Loss] = []
    for slots in (PHONE_PATHS, EMAIL_PATHS):
        placed = place(slots, ranked, {slot: fields[slot].value for slot in slots if slot in fields}, emptied)
        fields |= {slot: Chosen(held.value, held.source, Why.MOVED) for slot, held in placed.moved.items()}
        losses += [Loss(held.path, held.value, held.source, Reason.NO_SLOT) for held in placed.lost]
        removals |= placed.carried
        unwanted += placed.unwanted
    left_out = _left_out(ranked, fields)
    losses += [*_outvoted(ranked, fields), *left_out]
    overruled = [loss.path for loss in losses if _is_flag(loss.path) or loss in left_out]
    return GoldenRecord(
        _ordered(fields),
        tuple(losses),
        tuple(emptied),
        tuple(Removal(path, removals[path]) for path in _in_order(removals)),
        tuple(unwanted),
        tuple(dict.fromkeys(overruled)),
    )


def _check_picks(ranked: Sequence[JsonObject], paths: Sequence[str], picks: Mapping[str, str]) -> None:
    records = {str(one["id"]): one for one in ranked}
    for path, chosen in picks.items():
        label = field_of(path).label
        if chosen == NOTHING:
            if path not in paths and path not in (*PHONE_PATHS, *EMAIL_PATHS):
                raise ValueError(f"nobody has a value for {label} to pick against")
            if path.startswith(CUSTOM) and not is_patchable(path.removeprefix(CUSTOM)):
                raise ValueError(
                    f"{label} cannot be emptied: the service cannot be told to remove a field of that name"
                )
        elif path not in paths or not _can_give(records.get(chosen), path):
            raise ValueError(f"{chosen} has no value for {label} to pick")


def is_patchable(key: str) -> bool:
    """Whether a PATCH can name a custom field."""
    return _PATCHABLE_KEY.fullmatch(key) is not None


def _can_give(record: JsonObject | None, path: str) -> bool:
    return record is not None and (_is_flag(path) or value_at(record, path) is not None)


def _is_flag(path: str) -> bool:
    """A flag is never emptied: nothing means no, and no can be sent."""
    return field_of(path).kind is FieldKind.FLAG


def _held(ranked: Sequence[JsonObject], path: str) -> list[Held]:
    found = [Held(value, str(one["id"]), path) for one in ranked if (value := value_at(one, path)) is not None]
    return [
        held for place_, held in enumerate(found) if not any(same(path, held.value, f.value) for f in found[:place_])
    ]


def _choose(path: str, ranked: Sequence[JsonObject], picks: Mapping[str, str]) -> Chosen:
    holders = [(str(one["id"]), value) for one in ranked if (value := value_at(one, path)) is not None]
    if path in picks:
        return _picked(path, dict(holders), picks[path])
    if path == "surveyOptOut" and any(value is True for _, value in holders):
        return Chosen(True, next(source for source, value in holders if value is True), Why.OPTED_OUT)
    if path in LIST_PATHS:
        return _join(holders)
    source, value = holders[0]
    if len(holders) == 1:
        return Chosen(value, source, Why.ONLY)
    agree = all(same(path, value, other) for _, other in holders[1:])
    return Chosen(value, source, Why.EQUAL if agree else Why.NEWEST)


def _picked(path: str, holders: Mapping[str, Any], pick: str) -> Chosen:
    value = holders.get(pick, False) if _is_flag(path) else holders[pick]
    return Chosen(value, "" if pick == NOTHING else pick, Why.PICKED)


def _join(holders: Sequence[tuple[str, Any]]) -> Chosen:
    kept = joined(values for _, values in holders)[:LIST_CAP]
    return Chosen(kept, holders[0][0], Why.ONLY) if len(holders) == 1 else Chosen(kept, "", Why.JOINED)


def _outvoted(ranked: Sequence[JsonObject], fields: Mapping[str, Chosen]) -> list[Loss]:
    """Values of single-valued fields that differ from the chosen one."""
    lost = []
    for path, chosen in fields.items():
        if path in (*PHONE_PATHS, *EMAIL_PATHS, *LIST_PATHS) or (_is_flag(path) and chosen.value is True):
            continue
        for held in _held(ranked, path):
            if not same(path, held.value, chosen.value):
                lost.append(Loss(path, held.value, held.source, Reason.OTHER_CHOSEN))
    return lost


def _left_out(ranked: Sequence[JsonObject], fields: Mapping[str, Chosen]) -> list[Loss]:
    """Entries of lists that the chosen list does not hold, each once."""
    lost = []
    for path in LIST_PATHS:
        if path not in fields:
            continue
        known = {entry_key(one) for one in entries_of(fields[path].value)}
        reason = Reason.OTHER_CHOSEN if fields[path].why is Why.PICKED else Reason.CAP
        for record in ranked:
            for one in entries_of(value_at(record, path)):
                if entry_key(one) not in known:
                    known.add(entry_key(one))
                    lost.append(Loss(path, one, str(record["id"]), reason))
    return lost


def _in_order(paths: Mapping[str, Any]) -> list[str]:
    standard = [field.path for field in STANDARD_FIELDS if field.path in paths]
    return [*standard, *sorted(path for path in paths if path.startswith(CUSTOM))]


def _ordered(fields: Mapping[str, Chosen]) -> dict[str, Chosen]:
    return {path: fields[path] for path in _in_order(fields)}


def promised(golden: GoldenRecord) -> JsonObject:
    """Path → value, as it is stored with an approval and compared with the service's answer."""
    return {path: chosen.value for path, chosen in golden.fields.items()}
