"""A contact as the mirror keeps it: the bytes, and everything that is worked out of them once."""

from typing import NamedTuple

from reviewer.domain.comparable import Comparable
from reviewer.domain.contact import Contact, contact_from, headline, is_ancestor
from reviewer.domain.fields import content_hash
from reviewer.domain.identifiers import FieldIdentifier, field_identifiers
from reviewer.domain.normalise import comparable
from reviewer.domain.wire import decode_object


class ReadingRules(NamedTuple):
    """How an environment reads contacts: the anchor's external source, where the date of birth is, the country."""

    anchor_source: str | None = None
    born_path: str = "customFields.dateOfBirth"
    default_country: str = "US"


class Record(NamedTuple):
    """A contact ready for the mirror. ``state`` is live or merged; ``merged_into`` the canonical id."""

    contact: Contact
    raw: bytes
    state: str
    merged_into: str | None
    name: str
    content: str
    columns: Comparable
    identifiers: tuple[FieldIdentifier, ...]


def make_record(raw: bytes, rules: ReadingRules) -> Record:
    """Work out a contact's columns from its bytes. Raises ``ValueError`` if it is no contact with an id."""
    decoded = decode_object(raw)
    if not str(decoded.get("id") or "").strip():
        raise ValueError("a contact without an id")
    contact = contact_from(decoded)
    if _has_lone_surrogate(contact.id):
        raise ValueError("its id is not valid text")
    return Record(
        contact=contact,
        raw=raw,
        state="merged" if is_ancestor(contact) else "live",
        merged_into=_canonical(contact),
        name=headline(contact),
        content=content_hash(decoded),
        columns=comparable(
            contact,
            anchor_source=rules.anchor_source,
            born_path=rules.born_path,
            default_country=rules.default_country,
        ),
        identifiers=tuple(field_identifiers(contact)),
    )


def _canonical(contact: Contact) -> str | None:
    if not is_ancestor(contact):
        return None
    target = contact.canonical_contact or contact.merged_to
    return target.id if target else None


def _has_lone_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)
