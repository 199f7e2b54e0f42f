"""Identifiers: what a contact's fields say of how it can be reached, and the one form of each value."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from reviewer.simulator import phones
from reviewer.simulator.errors import bad_request, invalid_fields
from reviewer.simulator.fields import EMAILS, LISTS, PHONES, VALUE_LIMIT, source_of, whatsapp_number
from reviewer.simulator.knobs import Knobs

TYPES = frozenset(
    (
        *("SocialLine", "SocialFacebook", "SocialTwitter", "SocialWhatsapp", "SocialWhatsappBsuid", "SocialInstagram"),
        *("SocialInstagramHandle", "AppleOpaqueId", "Email", "Phone", "Cookie", "ExternalId"),
    )
)


HANDLE = "TwitterHandle"
"""What a screen name is held as; it is no type that can be claimed."""


class Identifier(NamedTuple):
    """A value that points to one contact; ``source`` is the external source of an ExternalId, else empty."""

    type: str
    value: str
    source: str = ""


def of_fields(contact: Mapping[str, Any], knobs: Knobs) -> list[Identifier]:
    """The identifiers that a contact's fields hold, in the order of the fields, each once."""
    return list(dict.fromkeys(found for found in walk(contact, knobs) if found.value))


def held(contact: Mapping[str, Any], knobs: Knobs) -> list[Identifier]:
    """The identifiers, and the screen name: it can be searched for, but not claimed."""
    handle = str((contact.get("twitterId") or {}).get("screenName") or "")
    return [*of_fields(contact, knobs), *([Identifier(HANDLE, screen_name(handle))] if handle else [])]


def screen_name(written: str) -> str:
    """The one form of a Twitter screen name, which is written with or without @, in any case."""
    return written.removeprefix("@").casefold()


def without(fields: Mapping[str, Any], identifier: Identifier, knobs: Knobs) -> dict[str, Any]:
    """The fields but for the values that are the identifier."""
    kept: dict[str, Any] = {}
    for name, value in fields.items():
        if name in LISTS:
            value = [one for one in value if identifier not in of_fields({name: [one]}, knobs)]
        elif identifier in of_fields({name: value}, knobs):
            continue
        if value != []:
            kept[name] = value
    return kept


def walk(contact: Mapping[str, Any], knobs: Knobs) -> Iterator[Identifier]:
    for name in PHONES:
        yield Identifier("Phone", (contact.get(name) or {}).get("e164", ""))
    for name in EMAILS:
        yield Identifier("Email", email(contact.get(name) or "", knobs))
    for external_id in contact.get("externalIds") or ():
        yield Identifier("ExternalId", external_id.get("value", ""), source_of(external_id))
    for opaque in contact.get("appleOpaqueIds") or ():
        yield Identifier("AppleOpaqueId", opaque.get("value", ""))
    yield from social(contact)


def social(contact: Mapping[str, Any]) -> Iterator[Identifier]:
    yield Identifier("SocialTwitter", str((contact.get("twitterId") or {}).get("id", "")))
    yield Identifier("SocialWhatsapp", whatsapp_number(contact.get("whatsAppId") or {}))
    for field, kind, key in (
        ("lineId", "SocialLine", "userId"),
        ("facebookId", "SocialFacebook", "scopedId"),
        ("instagramId", "SocialInstagram", "scopedId"),
    ):
        for one in (contact.get(field) or {}).get("ids") or ():
            yield Identifier(kind, str(one.get(key, "")))
    yield Identifier("SocialInstagramHandle", str((contact.get("instagramId") or {}).get("handle") or ""))


def email(value: str, knobs: Knobs) -> str:
    return value.casefold() if knobs.email_case_folding else value


def asked(body: Any, knobs: Knobs) -> Identifier:
    """The identifier that a request names, in its one form. Raises ApiError where it is none."""
    if not isinstance(body, Mapping):
        raise bad_request("An identifier is required")
    kind, value = body.get("type"), body.get("value")
    if kind not in TYPES:
        raise invalid_fields(knobs.validation_status, {"type": "is not a type of identifier"})
    if not isinstance(value, str) or not value.strip() or len(value.strip()) > VALUE_LIMIT:
        raise invalid_fields(knobs.validation_status, {"value": f"must be text of 1 to {VALUE_LIMIT} characters"})
    value = value.strip()
    if kind == "Phone":
        return Identifier(kind, phone(value, knobs))
    if kind == "Email":
        return Identifier(kind, email(value, knobs))
    return Identifier(kind, value, source_of(body) if kind == "ExternalId" else "")


def phone(value: str, knobs: Knobs) -> str:
    """A phone number needs its country code and the leading plus; spaces and punctuation may stand in it."""
    number = phones.parsed(value, knobs.phone_default_region) if value.startswith("+") else None
    if number is None:
        raise invalid_fields(
            knobs.validation_status, {"value": "must be a phone number with country code and leading +"}
        )
    return phones.e164(number)
