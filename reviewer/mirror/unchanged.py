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


def sort_out(database: Database, bodies: Sequence[bytes], origin: str) -> Sorted:
    """Tell the bodies that say something new from those that do not; of two with one id the last counts."""
    ids = [id_of(body) for body in bodies]
    equal = equal_among(database, ids, bodies, origin)
    return Sorted([place for place, id_ in enumerate(ids) if id_ not in equal], list(equal))


def equal_among(database: Database, ids: Sequence[str], bodies: Sequence[bytes], origin: str) -> set[str]:
    """Those of the ids whose body the mirror has; of two bodies with one id the last counts, an empty id is none."""
    latest = dict(zip(ids, bodies, strict=True))
    latest.pop("", None)
    return contacts.equal(database, latest, origin)


def id_of(body: bytes) -> str:
    """The contact's id; empty where a careful reading has to find out what is wrong."""
    try:
        return _decoder.decode(body).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
