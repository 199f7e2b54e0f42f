"""The one way to write: a transaction that takes the write lock at its start."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from reviewer.store.database import Database, clear_errors


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """A write transaction: all of it is on disk when the block ends, or none of it.

    ``BEGIN IMMEDIATE`` because a deferred transaction that reads and then writes fails under contention
    instead of waiting. Inside another transaction it is a part of that one: it reaches the disk with it, and takes
    back only its own writes if it fails and the outer one goes on.

    Raises ``BusyError`` and ``DatabaseError`` as ``clear_errors``.
    """
    with clear_errors(database.path):
        if database.connection.in_transaction:
            yield from _carried_out(database.connection, "SAVEPOINT part", "RELEASE part", _PART_BACK)
        else:
            yield from _carried_out(database.connection, "BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))


_PART_BACK = ("ROLLBACK TO part", "RELEASE part")


def _carried_out(
    connection: sqlite3.Connection, begin: str, keep: str, give_up: Sequence[str]
) -> Iterator[sqlite3.Connection]:
    connection.execute(begin)
    try:
        yield connection
        connection.execute(keep)
    except BaseException:
        if connection.in_transaction:  # SQLite itself gives up a whole transaction when the disk is full
            for statement in give_up:
                connection.execute(statement)
        raise
