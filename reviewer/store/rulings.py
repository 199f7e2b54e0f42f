"""What stewards said of identifiers."""

import sqlite3
from collections.abc import Sequence
from datetime import date, datetime

from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


def write(connection: sqlite3.Connection, decision: int, ruling: Ruling, at: datetime) -> None:
    """Record a ruling; one that was in force on the same identifier ends. Call it inside a transaction."""
    kind, value = ruling.identifier.type, storable(ruling.identifier.value)
    connection.execute(
        "UPDATE ruling SET ended_at = ? WHERE kind = ? AND value = ? AND ended_at IS NULL",
        (text_of(at), kind, value),
    )
    connection.execute(
        "INSERT INTO ruling (decision, kind, value, ruling, until) VALUES (?, ?, ?, ?, ?)",
        (decision, kind, value, ruling.kind.value, ruling.until.isoformat() if ruling.until else None),
    )


def end_of_decision(connection: sqlite3.Connection, decision: int, at: datetime) -> list[Identifier]:
    """End what a decision ruled, and put back in force what it had replaced; returns the identifiers."""
    rows = connection.execute(
        "SELECT id, kind, value FROM ruling WHERE decision = ? AND ended_at IS NULL", (decision,)
    ).fetchall()
    for number, kind, value in rows:
        connection.execute("UPDATE ruling SET ended_at = ? WHERE id = ?", (text_of(at), number))
        connection.execute(
            """UPDATE ruling SET ended_at = NULL WHERE id = (
                 SELECT r.id FROM ruling r JOIN decision d ON d.id = r.decision
                 WHERE r.kind = ? AND r.value = ? AND r.id <> ? AND d.undone_at IS NULL
                 ORDER BY r.id DESC LIMIT 1) AND (until IS NULL OR until >= ?)""",
            (kind, value, number, at.date().isoformat()),
        )
    return [Identifier(kind, value) for _, kind, value in rows]


def in_force(database: Database, today: date) -> list[Ruling]:
    """All rulings that count today."""
    query = """SELECT kind, value, ruling, until FROM ruling WHERE ended_at IS NULL
               AND (until IS NULL OR until >= ?) ORDER BY kind, value"""
    return [_ruling(row) for row in database.connection.execute(query, (today.isoformat(),))]


def on(database: Database, identifiers: Sequence[Identifier], today: date) -> list[Ruling]:
    """The rulings that count today on these identifiers."""
    query = """SELECT kind, value, ruling, until FROM ruling WHERE ended_at IS NULL AND kind = ? AND value = ?
               AND (until IS NULL OR until >= ?)"""
    found = []
    for identifier in dict.fromkeys(identifiers):
        values = (identifier.type, storable(identifier.value), today.isoformat())
        row = database.connection.execute(query, values).fetchone()
        if row:
            found.append(_ruling(row))
    return found


def expired(connection: sqlite3.Connection, today: date, at: datetime) -> list[Identifier]:
    """End rulings whose last day has passed; returns their identifiers."""
    rows = connection.execute(
        "UPDATE ruling SET ended_at = ? WHERE ended_at IS NULL AND until < ? RETURNING kind, value",
        (text_of(at), today.isoformat()),
    ).fetchall()
    return [Identifier(kind, value) for kind, value in rows]


def _ruling(row: tuple[str, str, str, str | None]) -> Ruling:
    kind, value, ruling, until = row
    return Ruling(Identifier(kind, value), RulingKind(ruling), date.fromisoformat(until) if until else None)
