"""The search for curated contacts by their words: indexed after a while, and no more than a window of its hits."""

from typing import NamedTuple

import msgspec

from reviewer.genesys.bodies import page, typed
from reviewer.genesys.contacts import contact_record
from reviewer.genesys.endpoints import SEARCH
from reviewer.genesys.transport import Transport

PER_PAGE, MOST = 100, 1_000
"""Hits on a page; and in the window of a search (section 4 of the API contract)."""


class Hits(NamedTuple):
    """The contacts that a search found, as JSON. Not ``complete`` where there are more, or the service says so."""

    contacts: list[bytes]
    complete: bool


class _Told(msgspec.Struct, rename="camel"):
    partial_results: bool | None = None


async def search(transport: Transport, text: str) -> Hits:
    """The curated, living contacts that the words find. A change is seen by it only after a while."""
    found: list[bytes] = []
    complete = True
    for number in range(1, MOST // PER_PAGE + 1):
        some, partial, more = await transport.read(SEARCH, _page, query=query_of(text, number))
        found += some
        complete = complete and not partial
        if not more:
            return Hits(found, complete)
    return Hits(found, False)


def query_of(text: str, number: int) -> dict[str, str | int]:
    """The query that asks for a page of the hits, the first being 1."""
    return {"q": text, "pageSize": PER_PAGE, "pageNumber": number}


def _page(body: bytes) -> tuple[list[bytes], bool, bool]:
    """The contacts of a page, whether the service calls them partial, and whether another page follows."""
    listing = page(body)
    told = typed(body, _Told)
    return [contact_record(entity) for entity in listing.entities], bool(told.partial_results), bool(listing.next_uri)
