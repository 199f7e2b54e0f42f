"""Identifiers: type and value that point to one contact."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from reviewer.domain.contact import Contact, PhoneNumber
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
    return frozenset(_claimed(one) for one in claims if isinstance(one, dict) and one.get("type") and one.get("value"))


def _claimed(claim: JsonObject) -> Identifier:
    source = claim.get("externalSource")
    return own_form(str(claim["type"]), str(claim["value"]), source.get("id") if isinstance(source, dict) else None)


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


def field_identifiers(contact: Contact) -> Iterator[FieldIdentifier]:
    """The identifiers that the contact's fields imply, in the service's own types and spellings.

    Phones appear only where they are E.164 (others cannot be claimed); emails are case-folded.
    """
    yield from _phones(contact)
    yield from _emails(contact)
    yield from _accounts(contact)
    for external in contact.external_ids or ():
        source = external.external_source.id if external.external_source else ""
        yield FieldIdentifier(Identifier("ExternalId", f"{source}/{external.value}"), "externalIds")
    for claimed in contact.identifiers or ():
        if claimed.type == "Cookie":
            yield FieldIdentifier(Identifier("Cookie", claimed.value), "identifiers")


def _phones(contact: Contact) -> Iterator[FieldIdentifier]:
    slots: tuple[PhoneNumber | None, ...] = (
        contact.work_phone,
        contact.cell_phone,
        contact.home_phone,
        contact.other_phone,
    )
    for field, phone in zip(PHONE_FIELDS, slots, strict=True):
        if phone is not None and phone.e164:
            yield FieldIdentifier(Identifier("Phone", phone.e164), field)


def _emails(contact: Contact) -> Iterator[FieldIdentifier]:
    slots = (contact.work_email, contact.personal_email, contact.other_email)
    for field, email in zip(EMAIL_FIELDS, slots, strict=True):
        if email and email.strip():
            yield FieldIdentifier(Identifier("Email", email.strip().casefold()), field)


def _accounts(contact: Contact) -> Iterator[FieldIdentifier]:
    if (account := contact.whats_app_id) and account.number:
        yield FieldIdentifier(Identifier("SocialWhatsapp", account.number), "whatsAppId")
    if account := contact.instagram_id:
        for entry in account.ids or ():
            if value := entry.user_id or entry.scoped_id or entry.value:
                yield FieldIdentifier(Identifier("SocialInstagram", value), "instagramId")
        if account.handle:
            yield FieldIdentifier(Identifier("SocialInstagramHandle", account.handle), "instagramId")
    if account := contact.facebook_id:
        for entry in account.ids or ():
            if value := entry.scoped_id or entry.user_id or entry.value:
                yield FieldIdentifier(Identifier("SocialFacebook", value), "facebookId")
    if (account := contact.twitter_id) and (value := account.id or account.screen_name):
        yield FieldIdentifier(Identifier("SocialTwitter", value), "twitterId")
    if account := contact.line_id:
        for entry in account.ids or ():
            if value := entry.user_id or entry.value:
                yield FieldIdentifier(Identifier("SocialLine", value), "lineId")
    for entry in contact.apple_opaque_ids or ():
        if entry.value:
            yield FieldIdentifier(Identifier("AppleOpaqueId", entry.value), "appleOpaqueIds")
