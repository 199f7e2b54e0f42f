"""Warnings about identifiers that a steward put off to another day."""

import sqlite3
from datetime import date, datetime

from reviewer.domain.identifiers import Identifier
from reviewer.store.clock import text_of
from reviewer.store.storable import storable


def write(connection: sqlite3.Connection, decision: int, identifier: Identifier, until: date) -> None:
    """Put the warning about an identifier off until that day; call it inside a transaction."""
    connection.execute(
        "INSERT INTO deferred_identifier (decision, kind, value, until) VALUES (?, ?, ?, ?)",
        (decision, identifier.type, storable(identifier.value), until.isoformat()),
    )


def end_of_decision(connection: sqlite3.Connection, decision: int, at: datetime) -> None:
    """End what a decision put off; call it inside a transaction."""
    connection.execute(
        "UPDATE deferred_identifier SET ended_at = ? WHERE decision = ? AND ended_at IS NULL", (text_of(at), decision)
    )


def in_force(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """(kind, value) of every identifier whose warning is put off."""
    return set(connection.execute("SELECT kind, value FROM deferred_identifier WHERE ended_at IS NULL"))


def wake(connection: sqlite3.Connection, today: date, at: datetime) -> int:
    """End what has come due; returns how many. Call it inside a transaction."""
    query = "UPDATE deferred_identifier SET ended_at = ? WHERE ended_at IS NULL AND until <= ?"
    return connection.execute(query, (text_of(at), today.isoformat())).rowcount
