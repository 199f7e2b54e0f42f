"""Contacts, read: by scan, by id, by identifier. Their bytes are kept as they came."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

import msgspec

from reviewer.genesys.bodies import REFUSED, Page, Unreadable, json_object, listing_of, page, typed
from reviewer.genesys.endpoints import CONTACT, IDENTIFIERS, LOOK_UP, ORGANIZATION, SCAN, UNRESOLVED
from reviewer.genesys.errors import ApiError, Conflict, CursorExpired, NotFound, RequestRejected
from reviewer.genesys.transport import Query, Transport

SMALLEST_PAGE, LARGEST_PAGE = 10, 200
"""What a scan takes as its limit (section 1.1 of the API contract)."""


class Organization(msgspec.Struct, frozen=True):
    """The organisation that the credentials belong to."""

    id: str
    name: str = ""


class RejectedContact(NamedTuple):
    """A record on a page that is no contact, with the reason; the rest of the page is good."""

    body: bytes
    reason: str


class ScanPage(NamedTuple):
    """One page of a scan; ``next_cursor`` is ``None`` on the last. A page may be empty in the middle.

    ``ids`` are those of ``contacts``, in their order; one that is no valid text is the empty text.
    """

    contacts: list[bytes]
    next_cursor: str | None
    rejected: list[RejectedContact]
    ids: list[str]


class Source(msgspec.Struct, frozen=True):
    """The external source that an identifier comes from."""

    id: str


class HeldIdentifier(msgspec.Struct, frozen=True, rename="camel"):
    """An identifier that a contact has claimed. ``type`` is any text: the service's list grows."""

    type: str
    value: str
    external_source: Source | None = None
    date_created: str | None = None


class _Identified(msgspec.Struct):
    id: str


_identified_decoder = msgspec.json.Decoder(_Identified)


async def organization(transport: Transport) -> Organization:
    """The organisation of these credentials."""
    return await transport.read(ORGANIZATION, lambda body: typed(body, Organization))


async def scan(transport: Transport, limit: int, cursor: str | None) -> AsyncIterator[ScanPage]:
    """Every page from ``cursor`` (or the beginning) to the last, however short or empty one in between is.

    Raises ``CursorExpired`` if the service does not go on from a cursor.
    """
    if not SMALLEST_PAGE <= limit <= LARGEST_PAGE:
        raise ValueError(f"a page of a scan holds {SMALLEST_PAGE} to {LARGEST_PAGE} contacts")
    number, marked = 0, cursor
    while True:
        scanned = await _scan_page(transport, limit, cursor, marked)
        yield scanned
        cursor = scanned.next_cursor
        if cursor is None:
            return
        number += 1
        if number & (number - 1) == 0:
            marked = cursor  # at each power of two, so that any circle is found without keeping all cursors (Brent)


async def contact(transport: Transport, contact_id: str, expand: Sequence[str]) -> bytes:
    """The living contact behind an id; its own id differs from the one asked for if that was merged."""
    query: Query | None = {"expand": ",".join(expand)} if expand else None
    return await transport.read(CONTACT, contact_record, contact_id=contact_id, query=query)


async def unresolved(transport: Transport, contact_id: str) -> bytes:
    """The very record of an id, an ancestor's included."""
    return await transport.read(UNRESOLVED, contact_record, contact_id=contact_id)


async def identifiers(transport: Transport, contact_id: str) -> list[HeldIdentifier]:
    """What the contact has claimed."""
    held, _ = await transport.read(IDENTIFIERS, listing_of(HeldIdentifier), contact_id=contact_id)
    return held


async def look_up(
    transport: Transport, kind: str, value: str, external_source_id: str | None, division_id: str | None = None
) -> bytes | None:
    """The contact that has claimed the identifier in a division; ``None`` if nobody has."""
    division: dict[str, object] = {"division": {"id": division_id}} if division_id else {}
    asked = identifier(kind, value, external_source_id) | division
    try:
        return await transport.read(LOOK_UP, contact_record, body=asked)
    except NotFound:
        return None


def identifier(kind: str, value: str, external_source_id: str | None) -> dict[str, object]:
    """An identifier as the service takes it."""
    source: dict[str, object] = {"externalSource": {"id": external_source_id}} if external_source_id else {}
    return {"type": kind, "value": value} | source


async def _scan_page(transport: Transport, limit: int, cursor: str | None, marked: str | None) -> ScanPage:
    query: dict[str, str | int] = {"limit": limit}
    if cursor is not None:
        query["cursor"] = cursor

    def decode(body: bytes) -> ScanPage:
        scanned = _sorted_out(body)
        if scanned.next_cursor is not None and scanned.next_cursor in (cursor, marked):
            raise Unreadable("its next cursor leads back to a page that was read before")
        return scanned

    try:
        return await transport.read(SCAN, decode, query=query)
    except (NotFound, Conflict, RequestRejected) as error:
        if cursor is None:
            raise
        # Which status an expired cursor gets is not documented, and nothing else in the request can be wrong.
        raise _expired(error) from error


def _expired(error: ApiError) -> CursorExpired:
    return CursorExpired(error.status, error.code, error.message, error.correlation_id, error.call)


def _sorted_out(body: bytes) -> ScanPage:
    listing = page(body)
    try:
        if not body.isascii():
            body.decode()  # which msgspec leaves unchecked in what it skips
        ids = [_identified_decoder.decode(entity).id for entity in listing.entities]
    except REFUSED:
        return _one_by_one(listing)
    if not all(map(str.strip, ids)):
        return _one_by_one(listing)
    return ScanPage(listing.entities, listing.after, [], ids)


def _one_by_one(listing: Page) -> ScanPage:
    """The page, where something on it is no contact, or has a lone surrogate."""
    contacts: list[bytes] = []
    ids: list[str] = []
    rejected: list[RejectedContact] = []
    for entity in listing.entities:
        try:
            contact_id, record = _identified(entity)
        except Unreadable as error:
            rejected.append(RejectedContact(entity, str(error)))
        else:
            ids.append(contact_id if contact_id.isascii() or _is_text(contact_id) else "")
            contacts.append(record)
    return ScanPage(contacts, listing.after, rejected, ids)


def contact_record(body: bytes) -> bytes:
    """The body itself, if it is an object with an id that can be one. Raises ``Unreadable``."""
    return _identified(body)[1]


def _identified(body: bytes) -> tuple[str, bytes]:
    """The id in the body, and the body as it can be kept."""
    record = json_object(body)
    try:
        contact_id = typed(record, _Identified).id
    except Unreadable:
        raise Unreadable("a contact without an id") from None
    if not contact_id.strip():
        raise Unreadable("a contact without an id")
    return contact_id, record


def _is_text(text: str) -> bool:
    """Whether there is no lone surrogate in it."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)
