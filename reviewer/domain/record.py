"""A contact as the mirror keeps it: the bytes, and everything that is worked out of them once."""

from typing import NamedTuple

import msgspec

from reviewer.domain.closed_shapes import closed_contact
from reviewer.domain.comparable import Comparable
from reviewer.domain.contact import Contact, contact_from, headline, is_ancestor
from reviewer.domain.fields import content_hash
from reviewer.domain.identifiers import Implied, implied_identifiers
from reviewer.domain.normalise import comparable
from reviewer.domain.wire import decode_object


class ReadingRules(NamedTuple):
    """How an environment reads contacts: the anchor's external source, where the date of birth is, the country."""

    anchor_source: str | None = None
    born_path: str = "customFields.dateOfBirth"
    default_country: str = "US"


class Record(msgspec.Struct, frozen=True, gc=False):
    """A contact ready for the mirror. ``state`` is live or merged; ``merged_into`` the canonical id."""

    contact: Contact
    raw: bytes
    state: str
    merged_into: str | None
    name: str
    columns: Comparable
    identifiers: list[Implied]

    @property
    def content(self) -> str:
        """Hash of what a decision rests on; worked out when it is asked for, which of most contacts it never is."""
        return content_of(self.raw)


def content_of(raw: bytes) -> str:
    """``content_hash`` of a record's bytes. Raises ``ValueError`` if they are no JSON object."""
    return content_hash(decode_object(raw))


def make_record(raw: bytes, rules: ReadingRules) -> Record:
    """Work out a contact's columns from its bytes.

    Raises ``ValueError`` if it is no contact with an id, or nested too deeply.
    """
    contact = _read(raw)
    if _has_lone_surrogate(contact.id):
        raise ValueError("its id is not valid text")
    merged = is_ancestor(contact)
    return Record(
        contact,
        raw,
        "merged" if merged else "live",
        _canonical(contact) if merged else None,
        headline(contact),
        comparable(
            contact,
            anchor_source=rules.anchor_source,
            born_path=rules.born_path,
            default_country=rules.default_country,
        ),
        implied_identifiers(contact),
    )


def _read(raw: bytes) -> Contact:
    """The contact: in one pass if it holds nothing but what is known, else read in full and then typed."""
    try:
        contact = closed_contact().decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _read_in_full(raw)
    if not contact.id.strip():
        raise ValueError("a contact without an id")
    return contact


def _read_in_full(raw: bytes) -> Contact:
    decoded = decode_object(raw)
    if not str(decoded.get("id") or "").strip():
        raise ValueError("a contact without an id")
    try:
        contact = contact_from(decoded)
        content_hash(decoded)  # may find it nested too deeply, and later would be too late
    except RecursionError:
        raise ValueError("nested too deeply") from None
    return contact


def _canonical(contact: Contact) -> str | None:
    target = contact.canonical_contact or contact.merged_to
    return target.id if target else None


def _has_lone_surrogate(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= sign <= "\udfff" for sign in text)
