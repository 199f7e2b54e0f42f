"""One External Contact record, typed as far as the program reads it."""

from typing import Any

import msgspec

from reviewer.domain.wire import JsonObject, decode_object


class _Wire(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True, kw_only=True, gc=False):
    """Base: camelCase on the wire, unknown fields ignored; JSON has no cycles for a garbage collector to find."""


class Reference(_Wire, frozen=True):
    """A link to another entity by id."""

    id: str
    name: str | None = None


class PhoneNumber(_Wire, frozen=True):
    """A phone slot. ``e164`` is present only where the service could parse ``display``."""

    display: str | None = None
    e164: str | None = None
    country_code: str | None = None
    extension: int | None = None
    user_input: str | None = None


class Address(_Wire, frozen=True):
    """A postal address; the program treats it as one value, never mixing two of them."""

    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country_code: str | None = None


class ExternalId(_Wire, frozen=True):
    """A record id in another system; an anchor if that system is the configured system of record."""

    value: str
    external_source: Reference | None = None


class SocialId(_Wire, frozen=True):
    """One account id inside a channel's id list (the name of the id depends on the channel)."""

    user_id: str | None = None
    scoped_id: str | None = None
    value: str | None = None


class SocialAccount(_Wire, frozen=True):
    """An account on a messaging channel."""

    ids: list[SocialId] | None = None
    id: str | None = None
    display_name: str | None = None
    name: str | None = None
    handle: str | None = None
    screen_name: str | None = None
    phone_number: PhoneNumber | str | None = None

    @property
    def number(self) -> str:
        """The WhatsApp number as digits without the plus; the service writes it as text or as a phone object."""
        written = self.phone_number
        if isinstance(written, PhoneNumber):
            written = written.e164 or written.display
        return "".join(sign for sign in written or "" if sign.isdigit())


class ClaimedIdentifier(_Wire, frozen=True):
    """An identifier that the service says this contact has claimed (only with ``expand=identifiers``)."""

    type: str
    value: str


class Contact(_Wire, frozen=True):
    """An External Contact; see section 1.6 of the API contract for the wire shape."""

    id: str
    type: str | None = None
    division: Reference | None = None
    first_name: str | None = None
    middle_name: str | None = None
    last_name: str | None = None
    salutation: str | None = None
    title: str | None = None
    work_phone: PhoneNumber | None = None
    cell_phone: PhoneNumber | None = None
    home_phone: PhoneNumber | None = None
    other_phone: PhoneNumber | None = None
    work_email: str | None = None
    personal_email: str | None = None
    other_email: str | None = None
    address: Address | None = None
    twitter_id: SocialAccount | None = None
    line_id: SocialAccount | None = None
    whats_app_id: SocialAccount | None = None
    facebook_id: SocialAccount | None = None
    instagram_id: SocialAccount | None = None
    apple_opaque_ids: list[SocialId] | None = None
    external_ids: list[ExternalId] | None = None
    identifiers: list[ClaimedIdentifier] | None = None
    external_organization: Reference | None = None
    survey_opt_out: bool | None = None
    custom_fields: dict[str, Any] | None = None
    create_date: str | None = None
    modify_date: str | None = None
    canonical_contact: Reference | None = None
    merge_set: list[Reference] | None = None
    merged_from: list[Reference] | None = None
    merged_to: Reference | None = None


_decoder = msgspec.json.Decoder(Contact)


def decode_contact(raw: bytes) -> Contact:
    """The contact in ``raw``.

    Raises ``ValueError`` (``msgspec.ValidationError`` is one) where a known field has a wrong type or the id
    is missing.
    """
    try:
        return _decoder.decode(raw)
    except msgspec.ValidationError:
        raise
    except (msgspec.DecodeError, UnicodeDecodeError):
        return contact_from(decode_object(raw))


def contact_from(record: JsonObject) -> Contact:
    """The typed view of a decoded record. Raises ``ValueError`` as ``decode_contact``."""
    return msgspec.convert(record, Contact)


def is_ancestor(contact: Contact) -> bool:
    """Whether the contact was merged into another: read-only, alive only as an alias."""
    return contact.merged_to is not None or (
        contact.canonical_contact is not None and contact.canonical_contact.id != contact.id
    )


def headline(contact: Contact) -> str:
    """The name a queue row shows: the person's, else a social display name, else an identifier, else the id.

    The text is as it came; it must pass ``text.visible`` before it reaches a screen.
    """
    first, last = contact.first_name, contact.last_name
    name = (f"{first} {last}" if first and last else first or last or "").strip()
    return name or _account_name(contact) or _first_identifier(contact) or (contact.title or "").strip() or contact.id


_CHANNELS = (
    ("ig", "instagram_id"),
    ("wa", "whats_app_id"),
    ("fb", "facebook_id"),
    ("x", "twitter_id"),
    ("line", "line_id"),
)


def _account_name(contact: Contact) -> str:
    for prefix, attribute in _CHANNELS:
        account: SocialAccount | None = getattr(contact, attribute)
        if account is None:
            continue
        shown = account.handle or account.screen_name or account.display_name or account.number
        if shown:
            return f"{prefix}:{shown}"
        for one in account.ids or ():
            if value := one.user_id or one.scoped_id or one.value:
                return f"{prefix}:{value}"
    return ""


def _first_identifier(contact: Contact) -> str:
    for email in (contact.personal_email, contact.work_email, contact.other_email):
        if email and email.strip():
            return email.strip()
    for phone in (contact.cell_phone, contact.home_phone, contact.work_phone, contact.other_phone):
        if phone and (phone.e164 or phone.display):
            return phone.e164 or phone.display or ""
    return ""
