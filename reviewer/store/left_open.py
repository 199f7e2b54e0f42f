"""What an executor found left open when it began, and what became of each: for those who want to know what was found.

The move that resolves an operation writes here too, in its own transaction: what is told is what is so.
"""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.journal import UNDER_WAY, State
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

_STATES = ", ".join(f"'{state.value}'" for state in sorted(UNDER_WAY))


class Found(NamedTuple):
    """What the last run that found something found.

    ``became`` is state → how many were resolved to it, ``still_open`` how many are not resolved; the times are texts.
    """

    begun_at: str
    became: dict[str, int]
    still_open: int
    resolved_at: str | None
    """When the last of them was resolved so far."""


def begin(database: Database, at: datetime, *, restored: bool) -> None:
    """Note what is left open now, if anything is; in a ``restored`` backup more may be found (``add``).

    Call it before any is resolved. What an earlier run found and did not resolve is this run's from now on.
    """
    if not restored and not _open_now(database.connection):
        return  # a look costs no write
    with transaction(database) as connection:
        connection.execute("INSERT INTO recovery (begun_at) VALUES (?)", (text_of(at),))
        _note(connection, _open_now(connection))


def add(connection: sqlite3.Connection, operation: int) -> None:
    """Note one that a restored backup holds as staged although it was sent. Call it in a transaction."""
    _note(connection, [operation])


def _open_now(connection: sqlite3.Connection) -> list[int]:
    return [number for (number,) in connection.execute(f"SELECT id FROM operation WHERE state IN ({_STATES})")]


def _note(connection: sqlite3.Connection, numbers: Sequence[int]) -> None:
    """Note operations as found by the newest run."""
    each = [(number,) for number in numbers]
    connection.executemany("DELETE FROM left_open WHERE operation = ? AND became IS NULL", each)
    connection.executemany(
        "INSERT OR REPLACE INTO left_open (recovery, operation) SELECT max(id), ? FROM recovery", each
    )


def resolved(connection: sqlite3.Connection, operation: int, state: State, at: datetime) -> None:
    """Note that an operation has come to ``state``, if it was found left open and that resolves it."""
    if state not in UNDER_WAY:
        connection.execute(
            "UPDATE left_open SET became = ?, resolved_at = ? WHERE operation = ? AND became IS NULL",
            (state.value, text_of(at), operation),
        )


def newest(database: Database) -> Found | None:
    """What was found last; None if nothing ever was."""
    run = database.connection.execute(
        "SELECT id, begun_at FROM recovery WHERE id = (SELECT max(recovery) FROM left_open)"
    ).fetchone()
    if run is None:
        return None
    query = "SELECT became, count(*), max(resolved_at) FROM left_open WHERE recovery = ? GROUP BY became"
    rows = database.connection.execute(query, (run[0],)).fetchall()
    became = {state: number for state, number, _ in rows if state is not None}
    still_open = sum(number for state, number, _ in rows if state is None)
    return Found(run[1], became, still_open, max((at for _, _, at in rows if at), default=None))


def read_back_after(database: Database) -> str | None:
    """When the last of the answers was missed that unclear operations wait for; None if none does."""
    query = """SELECT max(s.answered_at) FROM operation o JOIN operation_step s ON s.operation = o.id
        WHERE o.state = ? AND s.state IN ('sending', 'unclear')"""
    found: str | None = database.connection.execute(query, (State.UNCLEAR.value,)).fetchone()[0]
    return found
