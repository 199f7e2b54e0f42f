"""The rate that each process now calls the API at: for the status line, true for the present window only."""

import os
import sqlite3
import threading
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from reviewer.store.clock import moment_of, text_of
from reviewer.store.database import Database

_PATIENCE = 0.2
"""Seconds that the rate waits for another process's write; after that it is left out, and told the next time."""


class ApiRate(NamedTuple):
    """Calls that a process's token has used, and may use, in the window that ends at ``ends_at``."""

    command: str
    used: int
    allowed: int
    ends_at: datetime


def current(database: Database, moment: datetime) -> tuple[ApiRate, ...]:
    """The rates of the windows that have not ended, the executor's first."""
    rows = database.connection.execute(
        """SELECT command, used, allowed, ends_at FROM api_rate WHERE ends_at > ?
           ORDER BY command <> 'execute', command, process""",
        (text_of(moment),),
    )
    return tuple(ApiRate(command, used, allowed, moment_of(ends_at)) for command, used, allowed, ends_at in rows)


class RateBoard:
    """Where a process tells its rate, over a connection of its own that neither waits long nor syncs the disk.

    What is told may be lost in a power cut, nothing else is: SQLite's own log keeps its order, and this connection
    never moves that log into the database. A fault is no one's business: the rate is then not shown.

    Threads may call it: a connection that one closes while another writes on it would end the process.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._turn = threading.Lock()
        self._is_over = False

    def tell(self, rate: ApiRate, moment: datetime) -> None:
        """Show the rate of this process in place of what it told before; what has ended is cleared away.

        Not after it was withdrawn: a thread may come to it late.
        """
        with self._turn, suppress(sqlite3.Error):
            if self._is_over:
                return
            self._write(
                moment,
                "INSERT INTO api_rate (process, command, used, allowed, ends_at) VALUES (?, ?, ?, ?, ?)",
                (os.getpid(), rate.command, rate.used, rate.allowed, text_of(rate.ends_at)),
            )

    def withdraw(self, moment: datetime) -> None:
        """Show no rate of this process any more, and close the connection."""
        with self._turn:
            self._is_over = True
            if self._connection is None:
                return
            with suppress(sqlite3.Error):
                self._write(moment, "SELECT 1", ())
            self._connection.close()
            self._connection = None

    def _write(self, moment: datetime, statement: str, values: tuple[object, ...]) -> None:
        if self._connection is None:
            self._connection = _connect(self._path)
        with self._connection as connection:  # which commits, or takes back where something fails
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("DELETE FROM api_rate WHERE process = ? OR ends_at <= ?", (os.getpid(), text_of(moment)))
            connection.execute(statement, values)


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=_PATIENCE,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    return connection
