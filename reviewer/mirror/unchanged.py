"""Contacts that the mirror has byte for byte: only the others are worth reading, for most of a second sync are such."""

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from reviewer.store import contacts
from reviewer.store.database import Database


class _Head(msgspec.Struct):
    id: str


class Sorted(NamedTuple):
    """``news`` are the positions of the bodies to be read, ``equal`` the ids of those that the mirror has so."""

    news: list[int]
    equal: list[str]


_decoder = msgspec.json.Decoder(_Head)


def sort_out(database: Database, bodies: Sequence[bytes], origin: str, ids: Sequence[str] | None = None) -> Sorted:
    """Tell the bodies that say something new from those that do not; of two with one id the last counts.

    ``ids`` are those of the bodies, if they have been read before.
    """
    ids = [id_of(body) for body in bodies] if ids is None else ids
    latest = {id_: body for id_, body in zip(ids, bodies, strict=True) if id_}
    equal = contacts.equal(database, latest, origin)
    return Sorted([place for place, id_ in enumerate(ids) if id_ not in equal], list(equal))


def id_of(body: bytes) -> str:
    """The contact's id; empty where a careful reading has to find out what is wrong."""
    try:
        return _decoder.decode(body).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
