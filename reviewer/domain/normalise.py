"""From a contact as it came to the columns that are compared: done once, when the contact changes."""

from datetime import UTC, datetime
from functools import lru_cache

from reviewer.domain.addresses import comparable_city, comparable_postcode, comparable_street
from reviewer.domain.birth_dates import comparable_born
from reviewer.domain.comparable import Comparable
from reviewer.domain.contact import Contact
from reviewer.domain.display_names import comparable_display_name
from reviewer.domain.emails import comparable_email
from reviewer.domain.identifiers import has_channels, implied_identifiers
from reviewer.domain.names import person_name
from reviewer.domain.phones import comparable_phone, comparable_whatsapp

_NOT_SOCIAL = frozenset(("Phone", "Email", "ExternalId", "SocialWhatsapp"))


_MADE_BY_CHANNELS = ("Ephemeral", "Identified")
"""Types of contacts that the service's identity resolution makes by itself (section 2.4 of the API contract)."""


def comparable(contact: Contact, *, anchor_source: str | None, born_path: str, default_country: str) -> Comparable:
    """The comparable columns of a contact.

    ``anchor_source`` is the id of the external source that is the system of record (None: there are no anchors);
    ``born_path`` says where the date of birth is (``customFields.dateOfBirth``; empty: nowhere);
    ``default_country`` (ISO-3166) reads phones and dates that name no country.
    """
    name = person_name(contact.first_name, contact.middle_name, contact.last_name)
    anchors = _anchors(contact, anchor_source)
    address = contact.address
    on_channels = has_channels(contact)
    socials = _socials(contact) if on_channels or contact.identifiers else ()
    handle = _handle(contact) if on_channels else ""
    from_channel = bool(socials or handle) or contact.type in _MADE_BY_CHANNELS
    return Comparable(  # in the order of its fields: by name it takes five times as long
        name.given,
        name.middle,
        name.surname,
        name.suffix,
        _born(contact, born_path, default_country),
        _phones(contact, default_country),
        _emails(contact),
        anchors,
        socials,
        comparable_street(address.address1) if address and address.address1 else "",
        comparable_city(address.city) if address and address.city else "",
        comparable_postcode(address.postal_code) if address and address.postal_code else "",
        comparable_city(address.country_code) if address and address.country_code else "",
        handle,
        _seconds(contact.create_date) if contact.create_date else 0,
        from_channel and not (name.given or name.surname or anchors),
    )


def _anchors(contact: Contact, source: str | None) -> tuple[str, ...]:
    if source is None or not contact.external_ids:
        return ()
    found = []
    for external in contact.external_ids:
        if external.external_source is not None and external.external_source.id == source:
            found.append(external.value.strip())
    return _distinct(found)


def _born(contact: Contact, path: str, country: str) -> str:
    if not path or not contact.custom_fields:
        return ""
    found: object = contact.custom_fields
    for step in _steps(path):
        found = found.get(step) if isinstance(found, dict) else None
    return comparable_born(found, country)


@lru_cache(maxsize=16)
def _steps(path: str) -> list[str]:
    return path.removeprefix("customFields.").split(".")


def _phones(contact: Contact, country: str) -> tuple[str, ...]:
    found = [
        comparable_phone(phone.display, phone.e164, country)
        for phone in (contact.cell_phone, contact.home_phone, contact.work_phone, contact.other_phone)
        if phone
    ]
    if contact.whats_app_id and (number := contact.whats_app_id.number):
        found.append(comparable_whatsapp(number, country))
    for claimed in contact.identifiers or ():
        if claimed.type == "Phone":
            found.append(comparable_phone(claimed.value, claimed.value, country))
        elif claimed.type == "SocialWhatsapp":
            found.append(comparable_whatsapp(claimed.value, country))
    return tuple(dict.fromkeys(filter(None, found))) if found else ()


def _emails(contact: Contact) -> tuple[str, ...]:
    found = [
        comparable_email(email) for email in (contact.personal_email, contact.work_email, contact.other_email) if email
    ]
    if contact.identifiers:
        found += [comparable_email(claimed.value) for claimed in contact.identifiers if claimed.type == "Email"]
    return _distinct(found)


def _socials(contact: Contact) -> tuple[str, ...]:
    """``type:value`` of each channel identity. WhatsApp is not among them: its number is a phone."""
    pairs = [(kind, value) for kind, value, _ in implied_identifiers(contact)]
    pairs += [(claimed.type, claimed.value) for claimed in contact.identifiers or ()]
    return _distinct([f"{kind}:{value}" for kind, value in pairs if kind not in _NOT_SOCIAL])


def _handle(contact: Contact) -> str:
    """The first display name or handle of a social account, with its figures."""
    accounts = (contact.instagram_id, contact.facebook_id, contact.twitter_id, contact.line_id, contact.whats_app_id)
    for account in filter(None, accounts):
        for shown in (account.display_name, account.name, account.handle, account.screen_name):
            if shown and (found := comparable_display_name(shown)):
                return found
    return ""


def _seconds(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 time; 0 if it is none. A time without a zone is UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _distinct(values: list[str]) -> tuple[str, ...]:
    """The values in their order, each once, the empty ones left out; line ends (which part values) made blanks."""
    if len(values) < 2:
        found = tuple(values) if values and values[0] else ()
    else:
        found = tuple(dict.fromkeys(filter(None, values)))
    joined = "".join(found)
    return found if joined.isascii() and "\n" not in joined else tuple(_storable(value) for value in found)


def _storable(value: str) -> str:
    """The value without line ends, and with lone surrogates (which no encoding takes) as escapes."""
    return value.encode("utf-8", "backslashreplace").decode("utf-8").replace("\n", " ")
