"""What merges in the service mean for the mirror: what rested on merged contacts rests on the living ones."""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple

from reviewer.domain.record import Record
from reviewer.store import constraints, contacts, derivation, pairs
from reviewer.store.contacts import Written
from reviewer.store.database import Database
from reviewer.store.trails import trails
from reviewer.store.transaction import transaction

Merged = Mapping[int, str]
"""Number → id of merged contacts."""

_CHUNK = 400

_RESTS_ON = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} WHERE {column} = c.number{narrowed})"
    for table, columns, narrowed in (
        ("pair_constraint", ("a_now", "b_now"), " AND ended_at IS NULL"),
        ("pair", ("a", "b"), ""),
        ("loaded_pair", ("a", "b"), ""),
    )
    for column in columns
)
_UNSETTLED = f"SELECT c.number, c.id FROM contact c WHERE c.state = 'merged' AND ({_RESTS_ON})"
"""Merged contacts on which something rests still: an index lookup or six for each merged contact."""

_ASTRAY = """SELECT c.id FROM contact c WHERE c.state = 'merged' AND c.origin = 'api'
    AND NOT EXISTS (SELECT 1 FROM contact m WHERE m.id = c.merged_into AND m.number <> c.number)"""


class TakenIn(NamedTuple):
    """What was done with the records, and with the living contacts that came along.

    ``carried`` are the pairs that go on with another contact: they are to be scored again.
    """

    written: Written
    living: Written
    carried: list[tuple[int, int]]

    @property
    def changed(self) -> list[int]:
        """Numbers of known contacts whose content or state changed."""
        return [*self.written.changed, *self.living.changed]


def take_in(
    database: Database,
    records: Sequence[Record],
    living: Mapping[str, Record] | None = None,
    *,
    origin: str = "api",
    at: datetime,
    today: date,
    scan: int = 0,
) -> TakenIn:
    """Store records, and let what rests on merged contacts rest on the living ones they lead to.

    ``living`` gives the living contact for ids that were merged; it may lack some or all, and name ids that the mirror
    does not know. What rests on a contact of which it is not known yet where it leads stays there, and follows when
    that contact is taken in, by whomever. Pairs of contacts that changed wait for a new score, and candidates are
    derived again. Joins a running transaction.
    """
    living = living or {}
    aliases: dict[str, list[str]] = {}
    for id_, record in living.items():
        if id_ != record.contact.id:
            aliases.setdefault(record.contact.id, []).append(id_)
    with transaction(database) as connection:
        written = contacts.write(database, records, origin=origin, read_at=at, scan=scan)
        canonicals = {record.contact.id: record for record in living.values()}
        arrived = contacts.write(database, list(canonicals.values()), origin="api", read_at=at)
        for canonical, ids in aliases.items():
            contacts.mark_merged(connection, ids, canonical)
        changed = [*written.changed, *arrived.changed]
        pairs.distrust(connection, changed)
        met = [record.contact.id for record in records]
        carried, touched = _carry(database, _unsettled_around(connection, [*met, *canonicals, *living]))
        derivation.refresh(database, touched.union(changed), today)
    return TakenIn(written, arrived, carried)


def settle(database: Database, today: date) -> list[tuple[int, int]]:
    """Carry whatever rests on any merged contact whose living contact the mirror knows; joins a running transaction.

    Returns the pairs that go on with another contact.
    """
    with transaction(database) as connection:
        carried, touched = _carry(database, dict(connection.execute(_UNSETTLED).fetchall()))
        derivation.refresh(database, touched, today)
    return carried


def leading_astray(database: Database) -> list[str]:
    """Ids of the service's merged contacts that were merged into one that the mirror does not know."""
    return [id_ for (id_,) in database.connection.execute(_ASTRAY)]


def _unsettled_around(connection: sqlite3.Connection, ids: Iterable[str]) -> Merged:
    """The unsettled among these contacts, and among those that were merged into them, however often."""
    found: dict[int, str] = {}
    reached: set[str] = set()
    frontier = set(ids)
    while frontier:
        reached |= frontier
        onward: set[str] = set()
        for chunk in _chunks(sorted(frontier)):
            marks = ", ".join("?" * len(chunk))
            found.update(connection.execute(f"{_UNSETTLED} AND c.id IN ({marks})", chunk).fetchall())
            query = f"SELECT id FROM contact WHERE merged_into IN ({marks})"
            onward.update(id_ for (id_,) in connection.execute(query, chunk))
        frontier = onward - reached
    return found


def _carry(database: Database, merged: Merged) -> tuple[list[tuple[int, int]], set[int]]:
    """Let all that rests on these contacts rest on the living one that each leads to, where there is one.

    Returns the pairs that go on with another contact, and all contacts that this was about.
    """
    connection = database.connection
    places = trails(database, list(merged.values()))
    behind: dict[int, list[int]] = {}
    for number, id_ in merged.items():
        living_number = places[id_].number
        if living_number is not None:
            behind.setdefault(living_number, []).append(number)
    living = contacts.by_numbers(database, list(behind))
    carried: set[tuple[int, int]] = set()
    for number, ancestors in behind.items():
        constraints.carry(connection, ancestors, living[number])
        carried.update(pairs.carry(connection, ancestors, number))
    gone_on = {number for ancestors in behind.values() for number in ancestors}
    # Both contacts of a pair may have been merged: it was carried twice, and only the second is there now.
    return sorted(pair for pair in carried if gone_on.isdisjoint(pair)), gone_on | behind.keys()


def _chunks(ids: Sequence[str]) -> Iterable[Sequence[str]]:
    return (ids[start : start + _CHUNK] for start in range(0, len(ids), _CHUNK))
