"""Bodies of answers: pages cut into records without touching their bytes, and typed where that is all we keep."""

import json
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn, TypeVar
from urllib.parse import parse_qs, urlsplit

import msgspec

from reviewer.domain.wire import JsonObject
from reviewer.genesys.cutting import cut_apart

T = TypeVar("T")

REFUSED = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""What msgspec raises for JSON that the standard library may still read."""


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
_raw = msgspec.json.Decoder(msgspec.Raw)


def page(body: bytes) -> Page:
    """The listing in ``body``, each record as it came. Raises ``Unreadable``.

    msgspec refuses a whole page for a lone surrogate in one name; such a page is read by the standard library,
    and its records are written anew with their escapes kept. Where that cannot read it either, the page is cut into
    its records, and who reads those finds the one that is to blame.

    A page without ``entities`` is empty only where it has ``cursors``: any other JSON, such as a gateway's, would
    else look like the end of a scan.
    """
    try:
        listing = _listing.decode(body)
        entities = [bytes(entity) for entity in listing.entities or ()]
    except msgspec.ValidationError as error:
        raise Unreadable(f"not a page of a listing: {error}") from None
    except REFUSED:
        listing, entities = _tolerant_page(body)
    if listing.entities is None and listing.cursors is None:
        raise Unreadable("there are no entities in it")
    after = listing.cursors.after if listing.cursors else None
    return Page(entities, after or None, listing.next_uri, listing.page_count)


def _tolerant_page(body: bytes) -> tuple[_Listing, list[bytes]]:
    try:
        record = tolerant_object(body)
    except Unreadable:
        cut = cut_apart(body)
        if cut is None:
            raise
        return converted(tolerant_object(cut.rest), _Listing), cut.entities
    found = record.pop("entities", None)
    listing = converted(record | {"entities": None if found is None else []}, _Listing)
    if found is not None and not isinstance(found, list):
        raise Unreadable("not a page of a listing: its entities are no array")
    return listing, [escaped(entity) for entity in found or ()]


def json_object(body: bytes) -> bytes:
    """The JSON object in ``body``, as it came; written anew, escapes kept, only if it has a lone surrogate.

    Raises ``Unreadable``.
    """
    try:
        _raw.decode(body)
        body.decode()  # which Raw leaves unchecked
    except REFUSED:
        return escaped(tolerant_object(body))
    if not body.lstrip().startswith(b"{"):
        raise Unreadable("not a JSON object")
    return body


def typed(body: bytes, shape: type[T]) -> T:
    """``body`` in that shape, unknown fields left out. Raises ``Unreadable``."""
    try:
        return msgspec.json.decode(body, type=shape)
    except msgspec.ValidationError as error:
        raise Unreadable(f"not as agreed: {error}") from None
    except REFUSED:
        return converted(tolerant_object(body), shape)


def listing_of(shape: type[T]) -> Callable[[bytes], tuple[list[T], Page]]:
    """A decoder of listings whose records have that shape; it raises ``Unreadable``."""

    def decode(body: bytes) -> tuple[list[T], Page]:
        listing = page(body)
        return [typed(entity, shape) for entity in listing.entities], listing

    return decode


def tolerant_object(body: bytes) -> JsonObject:
    """The JSON object in ``body``, lone surrogates included. Raises ``Unreadable``."""
    try:
        record = json.loads(body, parse_constant=_no_number)
    except RecursionError:
        raise Unreadable("nested too deeply to be read") from None
    except ValueError:
        raise Unreadable("not JSON, or cut off") from None
    if not isinstance(record, dict):
        raise Unreadable("not a JSON object")
    return record


def query_value(uri: str | None, name: str) -> str | None:
    """One query parameter of a listing's next address; ``None`` if there is none."""
    try:
        values = parse_qs(urlsplit(uri or "").query).get(name)
    except ValueError:
        return None
    return values[0] if values else None


def converted(record: JsonObject, shape: type[T]) -> T:
    """A decoded record in that shape. Raises ``Unreadable``."""
    try:
        return msgspec.convert(record, shape)
    except msgspec.ValidationError as error:
        raise Unreadable(f"not as agreed: {error}") from None


def escaped(value: Any) -> bytes:
    """Compact JSON in ASCII: valid bytes whatever the text holds."""
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
