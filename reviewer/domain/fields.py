"""The fields of a contact that people compare and approvals cover, each named by its path."""

from collections.abc import Iterable, Sequence
from enum import Enum, auto
from typing import Any, NamedTuple

from reviewer.domain.wire import JsonObject, digest


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
CUSTOM = "customFields."

_BY_PATH = {field.path: field for field in STANDARD_FIELDS}
_READ_ONLY_PARTS = frozenset({"selfUri", "userInput", "countryCode", "name", "verified", "profileUrl"})


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
    """The value at ``path``, or None; blank text, empty lists and empty objects count as none."""
    value: Any = record
    for part in path.split(".", 1) if path.startswith(CUSTOM) else (path,):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    if isinstance(value, str):
        return value.strip() or None
    return None if value in (None, [], {}) else value


def content(record: JsonObject) -> dict[str, Any]:
    """Path → value of every field that holds one, without the parts that the service makes by itself.

    Read-only and unknown fields are left out, so that only what a steward can see and approve counts.
    """
    found: dict[str, Any] = {}
    for field in STANDARD_FIELDS:
        value = value_at(record, field.path)
        if value is not None:
            found[field.path] = _settled(value)
    custom = record.get("customFields")
    if isinstance(custom, dict):
        for key in custom:
            value = value_at(record, CUSTOM + key)
            if value is not None:
                found[CUSTOM + key] = _settled(value)
    return found


def _settled(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _settled(part) for key, part in value.items() if key not in _READ_ONLY_PARTS and part is not None}
    if isinstance(value, list):
        return (
            sorted((_settled(part) for part in value), key=digest) if len(value) > 1 else [_settled(v) for v in value]
        )
    return value


def content_hash(record: JsonObject) -> str:
    """Hash of ``content``: equal where nothing that a decision rests on differs (32 hexadecimal digits)."""
    return digest(content(record))[:32]


def same(path: str, one: Any, other: Any) -> bool:
    """Whether two values of a field mean the same to the service."""
    if one is None or other is None:
        return one is other
    kind = field_of(path).kind
    if kind is FieldKind.PHONE:
        return phone_key(one) == phone_key(other)
    if kind is FieldKind.EMAIL:
        return str(one).strip().casefold() == str(other).strip().casefold()
    if isinstance(one, str) and isinstance(other, str):
        return one.strip() == other.strip()
    return digest(_settled(one)) == digest(_settled(other))


def phone_key(phone: Any) -> str:
    """What makes two phone values one number: the E.164 form, else the digits that are shown; and the extension."""
    if not isinstance(phone, dict):
        return str(phone)
    number = phone.get("e164") or "".join(sign for sign in str(phone.get("display") or "") if sign.isdigit())
    extension = phone.get("extension")
    return f"{number};ext={extension}" if extension else str(number)


def shown(path: str, value: Any) -> str:
    """The value as one line of text. It is record text: it must pass ``text.visible`` before a screen."""
    if value is None:
        return ""
    kind = field_of(path).kind
    if kind is FieldKind.PHONE and isinstance(value, dict):
        extension = f" ext. {value['extension']}" if value.get("extension") else ""
        return f"{value.get('display') or value.get('e164') or ''}{extension}"
    if kind is FieldKind.ADDRESS and isinstance(value, dict):
        parts = ("address1", "address2", "city", "state", "postalCode", "countryCode")
        return ", ".join(str(value[part]) for part in parts if value.get(part))
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
