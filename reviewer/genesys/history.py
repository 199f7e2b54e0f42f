"""What is known of a contact besides its record: notes, journey sessions, and the sources of its external ids."""

from typing import TypeVar

import msgspec

from reviewer.genesys.bodies import Unreadable, listing_of, query_value
from reviewer.genesys.endpoints import EXTERNAL_SOURCES, NOTES, SESSIONS, Endpoint
from reviewer.genesys.transport import Query, Transport

T = TypeVar("T")

NOTES_PER_PAGE = 100
MOST_NOTES = 1000
"""The service lists no more notes of one contact; the newest come first."""
SESSIONS_PER_PAGE = 200
SOURCES_PER_PAGE = 200


class Link(msgspec.Struct, frozen=True, rename="camel"):
    """A reference to another entity by id."""

    id: str | None = None


class Note(msgspec.Struct, frozen=True, rename="camel"):
    """A note; ``contact_id`` is the record that it was written on, which a merge does not change."""

    id: str
    note_text: str = ""
    create_date: str | None = None
    modify_date: str | None = None
    created_by: Link | None = None
    contact_id: str | None = msgspec.field(default=None, name="entityId")


class Session(msgspec.Struct, frozen=True, rename="camel"):
    """A journey session. Dates are ISO 8601 in UTC; ``type`` is any text: the service's list grows."""

    id: str
    type: str | None = None
    customer_id: str | None = None
    customer_id_type: str | None = None
    external_contact: Link | None = None
    conversation: Link | None = None
    originating_direction: str | None = None
    created_date: str | None = None
    ended_date: str | None = None


class LinkConfiguration(msgspec.Struct, frozen=True, rename="camel"):
    """How a source makes a deep link, such as ``https://crm.example/{{externalId.value}}``."""

    uri_template: str | None = None


class ExternalSource(msgspec.Struct, frozen=True, rename="camel"):
    """A system of record that external ids come from."""

    id: str
    name: str = ""
    active: bool | None = None
    link_configuration: LinkConfiguration | None = None


async def notes(transport: Transport, contact_id: str, merge_set: bool) -> list[Note]:
    """The newest 1,000 notes of a contact; with ``merge_set`` those of every record merged into it too."""
    query: dict[str, str | int] = {"pageSize": NOTES_PER_PAGE, "sortOrder": "createDate:desc"}
    if merge_set:
        query["expand"] = "mergeset"
    decode = listing_of(Note)
    found: list[Note] = []
    for number in range(1, MOST_NOTES // NOTES_PER_PAGE + 1):
        numbered = query | {"pageNumber": number}
        some, listing = await transport.read(NOTES, decode, contact_id=contact_id, query=numbered)
        found += some
        if not (listing.next_uri or number < (listing.page_count or 0)):
            break
    return found


async def sessions(transport: Transport, contact_id: str, merged: bool) -> list[Session]:
    """The journey sessions of a contact; with ``merged`` those of every record merged into it too."""
    query: Query = {"pageSize": SESSIONS_PER_PAGE, "includeMerged": "true" if merged else "false"}
    return await _every_page(transport, SESSIONS, Session, query, "after", contact_id)


async def external_sources(transport: Transport) -> list[ExternalSource]:
    """Every external source of the organisation, inactive ones included."""
    return await _every_page(transport, EXTERNAL_SOURCES, ExternalSource, {"limit": SOURCES_PER_PAGE}, "cursor")


async def _every_page(
    transport: Transport,
    endpoint: Endpoint,
    shape: type[T],
    query: Query,
    parameter: str,
    contact_id: str | None = None,
) -> list[T]:
    """All records of a listing whose next page is asked for by ``parameter``."""
    listed = listing_of(shape)
    found: list[T] = []
    used: set[str] = set()

    def decode(body: bytes) -> tuple[list[T], str | None]:
        some, listing = listed(body)
        # Sessions have no cursors: where the next page begins stands in its address only.
        after = listing.after or query_value(listing.next_uri, parameter)
        if after in used:
            raise Unreadable("its next page is one that was read before")
        return some, after

    while True:
        some, after = await transport.read(endpoint, decode, contact_id=contact_id, query=query)
        found += some
        if after is None:
            return found
        used.add(after)
        query = {**query, parameter: after}
