"""Contacts as they were just before their merge, one row for each, so that one person's can be erased."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable

_ERASED = "erased "


class Snapshot(NamedTuple):
    """A member of a merge as it was read.

    ``raw`` are its bytes, ``claims`` (JSON) what it had claimed, None where that was not read; ``plan`` (JSON) what it
    would take to re-create it. All three are None where they were erased, at ``erased_at``; with its person its id went
    too, and ``contact`` says no more than that.
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

    @property
    def is_nameless(self) -> bool:
        """Whether its id was erased too, with its person."""
        return self.erased_at is not None and self.contact.startswith(_ERASED)


_NAMELESS = f"'{_ERASED}' || id"
"""What stands in the place of an id that was erased; SQL, and no two are the same."""

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


def ids_of(connection: sqlite3.Connection, operation: int, step: int) -> list[str]:
    """Ids of the contacts of one merge, in the order of its request, but for those that were erased."""
    query = f"""SELECT contact FROM member_snapshot
                WHERE operation = ? AND step = ? AND contact <> {_NAMELESS} ORDER BY place"""
    return [contact for (contact,) in connection.execute(query, (operation, step))]


def erase(connection: sqlite3.Connection, contacts: Sequence[str], at: datetime) -> int:
    """Erase what is kept of these contacts, their ids included; returns how many snapshots that were.

    The plans of those that were merged with them go too, since they quote what both held; the others' can be worked
    out again of their own snapshots. Call it inside a transaction.
    """
    erased = 0
    for contact in map(storable, contacts):
        connection.execute(
            """UPDATE member_snapshot SET plan = NULL
               WHERE operation IN (SELECT operation FROM member_snapshot WHERE contact = ?)""",
            (contact,),
        )
        erased += connection.execute(
            f"""UPDATE member_snapshot SET raw = NULL, claims = NULL, plan = NULL, erased_at = coalesce(erased_at, ?),
                contact = {_NAMELESS} WHERE contact = ?""",
            (text_of(at), contact),
        ).rowcount
    return erased


def expire(connection: sqlite3.Connection, before: datetime, at: datetime) -> int:
    """Erase the snapshots that were read before an instant; returns how many. Call it inside a transaction."""
    return connection.execute(
        """UPDATE member_snapshot SET raw = NULL, claims = NULL, plan = NULL, erased_at = ?
           WHERE read_at < ? AND erased_at IS NULL""",
        (text_of(at), text_of(before)),
    ).rowcount
