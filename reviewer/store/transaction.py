"""The one way to write: a transaction that takes the write lock at its start."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from reviewer.store.database import Database, clear_errors


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """A write transaction: all of it is on disk when the block ends, or none of it.

    ``BEGIN IMMEDIATE`` because a deferred transaction that reads and then writes fails under contention
    instead of waiting. Inside another transaction it joins that one.

    Raises ``BusyError`` and ``DatabaseError`` as ``clear_errors``.
    """
    connection = database.connection
    if connection.in_transaction:
        yield connection
        return
    with clear_errors(database.path):
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
