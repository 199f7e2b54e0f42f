"""The golden record as it is sent: the ``valueOverride`` of a merge request, read-only parts left out."""

from collections.abc import Sequence
from typing import Any

from reviewer.domain.fields import CUSTOM, FieldKind, field_of
from reviewer.domain.golden_record import GoldenRecord, promised
from reviewer.domain.parts import PHONE_PARTS, bare
from reviewer.domain.service_rule import entries_of, newest_first
from reviewer.domain.wire import JsonObject


def value_override(golden: GoldenRecord, members: Sequence[JsonObject]) -> JsonObject:
    """All that the merged contact is to hold, and what goes along because it can only be removed afterwards."""
    override: JsonObject = {}
    for path, value in (promised(golden) | {one.path: one.held.value for one in golden.removals}).items():
        if path.startswith(CUSTOM):
            override.setdefault("customFields", {})[path.removeprefix(CUSTOM)] = value
        else:
            override[path] = writable(path, value)
    if "customFields" in override:
        schema = next((one["schema"] for one in newest_first(members) if one.get("schema")), None)
        if schema:
            override["schema"] = schema
    return override


def writable(path: str, value: Any) -> Any:
    """A value of a field as a client writes it."""
    kind = field_of(path).kind
    if kind is FieldKind.PHONE:
        return _phone(value)
    if kind is FieldKind.REFERENCE and isinstance(value, dict):
        return {"id": value.get("id")}
    if path == "externalIds":
        return [_external_id(one) for one in entries_of(value)]
    if path == "whatsAppId" and isinstance(value, dict) and isinstance(value.get("phoneNumber"), dict):
        return bare({**value, "phoneNumber": _whatsapp(value["phoneNumber"])})
    return bare(value) if kind in (FieldKind.ADDRESS, FieldKind.ACCOUNT) else value


def _phone(value: Any) -> Any:
    """A phone as it is written: with its country code where it is known, since the service reads others as American."""
    if not isinstance(value, dict):
        return value
    written = {part: value[part] for part in PHONE_PARTS if value.get(part) is not None}
    if value.get("e164") and not str(written.get("display", "")).strip().startswith("+"):
        written["display"] = value["e164"]
    return written


def _whatsapp(number: JsonObject) -> JsonObject:
    """A WhatsApp number is written as E.164 without the plus (section 1.6 of the API contract)."""
    digits = str(number.get("e164") or "").removeprefix("+")
    return {**_phone(number), "display": digits} if digits else _phone(number)


def _external_id(one: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(one.get("externalSource"), dict):
        return one
    return {"externalSource": {"id": one["externalSource"].get("id")}, "value": one.get("value")}
