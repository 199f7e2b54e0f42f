"""The fields of a contact that people compare and approvals cover, each named by its path."""

from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from reviewer.domain import parts
from reviewer.domain.parts import phone_key as phone_key
from reviewer.domain.wire import JsonObject, digest, quick_digest


class FieldKind(Enum):
    """How a field is shown, compared and joined."""

    TEXT = auto()
    PHONE = auto()
    EMAIL = auto()
    ADDRESS = auto()
    ACCOUNT = auto()
    LIST = auto()
    FLAG = auto()
    REFERENCE = auto()


class Field(NamedTuple):
    """A field: its path in the wire object (dots descend), what a steward calls it, its kind."""

    path: str
    label: str
    kind: FieldKind


STANDARD_FIELDS: tuple[Field, ...] = (
    Field("firstName", "first name", FieldKind.TEXT),
    Field("middleName", "middle name", FieldKind.TEXT),
    Field("lastName", "last name", FieldKind.TEXT),
    Field("salutation", "salutation", FieldKind.TEXT),
    Field("title", "title", FieldKind.TEXT),
    Field("externalIds", "CRM ids", FieldKind.LIST),
    Field("workPhone", "work phone", FieldKind.PHONE),
    Field("cellPhone", "cell phone", FieldKind.PHONE),
    Field("homePhone", "home phone", FieldKind.PHONE),
    Field("otherPhone", "other phone", FieldKind.PHONE),
    Field("workEmail", "work email", FieldKind.EMAIL),
    Field("personalEmail", "personal email", FieldKind.EMAIL),
    Field("otherEmail", "other email", FieldKind.EMAIL),
    Field("address", "address", FieldKind.ADDRESS),
    Field("whatsAppId", "WhatsApp", FieldKind.ACCOUNT),
    Field("instagramId", "Instagram", FieldKind.ACCOUNT),
    Field("facebookId", "Facebook", FieldKind.ACCOUNT),
    Field("twitterId", "X (Twitter)", FieldKind.ACCOUNT),
    Field("lineId", "LINE", FieldKind.ACCOUNT),
    Field("appleOpaqueIds", "Apple ids", FieldKind.LIST),
    Field("externalOrganization", "organisation", FieldKind.REFERENCE),
    Field("externalSystemUrl", "profile link", FieldKind.TEXT),
    Field("surveyOptOut", "survey opt-out", FieldKind.FLAG),
)

PHONE_PATHS = tuple(field.path for field in STANDARD_FIELDS if field.kind is FieldKind.PHONE)
EMAIL_PATHS = tuple(field.path for field in STANDARD_FIELDS if field.kind is FieldKind.EMAIL)
LIST_PATHS = tuple(field.path for field in STANDARD_FIELDS if field.kind is FieldKind.LIST)
CUSTOM = "customFields."

_BY_PATH = {field.path: field for field in STANDARD_FIELDS}
_MEANING_OF_KIND: dict[FieldKind, Callable[[Any], Any]] = {
    FieldKind.PHONE: parts.phone,
    FieldKind.ADDRESS: parts.address,
    FieldKind.ACCOUNT: parts.account,
    FieldKind.LIST: parts.entries,
    FieldKind.REFERENCE: parts.reference,
}
_MEANINGS = {field.path: _MEANING_OF_KIND.get(field.kind, parts.bare) for field in STANDARD_FIELDS}


def field_of(path: str) -> Field:
    """The field with this path; a custom field is named by its key in words."""
    known = _BY_PATH.get(path)
    return known or Field(path, _words(path.removeprefix(CUSTOM)), FieldKind.TEXT)


def _words(key: str) -> str:
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in key.replace("_", " "))
    return spaced.strip() or key


def fields_of(records: Iterable[JsonObject], first: Sequence[str] = ()) -> list[Field]:
    """The fields that hold a value in any of the records, those of ``first`` after the names."""
    present: dict[str, None] = {}
    custom: dict[str, None] = {}
    for record in records:
        for path in content(record):
            (custom if path.startswith(CUSTOM) else present)[path] = None
    early = [path for path in first if path in present or path in custom]
    ordered = [field.path for field in STANDARD_FIELDS if field.path in present]
    names = [path for path in ordered if path in ("firstName", "middleName", "lastName")]
    rest = [path for path in (*ordered, *sorted(custom)) if path not in names and path not in early]
    return [field_of(path) for path in (*names, *early, *rest)]


def value_at(record: JsonObject, path: str) -> Any:
    """The value at ``path`` as it came, or None where it holds nothing: blank text, or blank in all its parts."""
    value: Any = record
    for part in path.split(".", 1) if path.startswith(CUSTOM) else (path,):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    if isinstance(value, str):
        return value.strip() or None
    return value if meaning(path, value) is not None else None


def meaning(path: str, value: Any) -> Any:
    """What a value of a field means, as plain JSON that is equal for equal meanings; None if it holds nothing.

    Read-only and unknown parts are left out, text is trimmed, lists are in one order.
    """
    return None if value is None else _MEANINGS.get(path, parts.bare)(value)


def content(record: JsonObject) -> dict[str, Any]:
    """Path → meaning of every field that holds a value.

    Read-only and unknown fields are left out, so that only what a steward can see and approve counts.
    """
    found: dict[str, Any] = {}
    for path, meaning_of in _MEANINGS.items():
        if path in record and (value := meaning_of(record[path])) is not None:
            found[path] = value
    custom = record.get("customFields")
    if isinstance(custom, dict):
        for key, part in custom.items():
            if (value := parts.bare(part)) is not None:
                found[CUSTOM + key] = value
    return found


def content_hash(record: JsonObject) -> str:
    """Hash of ``content``: equal where nothing that a decision rests on differs (32 hexadecimal digits)."""
    return quick_digest(content(record))[:32]


def same(path: str, one: Any, other: Any) -> bool:
    """Whether two values of a field, or two meanings, mean the same to the service."""
    if one is None or other is None:
        return one is other
    kind = field_of(path).kind
    if kind is FieldKind.PHONE:
        return phone_key(one) == phone_key(other)
    if kind is FieldKind.EMAIL:
        return str(one).strip().casefold() == str(other).strip().casefold()
    return digest(meaning(path, one)) == digest(meaning(path, other))


def shown(path: str, value: Any) -> str:
    """The value as one line of text. It is record text: it must pass ``text.visible`` before a screen."""
    if value is None:
        return ""
    kind = field_of(path).kind
    if kind is FieldKind.PHONE and isinstance(value, dict):
        extension = f" ext. {value['extension']}" if value.get("extension") else ""
        return f"{value.get('display') or value.get('e164') or ''}{extension}"
    if kind is FieldKind.ADDRESS and isinstance(value, dict):
        return ", ".join(str(value[part]) for part in parts.ADDRESS_PARTS if value.get(part))
    if kind is FieldKind.ACCOUNT and isinstance(value, dict):
        return _shown_account(value)
    if isinstance(value, list):
        return " · ".join(_shown_entry(entry) for entry in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return str(value.get("name") or value.get("id") or value)
    return str(value)


def _shown_account(value: JsonObject) -> str:
    ids = [_shown_entry(entry) for entry in value.get("ids") or ()]
    names = [value.get("handle"), value.get("screenName"), _number_of(value), value.get("displayName"), value.get("id")]
    return " · ".join(dict.fromkeys(str(part) for part in (*names, *ids) if part))


def _number_of(account: JsonObject) -> Any:
    """The number of a WhatsApp account: the service writes an object, older records a text."""
    number = account.get("phoneNumber")
    return (number.get("e164") or number.get("display")) if isinstance(number, dict) else number


def _shown_entry(entry: Any) -> str:
    if not isinstance(entry, dict):
        return str(entry)
    return str(entry.get("value") or entry.get("userId") or entry.get("scopedId") or entry)
