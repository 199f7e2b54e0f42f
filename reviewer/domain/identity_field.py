"""Which field of a contact shows a channel identity, and what it holds once the identity is linked to the contact."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import EMAIL_PATHS, PHONE_PATHS, field_of, same, shown, value_at
from reviewer.domain.identifiers import Identifier
from reviewer.domain.service_rule import LIST_CAP, entries_of, entry_key
from reviewer.domain.wire import JsonObject


class FieldValue(NamedTuple):
    """The path of a field and the value that it gets."""

    path: str
    value: Any


_PHONES = ("cellPhone", "otherPhone", "homePhone", "workPhone")
_EMAILS = ("personalEmail", "otherEmail", "workEmail")
"""Slots in the order in which a new number or address takes a free one: a customer's channel is seldom their desk's."""


def linked_field(record: JsonObject, identity: Identifier) -> FieldValue | None:
    """What has to be set so that ``record`` shows the identity; None if it does, or if no field shows such a one.

    Raises ``RefusedError`` where another value stands in the way: nothing is overwritten by a link.
    """
    if identity.type == "Phone":
        return _slot(record, _PHONES, {"display": identity.value, "e164": identity.value}, identity)
    if identity.type == "Email":
        return _slot(record, _EMAILS, identity.value, identity)
    if identity.type in _LISTS:
        path, entry = _LISTS[identity.type], _entry(identity)
        return _listed(record, path, entry, identity)
    if identity.type in _ACCOUNTS:
        path, key, written = _ACCOUNTS[identity.type]
        return _account(record, path, key, written(identity.value), identity)
    return None


def _slot(record: JsonObject, slots: Sequence[str], value: Any, identity: Identifier) -> FieldValue | None:
    taken = {slot: held for slot in slots if (held := value_at(record, slot)) is not None}
    if any(_is_that(slot, held, value) for slot, held in taken.items()):
        return None
    for slot in slots:
        if slot not in taken:
            return FieldValue(slot, value)
    held = ", ".join(f"{field_of(slot).label} {shown(slot, one)}" for slot, one in taken.items())
    raise RefusedError(
        f"{record['id']} has no free field for {identity.type} {identity.value} ({held}): empty one first"
    )


def _is_that(slot: str, held: Any, value: Any) -> bool:
    """Whether a slot shows the identity; an extension makes no other identity of a number."""
    if slot in PHONE_PATHS:
        return isinstance(held, dict) and held.get("e164") == value["e164"]
    return slot in EMAIL_PATHS and same(slot, held, value)


_LISTS = {"AppleOpaqueId": "appleOpaqueIds", "ExternalId": "externalIds"}


def _entry(identity: Identifier) -> JsonObject:
    if identity.type != "ExternalId":
        return {"value": identity.value}
    source, _, value = identity.value.partition("/")
    return {"externalSource": {"id": source}, "value": value} if source else {"value": value}


def _listed(record: JsonObject, path: str, entry: JsonObject, identity: Identifier) -> FieldValue | None:
    held = entries_of(value_at(record, path))
    if entry_key(entry) in map(entry_key, held):
        return None
    if len(held) >= LIST_CAP:
        raise RefusedError(
            f"{record['id']} has {len(held)} {field_of(path).label} already, and the service keeps {LIST_CAP}: "
            f"{identity.type} {identity.value} finds no place"
        )
    return FieldValue(path, [*held, entry])


def _digits(value: str) -> JsonObject:
    number = value.removeprefix("+")
    return {"display": number, "e164": f"+{number}"}


def _text(value: str) -> str:
    return value


_ACCOUNTS: dict[str, tuple[str, str, Callable[[str], Any]]] = {
    "SocialInstagram": ("instagramId", "scopedId", _text),
    "SocialInstagramHandle": ("instagramId", "handle", _text),
    "SocialFacebook": ("facebookId", "scopedId", _text),
    "SocialLine": ("lineId", "userId", _text),
    "SocialTwitter": ("twitterId", "id", _text),
    "SocialWhatsapp": ("whatsAppId", "phoneNumber", _digits),
}
"""Type of an identity → its field, the part of it that is the identity, and how that is written (section 1.6 of the
API contract). Cookies and business-scoped WhatsApp ids stand in no field."""

_IN_IDS = ("scopedId", "userId")
"""Parts that stand in the account's list of ids, which holds at most one."""


def _account(record: JsonObject, path: str, key: str, value: Any, identity: Identifier) -> FieldValue | None:
    held: JsonObject = value_at(record, path) or {}
    linked = _with(held, key, value)
    if _shows(path, held, key, identity, linked):
        return None
    if (_ids(held) if key in _IN_IDS else held.get(key)) is not None:
        raise RefusedError(
            f"{field_of(path).label} of {record['id']} holds {shown(path, held)} already: "
            f"{identity.type} {identity.value} finds no place there"
        )
    return FieldValue(path, linked)


def _shows(path: str, held: JsonObject, key: str, identity: Identifier, linked: JsonObject) -> bool:
    """Whether an account is the identity, under whichever name its id is written."""
    if key in _IN_IDS:
        return identity.value in (_ids(held) or {}).values()
    return bool(held) and same(path, held, linked)


def _ids(account: JsonObject) -> JsonObject | None:
    """The id in an account's list, if one is there."""
    ids = account.get("ids")
    return next((one for one in ids if isinstance(one, dict) and any(one.values())), None) if ids else None


def _with(held: JsonObject, key: str, value: Any) -> JsonObject:
    return {**held, "ids": [{key: value}]} if key in _IN_IDS else {**held, key: value}
