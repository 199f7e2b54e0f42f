"""Candidates as a view: derived from pairs, constraints, rulings and live operations, and kept for the queue.

Deriving again from the same truth gives the same candidates with the same numbers; so detecting or loading
twice changes nothing, and a decided pair cannot come back under a new number.
"""

import gc
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import date, datetime

from reviewer.domain.grouping import JOIN_WEIGHT
from reviewer.store import (
    candidate_rows,
    constraints,
    deferrals,
    near_pairs,
    operations,
    remainders,
    rulings,
    shared_candidates,
)
from reviewer.store.database import Database
from reviewer.store.deriving import Derived, apart, derive
from reviewer.store.transaction import transaction

_MANY = 1_000
_PAIRS_FOR_A_CONTACT = 2
"""Deriving around a contact takes as long as deriving this many pairs when all are (measured by
``tests.bench.groups``); under ``_MANY`` contacts nobody has to ask how many pairs there are."""

_CACHE_KIB = 200_000
"""Memory that SQLite may take for pages while all candidates are written."""


def rebuild(database: Database, today: date) -> int:
    """Derive all candidates anew; returns how many are open."""
    with transaction(database) as connection, _room_for_many(connection):
        candidate_rows.make_all(connection, _derive_all(connection), forget=True)
        shared_candidates.make_all(database, connection, today)
        open_now: int = connection.execute("SELECT count(*) FROM candidate WHERE state = 'open'").fetchone()[0]
    return open_now


def refresh(database: Database, numbers: Iterable[int], today: date) -> None:
    """Derive again what rests on these contacts, and only that; joins a running transaction.

    A group that falls apart leaves contacts behind that nothing connects with ``numbers`` any more: they are taken
    in until no group of others is touched. Where that would take longer than deriving everything, all is.
    """
    left_behind, reached = set(numbers), set[int]()
    room = _room_for_many(database.connection) if len(left_behind) >= _MANY else nullcontext()
    with transaction(database) as connection, room:
        while left_behind:
            if _is_most(connection, reached | left_behind):
                candidate_rows.make_all(connection, _derive_all(connection), forget=False)
                return
            reached = near_pairs.connected(connection, reached | left_behind)
            found = _derive_around(connection, reached)
            retired = candidate_rows.not_derived(connection, found, reached)
            left_behind = {number for members in retired for number in members} - reached
        if reached:
            candidate_rows.make_around(connection, found, reached)


@contextmanager
def _room_for_many(connection: sqlite3.Connection) -> Iterator[None]:
    """Let SQLite keep the indexes of a large queue in memory, and Python not look for cycles where there are none."""
    (pages,) = connection.execute("PRAGMA cache_size").fetchone()
    collects = gc.isenabled()
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    gc.disable()
    try:
        yield
    finally:
        connection.execute(f"PRAGMA cache_size = {pages}")
        if collects:
            gc.enable()


def _is_most(connection: sqlite3.Connection, numbers: set[int]) -> bool:
    """Whether deriving everything takes less than deriving around so many contacts."""
    if len(numbers) < _MANY:
        return False
    count: int = connection.execute("SELECT count(*) FROM pair").fetchone()[0]
    return len(numbers) * _PAIRS_FOR_A_CONTACT > count


def _derive_all(connection: sqlite3.Connection) -> list[Derived]:
    limits, held = constraints.in_force(connection), operations.held_contacts(connection)
    return derive(near_pairs.all_pairs(connection), limits, held, remainders.remainders(connection))


def _derive_around(connection: sqlite3.Connection, numbers: set[int]) -> list[Derived]:
    """What rests on ``numbers``. Their neighbours' groups count too: one row stands for all pairs between two."""
    touching = near_pairs.touching(connection, numbers)
    ends = {number for pair in touching for number in pair[:2]}
    near = numbers | near_pairs.connected(connection, ends - numbers)
    pairs = sorted(touching | near_pairs.touching(connection, near - numbers))
    limits = constraints.in_force(connection, near)
    held = operations.held_contacts(connection, ends | numbers)
    left = remainders.remainders(connection, near)
    return [one for one in derive(pairs, limits, held, left) if not numbers.isdisjoint(one.members)]


def hanging_together(database: Database, numbers: Iterable[int], most: int = 1_000) -> int:
    """How many live contacts joining pairs connect with these, counted up to about ``most``.

    Pairs that a steward keeps apart connect nothing.
    """
    connection = database.connection
    query = """SELECT CASE p.a WHEN ?1 THEN p.b ELSE p.a END FROM pair p
               JOIN contact c ON c.number = CASE p.a WHEN ?1 THEN p.b ELSE p.a END
               WHERE (p.a = ?1 OR p.b = ?1) AND p.weight >= ?2 AND p.verdict IN ('auto', 'review')
                   AND c.state = 'live'"""
    reached, frontier = set(numbers), list(numbers)
    while frontier and len(reached) < most:
        number = frontier.pop()
        kept_apart = apart(constraints.in_force(connection, [number]))
        for (other,) in connection.execute(query, (number, JOIN_WEIGHT)):
            if other not in reached and (min(number, other), max(number, other)) not in kept_apart:
                reached.add(other)
                frontier.append(other)
    return len(reached)


def refresh_shared(database: Database, today: date) -> None:
    """Derive the warnings about identifiers again; joins a running transaction."""
    with transaction(database) as connection:
        shared_candidates.make_all(database, connection, today)


def wake(database: Database, today: date, at: datetime) -> list[tuple[str, str]]:
    """Bring back what was deferred until today; end rulings that have run out and return their identifiers."""
    with transaction(database) as connection:
        contacts = constraints.wake(connection, today, at)
        ended = rulings.expired(connection, today, at)
        awake = deferrals.wake(connection, today, at)
        if contacts:
            refresh(database, contacts, today)
        if ended or awake:
            shared_candidates.make_all(database, connection, today)
    return [(identifier.type, identifier.value) for identifier in ended]


def note_decision(connection: sqlite3.Connection, candidate: int, decision: int | None) -> None:
    """Remember on the candidate which decision settled it (None takes that back)."""
    connection.execute("UPDATE candidate SET decision = ? WHERE id = ?", (decision, candidate))
