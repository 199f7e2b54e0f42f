"""Contacts as they were just before their merge, one row for each, so that one person's can be erased."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


class Snapshot(NamedTuple):
    """A member of a merge as it was read.

    ``raw`` are its bytes, ``claims`` (JSON) what it had claimed, None where that was not read; ``plan`` (JSON) what it
    would take to re-create it. All three are None where they were erased, at ``erased_at``.
    """

    operation: int
    step: int
    contact: str
    place: int
    raw: bytes | None
    claims: bytes | None
    plan: bytes | None
    read_at: str
    erased_at: str | None = None


_COLUMNS = ", ".join(Snapshot._fields)


def keep(connection: sqlite3.Connection, snapshots: Iterable[Snapshot]) -> None:
    """Store snapshots in the place of those of an earlier attempt; call it in the transaction of the intent to send."""
    marks = ", ".join("?" * len(Snapshot._fields))
    connection.executemany(
        f"INSERT OR REPLACE INTO member_snapshot ({_COLUMNS}) VALUES ({marks})",
        [one._replace(contact=storable(one.contact)) for one in snapshots],
    )


def of_operation(database: Database, operation: int) -> list[Snapshot]:
    """The snapshots of an operation's merges, in the order of its requests."""
    query = f"SELECT {_COLUMNS} FROM member_snapshot WHERE operation = ? ORDER BY step, place"
    return [Snapshot(*row) for row in database.connection.execute(query, (operation,))]


def expire(connection: sqlite3.Connection, before: datetime, at: datetime) -> int:
    """Erase the snapshots that were read before an instant; returns how many. Call it inside a transaction."""
    return connection.execute(
        """UPDATE member_snapshot SET raw = NULL, claims = NULL, plan = NULL, erased_at = ?
           WHERE read_at < ? AND erased_at IS NULL""",
        (text_of(at), text_of(before)),
    ).rowcount
