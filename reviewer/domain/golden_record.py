"""The golden record: the merged contact as it will be, and what it would lose.

The service's rule (section 2.1 of the API contract): a value given as override wins, else the value of the most
recently modified contact that has one; phones and emails that lose move to a free slot of their kind; lists are
joined. The program sends the whole golden record as override, so that rule decides as little as possible.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from reviewer.domain.fields import (
    CUSTOM,
    EMAIL_PATHS,
    PHONE_PATHS,
    FieldKind,
    content,
    field_of,
    phone_key,
    same,
    shown,
    value_at,
)
from reviewer.domain.wire import JsonObject, digest

LIST_CAP = 10
"""Most entries that the service keeps in a list field."""

_LISTS = ("externalIds", "appleOpaqueIds")
_PHONE_PARTS = ("display", "extension", "acceptsSMS", "normalizationCountryCode")


class Why(StrEnum):
    """Why a value is in the golden record."""

    ONLY = "only one has it"
    EQUAL = "all agree"
    NEWEST = "most recently modified"
    PICKED = "picked"
    JOINED = "joined"
    MOVED = "moved to a free slot"
    OPTED_OUT = "someone opted out"


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
    reason: str


class GoldenRecord(NamedTuple):
    """Path → chosen value, in the order of the fields, and what is lost."""

    fields: dict[str, Chosen]
    losses: tuple[Loss, ...]


def golden_record(members: Sequence[JsonObject], picks: Mapping[str, str]) -> GoldenRecord:
    """The golden record of ``members`` (decoded contacts, each with an id).

    ``picks`` maps a field's path to the id of the member whose value the steward chose. Raises ``ValueError``
    for a pick of a contact that is no member or has no value there.
    """
    newest_first = sorted(members, key=lambda one: (str(one.get("modifyDate") or ""), str(one["id"])), reverse=True)
    contents = {str(one["id"]): content(one) for one in newest_first}
    for path, chosen in picks.items():
        if chosen not in contents or path not in contents[chosen]:
            raise ValueError(f"{chosen} has no value for {field_of(path).label} to pick")
    paths = list(dict.fromkeys(path for values in contents.values() for path in values))
    fields = {path: _choose(path, newest_first, picks) for path in paths}
    losses: list[Loss] = []
    for slots in (PHONE_PATHS, EMAIL_PATHS):
        losses += _overflow(slots, newest_first, fields)
    losses += _outvoted(newest_first, fields)
    losses += _over_cap(newest_first, fields)
    return GoldenRecord(_ordered(fields), tuple(losses))


def _choose(path: str, newest_first: Sequence[JsonObject], picks: Mapping[str, str]) -> Chosen:
    holders = [(str(one["id"]), value_at(one, path)) for one in newest_first]
    holders = [(source, value) for source, value in holders if value is not None]
    if path in picks:
        return Chosen(dict(holders)[picks[path]], picks[path], Why.PICKED)
    if path == "surveyOptOut" and any(value is True for _, value in holders):
        return Chosen(True, next(source for source, value in holders if value is True), Why.OPTED_OUT)
    if path in _LISTS:
        return _join(holders)
    source, value = holders[0]
    if len(holders) == 1:
        return Chosen(value, source, Why.ONLY)
    agree = all(same(path, value, other) for _, other in holders[1:])
    return Chosen(value, source, Why.EQUAL if agree else Why.NEWEST)


def _join(holders: Sequence[tuple[str, Any]]) -> Chosen:
    entries: dict[str, Any] = {}
    for _, values in holders:
        for entry in values:
            entries.setdefault(entry_key(entry), entry)
    kept = list(entries.values())[:LIST_CAP]
    if len(holders) == 1:
        return Chosen(kept, holders[0][0], Why.ONLY)
    return Chosen(kept, "", Why.JOINED)


def entry_key(entry: Any) -> str:
    """What makes two list entries one: the value and the id of its external source."""
    if not isinstance(entry, dict):
        return str(entry)
    source = entry.get("externalSource") or {}
    return digest([source.get("id"), entry.get("value")])


def _overflow(slots: Sequence[str], newest_first: Sequence[JsonObject], fields: dict[str, Chosen]) -> list[Loss]:
    """Move values that lost their slot into free ones, newest contact first; what finds none is lost."""
    lost: list[Loss] = []
    for record in newest_first:
        for path in slots:
            value = value_at(record, path)
            if value is None or any(_one_number(path, value, fields[slot].value) for slot in slots if slot in fields):
                continue
            free = next((slot for slot in slots if slot not in fields), None)
            source = str(record["id"])
            if free:
                fields[free] = Chosen(value, source, Why.MOVED)
            elif not any(_one_number(path, value, known.value) for known in lost):
                lost.append(Loss(path, value, source, "no free slot"))
    return lost


def _one_number(path: str, one: Any, other: Any) -> bool:
    return phone_key(one) == phone_key(other) if path in PHONE_PATHS else same("workEmail", one, other)


def _outvoted(newest_first: Sequence[JsonObject], fields: Mapping[str, Chosen]) -> list[Loss]:
    """Values of single-valued fields that differ from the chosen one."""
    lost = []
    for path, chosen in fields.items():
        if path in PHONE_PATHS or path in EMAIL_PATHS or path in _LISTS or path == "surveyOptOut":
            continue
        seen = [chosen.value]
        for record in newest_first:
            value = value_at(record, path)
            if value is None or any(same(path, value, known) for known in seen):
                continue
            seen.append(value)
            lost.append(Loss(path, value, str(record["id"]), "another value was chosen"))
    return lost


def _over_cap(newest_first: Sequence[JsonObject], fields: Mapping[str, Chosen]) -> list[Loss]:
    lost = []
    for path in _LISTS:
        if path not in fields:
            continue
        kept = {entry_key(entry) for entry in fields[path].value}
        for record in newest_first:
            for entry in value_at(record, path) or ():
                if entry_key(entry) not in kept:
                    lost.append(Loss(path, entry, str(record["id"]), f"only {LIST_CAP} are kept"))
    return lost


def _ordered(fields: dict[str, Chosen]) -> dict[str, Chosen]:
    from reviewer.domain.fields import STANDARD_FIELDS

    standard = [field.path for field in STANDARD_FIELDS if field.path in fields]
    return {path: fields[path] for path in (*standard, *sorted(path for path in fields if path.startswith(CUSTOM)))}


def value_override(golden: GoldenRecord, members: Sequence[JsonObject]) -> JsonObject:
    """The golden record as the ``valueOverride`` of a merge request, read-only parts left out."""
    override: JsonObject = {}
    for path, chosen in golden.fields.items():
        if path.startswith(CUSTOM):
            override.setdefault("customFields", {})[path.removeprefix(CUSTOM)] = chosen.value
        else:
            override[path] = _writable(path, chosen.value)
    if "customFields" in override:
        schema = next((one["schema"] for one in members if one.get("schema")), None)
        if schema:
            override["schema"] = schema
    return override


def _writable(path: str, value: Any) -> Any:
    kind = field_of(path).kind
    if kind is FieldKind.PHONE and isinstance(value, dict):
        return {part: value[part] for part in _PHONE_PARTS if value.get(part) is not None}
    if kind is FieldKind.REFERENCE and isinstance(value, dict):
        return {"id": value.get("id")}
    if path == "externalIds":
        return [_external_id(entry) for entry in value]
    return value


def _external_id(entry: Any) -> Any:
    if not isinstance(entry, dict) or not isinstance(entry.get("externalSource"), dict):
        return entry
    return {"externalSource": {"id": entry["externalSource"].get("id")}, "value": entry.get("value")}


def promised(golden: GoldenRecord) -> JsonObject:
    """Path → value, as it is stored with an approval and compared with the service's answer."""
    return {path: chosen.value for path, chosen in golden.fields.items()}


def sentence(loss: Loss) -> str:
    """A loss in words; contains record text."""
    return f"{field_of(loss.path).label} {shown(loss.path, loss.value)}: {loss.reason}"
