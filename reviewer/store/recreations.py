"""Members of merges that were approved to be made anew, and the new ids of those who were."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reviewer.store.database import Database
from reviewer.store.storable import storable


class Recreation(NamedTuple):
    """A member of the merge ``of_operation`` that ``operation`` makes anew.

    ``known_before`` are ids of contacts like it that there were before the call, None until they were looked for;
    ``recreated_as`` is the new id, None until it is known.
    """

    operation: int
    of_operation: int
    contact: str
    known_before: tuple[str, ...] | None
    recreated_as: str | None


_SELECT = "SELECT operation, of_operation, contact, known_before, recreated_as FROM recreation"


def write(connection: sqlite3.Connection, operation: int, of_operation: int, contacts: Sequence[str]) -> None:
    """Note which members an operation makes anew; call it in the transaction that stages it."""
    connection.executemany(
        "INSERT INTO recreation (operation, of_operation, contact) VALUES (?, ?, ?)",
        [(operation, of_operation, storable(contact)) for contact in contacts],
    )


def by(database: Database, operation: int) -> list[Recreation]:
    """Those that an operation makes anew."""
    return _read(database.connection.execute(f"{_SELECT} WHERE operation = ? ORDER BY contact", (operation,)))


def of(database: Database, operation: int) -> list[Recreation]:
    """Those of a merge's members that some operation makes or made anew, whatever became of it."""
    return _read(database.connection.execute(f"{_SELECT} WHERE of_operation = ? ORDER BY operation", (operation,)))


def known_as_made(database: Database, ids: Iterable[str]) -> set[str]:
    """Those of these contacts of which it is noted that some operation made them."""
    query = "SELECT recreated_as FROM recreation WHERE recreated_as IN (SELECT value FROM json_each(?))"
    return {id_ for (id_,) in database.connection.execute(query, (json.dumps(list(ids)),))}


def _read(rows: Iterable[tuple[int, int, str, str | None, str | None]]) -> list[Recreation]:
    return [
        Recreation(operation, merge, contact, tuple(json.loads(known)) if known is not None else None, new)
        for operation, merge, contact, known, new in rows
    ]


def note_known(connection: sqlite3.Connection, operation: int, contact: str, ids: Iterable[str]) -> None:
    """Note which contacts like it there are before it is made; call it inside a transaction."""
    connection.execute(
        "UPDATE recreation SET known_before = ? WHERE operation = ? AND contact = ?",
        (json.dumps(sorted(ids)), operation, storable(contact)),
    )


def note_made(connection: sqlite3.Connection, operation: int, contact: str, new: str) -> None:
    """Note the new id of a member that was made anew; call it inside a transaction."""
    connection.execute(
        "UPDATE recreation SET recreated_as = ? WHERE operation = ? AND contact = ?",
        (storable(new), operation, storable(contact)),
    )


def old_ids(database: Database, contacts: Iterable[str]) -> list[str]:
    """Old ids of those of these contacts that were made anew."""
    query = "SELECT contact FROM recreation WHERE recreated_as = ?"
    found = (database.connection.execute(query, (storable(contact),)) for contact in contacts)
    return [old for rows in found for (old,) in rows]


def erase(connection: sqlite3.Connection, contacts: Iterable[str]) -> None:
    """Erase who was made anew of these contacts, or as one of them, and that one was known before; in a transaction."""
    for contact in map(storable, contacts):
        connection.execute("DELETE FROM recreation WHERE contact = ?1 OR recreated_as = ?1", (contact,))
        mentioning = "SELECT operation, contact, known_before FROM recreation WHERE instr(known_before, ?) > 0"
        for operation, other, known in connection.execute(mentioning, (json.dumps(contact),)).fetchall():
            note_known(connection, operation, other, (id_ for id_ in json.loads(known) if id_ != contact))
