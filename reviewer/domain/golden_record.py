"""The golden record: the merged contact as it will be, and what it would lose.

The service's rule (section 2.1 of the API contract): a value given as override wins, else the value of the most
recently modified contact that has one; phones and emails that lose move to a free slot of their kind; lists are
joined. The program sends the whole golden record as override, so that rule decides as little as possible.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, NamedTuple

from reviewer.domain.fields import (
    CUSTOM,
    EMAIL_PATHS,
    PHONE_PATHS,
    STANDARD_FIELDS,
    FieldKind,
    content,
    field_of,
    same,
    shown,
    value_at,
)
from reviewer.domain.parts import PHONE_PARTS, bare, entry, phone_key
from reviewer.domain.wire import JsonObject, digest

LIST_CAP = 10
"""Most entries that the service keeps in a list field."""

_LISTS = ("externalIds", "appleOpaqueIds")


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
    newest_first = sorted(members, key=_age, reverse=True)
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
    losses += _left_out(newest_first, fields)
    return GoldenRecord(_ordered(fields), tuple(losses))


_NEVER = datetime.min.replace(tzinfo=UTC)


def _age(record: JsonObject) -> tuple[datetime, str]:
    """When a contact was modified last; fractions of a second may be written or not, so the text does not sort."""
    try:
        modified = datetime.fromisoformat(str(record.get("modifyDate") or ""))
    except ValueError:
        modified = _NEVER
    return modified if modified.tzinfo else modified.replace(tzinfo=UTC), str(record["id"])


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
        for one in _entries(values):
            entries.setdefault(entry_key(one), one)
    kept = list(entries.values())[:LIST_CAP]
    if len(holders) == 1:
        return Chosen(kept, holders[0][0], Why.ONLY)
    return Chosen(kept, "", Why.JOINED)


def _entries(values: Any) -> list[Any]:
    return [one for one in values if entry(one) is not None] if isinstance(values, list) else []


def entry_key(one: Any) -> str:
    """What makes two list entries one: the value and the id of its external source."""
    return digest(entry(one))


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
        if path in PHONE_PATHS or path in EMAIL_PATHS or path in _LISTS or chosen.why is Why.OPTED_OUT:
            continue
        seen = [chosen.value]
        for record in newest_first:
            value = value_at(record, path)
            if value is None or any(same(path, value, known) for known in seen):
                continue
            seen.append(value)
            lost.append(Loss(path, value, str(record["id"]), "another value was chosen"))
    return lost


def _left_out(newest_first: Sequence[JsonObject], fields: Mapping[str, Chosen]) -> list[Loss]:
    """Entries of lists that the chosen list does not hold, each once."""
    lost = []
    for path in _LISTS:
        if path not in fields:
            continue
        known = {entry_key(one) for one in _entries(fields[path].value)}
        reason = "another value was chosen" if fields[path].why is Why.PICKED else f"only {LIST_CAP} are kept"
        for record in newest_first:
            for one in _entries(value_at(record, path)):
                if entry_key(one) not in known:
                    known.add(entry_key(one))
                    lost.append(Loss(path, one, str(record["id"]), reason))
    return lost


def _ordered(fields: dict[str, Chosen]) -> dict[str, Chosen]:
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
        newest_first = sorted(members, key=_age, reverse=True)
        schema = next((one["schema"] for one in newest_first if one.get("schema")), None)
        if schema:
            override["schema"] = schema
    return override


def _writable(path: str, value: Any) -> Any:
    kind = field_of(path).kind
    if kind is FieldKind.PHONE:
        return _writable_phone(value)
    if kind is FieldKind.REFERENCE and isinstance(value, dict):
        return {"id": value.get("id")}
    if path == "externalIds":
        return [_external_id(one) for one in _entries(value)]
    if path == "whatsAppId" and isinstance(value, dict) and isinstance(value.get("phoneNumber"), dict):
        return bare({**value, "phoneNumber": _writable_whatsapp(value["phoneNumber"])})
    return bare(value) if kind in (FieldKind.ADDRESS, FieldKind.ACCOUNT) else value


def _writable_phone(value: Any) -> Any:
    """A phone as it is written: with its country code where it is known, since the service reads others as American."""
    if not isinstance(value, dict):
        return value
    written = {part: value[part] for part in PHONE_PARTS if value.get(part) is not None}
    if value.get("e164") and not str(written.get("display", "")).strip().startswith("+"):
        written["display"] = value["e164"]
    return written


def _writable_whatsapp(number: JsonObject) -> JsonObject:
    """A WhatsApp number is written as E.164 without the plus (section 1.6 of the API contract)."""
    digits = str(number.get("e164") or "").removeprefix("+")
    return {**_writable_phone(number), "display": digits} if digits else _writable_phone(number)


def _external_id(one: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(one.get("externalSource"), dict):
        return one
    return {"externalSource": {"id": one["externalSource"].get("id")}, "value": one.get("value")}


def promised(golden: GoldenRecord) -> JsonObject:
    """Path → value, as it is stored with an approval and compared with the service's answer."""
    return {path: chosen.value for path, chosen in golden.fields.items()}


def sentence(loss: Loss) -> str:
    """A loss in words; contains record text."""
    return f"{field_of(loss.path).label} {shown(loss.path, loss.value)}: {loss.reason}"
