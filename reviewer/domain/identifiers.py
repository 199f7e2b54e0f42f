"""Identifiers: type and value that point to one contact."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from reviewer.domain.contact import Contact
from reviewer.domain.wire import JsonObject


class Identifier(NamedTuple):
    """An identifier as the service names it, for example ``("Phone", "+17029191300")``."""

    type: str
    value: str


class FieldIdentifier(NamedTuple):
    """An identifier that a contact's field implies. A field does not prove the claim: another may hold it."""

    identifier: Identifier
    field: str


def claimed_identifiers(record: JsonObject) -> frozenset[Identifier] | None:
    """What a contact has claimed, where it was read with its identifiers; None where it was not."""
    claims = record.get("identifiers")
    if not isinstance(claims, list):
        return None
    return frozenset(from_wire(one) for one in claims if isinstance(one, dict) and one.get("type") and one.get("value"))


def from_wire(identifier: JsonObject) -> Identifier:
    """An identifier as the service has it, in this program's spelling."""
    source = identifier.get("externalSource")
    source_id = source.get("id") if isinstance(source, dict) else None
    return own_form(str(identifier["type"]), str(identifier["value"]), source_id)


def own_form(kind: str, value: str, source: str | None = None) -> Identifier:
    """An identifier of the service as this program spells it: emails without case, external ids with their source."""
    if kind == "Email":
        return Identifier(kind, value.strip().casefold())
    return Identifier(kind, f"{source or ''}/{value}") if kind == "ExternalId" else Identifier(kind, value)


def wire_form(identifier: Identifier) -> dict[str, Any]:
    """An identifier as the service takes it."""
    if identifier.type != "ExternalId":
        return {"type": identifier.type, "value": identifier.value}
    source, _, value = identifier.value.partition("/")
    return {"type": identifier.type, "value": value} | ({"externalSource": {"id": source}} if source else {})


PHONE_FIELDS = ("workPhone", "cellPhone", "homePhone", "otherPhone")
EMAIL_FIELDS = ("workEmail", "personalEmail", "otherEmail")


Implied = tuple[str, str, str]
"""Type, value and field: a ``FieldIdentifier`` at a third of the cost, for where every contact has several."""


def field_identifiers(contact: Contact) -> Iterator[FieldIdentifier]:
    """The identifiers that the contact's fields imply, in the service's own types and spellings.

    Phones appear only where they are E.164 (others cannot be claimed); emails are case-folded.
    """
    for kind, value, field in implied_identifiers(contact):
        yield FieldIdentifier(Identifier(kind, value), field)


def implied_identifiers(contact: Contact) -> list[Implied]:
    """What ``field_identifiers`` gives, plain."""
    found: list[Implied] = []
    if (phone := contact.work_phone) and phone.e164:
        found.append(("Phone", phone.e164, "workPhone"))
    if (phone := contact.cell_phone) and phone.e164:
        found.append(("Phone", phone.e164, "cellPhone"))
    if (phone := contact.home_phone) and phone.e164:
        found.append(("Phone", phone.e164, "homePhone"))
    if (phone := contact.other_phone) and phone.e164:
        found.append(("Phone", phone.e164, "otherPhone"))
    if (email := contact.work_email) and (email := email.strip()):
        found.append(("Email", email.casefold(), "workEmail"))
    if (email := contact.personal_email) and (email := email.strip()):
        found.append(("Email", email.casefold(), "personalEmail"))
    if (email := contact.other_email) and (email := email.strip()):
        found.append(("Email", email.casefold(), "otherEmail"))
    if has_channels(contact):
        found += _of_channels(contact)
    for external in contact.external_ids or ():
        source = external.external_source.id if external.external_source else ""
        found.append(("ExternalId", f"{source}/{external.value}", "externalIds"))
    for claimed in contact.identifiers or ():
        if claimed.type == "Cookie":
            found.append(("Cookie", claimed.value, "identifiers"))
    return found


def has_channels(contact: Contact) -> bool:
    """Whether an account or an id of a channel is in the contact's fields; in most there is none."""
    return bool(
        contact.whats_app_id
        or contact.instagram_id
        or contact.facebook_id
        or contact.twitter_id
        or contact.line_id
        or contact.apple_opaque_ids
    )


def _of_channels(contact: Contact) -> Iterator[Implied]:
    if (account := contact.whats_app_id) and (number := account.number):
        yield "SocialWhatsapp", number, "whatsAppId"
    if account := contact.instagram_id:
        for entry in account.ids or ():
            if value := entry.user_id or entry.scoped_id or entry.value:
                yield "SocialInstagram", value, "instagramId"
        if account.handle:
            yield "SocialInstagramHandle", account.handle, "instagramId"
    if account := contact.facebook_id:
        for entry in account.ids or ():
            if value := entry.scoped_id or entry.user_id or entry.value:
                yield "SocialFacebook", value, "facebookId"
    if (account := contact.twitter_id) and (value := account.id or account.screen_name):
        yield "SocialTwitter", value, "twitterId"
    if account := contact.line_id:
        for entry in account.ids or ():
            if value := entry.user_id or entry.value:
                yield "SocialLine", value, "lineId"
    for entry in contact.apple_opaque_ids or ():
        if entry.value:
            yield "AppleOpaqueId", entry.value, "appleOpaqueIds"
