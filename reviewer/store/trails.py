"""Where an id leads today: to a living contact, through merges where there were any, or nowhere."""

import sqlite3
from collections.abc import Sequence
from typing import NamedTuple

from reviewer.store.database import Database

LONGEST = 60
"""Merges of merges that are followed; the service allows 52 contacts in a merge set."""
UNKNOWN = "unknown"
_CHUNK = 400


class Trail(NamedTuple):
    """The ``number`` of the living contact; or None, with ``reason`` a phrase, ``UNKNOWN`` for an id never met."""

    number: int | None
    reason: str = ""


class _Standing(NamedTuple):
    number: int
    state: str
    merged_into: str | None


def trails(database: Database, ids: Sequence[str]) -> dict[str, Trail]:
    """Where each of the ids leads."""
    found: dict[str, Trail] = {}
    places = {id_: id_ for id_ in ids}
    for _ in range(LONGEST):
        standings = _standings(database.connection, list(dict.fromkeys(places.values())))
        onward: dict[str, str] = {}
        for id_, place in places.items():
            standing = standings.get(place)
            if standing is not None and standing.state == "merged" and standing.merged_into not in (None, place):
                onward[id_] = standing.merged_into or place
            else:
                found[id_] = _end(standing, astray=place != id_)
        if not onward:
            return found
        places = onward
    return found | dict.fromkeys(places, Trail(None, "merged in a circle"))


def _end(standing: _Standing | None, *, astray: bool) -> Trail:
    if standing is None:
        return Trail(None, "merged into a contact that is unknown" if astray else UNKNOWN)
    if standing.state == "live":
        return Trail(standing.number)
    return Trail(None, "gone from the service" if standing.state == "gone" else "merged, it is not said into which")


def _standings(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, _Standing]:
    found: dict[str, _Standing] = {}
    for start in range(0, len(ids), _CHUNK):
        chunk = ids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        query = f"SELECT id, number, state, merged_into FROM contact WHERE id IN ({marks})"
        found.update({row[0]: _Standing(*row[1:]) for row in connection.execute(query, chunk)})
    return found
