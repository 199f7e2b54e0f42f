"""The line: stopped by a surprise, opened again by a steward who has looked at it."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


class LineStop(NamedTuple):
    """A surprise that stopped sending. ``reason`` contains record text."""

    id: int
    operation: int
    reason: str
    raised_at: str


def raise_stop(connection: sqlite3.Connection, operation: int, reason: str, at: datetime) -> None:
    """Stop the line; call it inside the transaction that ends the operation."""
    connection.execute(
        "INSERT INTO line_stop (operation, reason, raised_at) VALUES (?, ?, ?)",
        (operation, storable(reason), text_of(at)),
    )


def open_stops(database: Database) -> list[LineStop]:
    """Surprises that nobody has acknowledged yet, oldest first."""
    query = "SELECT id, operation, reason, raised_at FROM line_stop WHERE acknowledged_at IS NULL ORDER BY id"
    return [LineStop(*row) for row in database.connection.execute(query)]


def acknowledge(connection: sqlite3.Connection, numbers: Sequence[int], steward: str, note: str, at: datetime) -> int:
    """Acknowledge these stops as far as they are open; returns how many were. Call it inside a transaction."""
    query = """UPDATE line_stop SET acknowledged_at = ?, acknowledged_by = ?, note = ?
        WHERE id = ? AND acknowledged_at IS NULL"""
    given = (text_of(at), steward, storable(note))
    return sum(connection.execute(query, (*given, number)).rowcount for number in numbers)
