"""Bodies of answers: pages cut into records without touching their bytes, and typed where that is all we keep."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from reviewer.domain.wire import JsonObject, decode_object, encode

T = TypeVar("T")


class Unreadable(ValueError):
    """A body that is not what the contract says; the text says how, without repeating the body."""


class Page(NamedTuple):
    """One page of a listing: each record's own JSON, and how to go on (whichever way the listing has)."""

    entities: list[bytes]
    after: str | None
    next_uri: str | None
    page_count: int | None


class _Cursors(msgspec.Struct):
    after: str | None = None


class _Listing(msgspec.Struct, rename="camel"):
    entities: list[msgspec.Raw] | None = None
    cursors: _Cursors | None = None
    next_uri: str | None = None
    page_count: int | None = None


_listing = msgspec.json.Decoder(_Listing)
_any = msgspec.json.Decoder(msgspec.Raw)


def page(body: bytes) -> Page:
    """The listing in ``body``. Raises ``Unreadable``.

    A page without ``entities`` is read as empty only where it has ``cursors``: any other JSON, such as a
    gateway's, would else look like the end of a scan.
    """
    try:
        listing = _listing.decode(body)
        entities = [bytes(entity) for entity in listing.entities or ()]
    except msgspec.ValidationError as error:
        raise Unreadable(f"not a page of a listing: {error}") from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        record = _tolerant(body)
        entities = [encode_ascii(entity) for entity in _list(record.pop("entities", None))]
        listing = convert(record, _Listing)
        listing.entities = [msgspec.Raw(entity) for entity in entities] if entities else listing.entities
    if listing.entities is None and listing.cursors is None:
        raise Unreadable("there are no entities in it")
    after = listing.cursors.after if listing.cursors else None
    return Page(entities, after or None, listing.next_uri, listing.page_count)


def json_object(body: bytes) -> bytes:
    """The JSON object in ``body``, byte for byte if it is valid UTF-8 JSON; else re-encoded with escapes.

    Raises ``Unreadable``.
    """
    try:
        _any.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return encode_ascii(_tolerant(body))
    if not body.lstrip()[:1] == b"{":
        raise Unreadable("not a JSON object")
    return body
