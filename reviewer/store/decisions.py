"""What stewards, or automatic rungs that they switched on, decided; nothing here is ever deleted."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable


class Decision(NamedTuple):
    """A decision. ``document`` is JSON: what was seen and promised; ``rung`` is steward or auto."""

    id: int
    kind: str
    candidate: int
    document: bytes
    fingerprint: str
    rung: str
    steward: str
    sudo_user: str | None
    note: str
    decided_at: str
    undone_at: str | None
    undone_by: str | None


_COLUMNS = ", ".join(Decision._fields)


def write(
    connection: sqlite3.Connection,
    *,
    kind: str,
    candidate: int,
    document: bytes,
    fingerprint: str,
    rung: str,
    steward: str,
    sudo_user: str | None,
    note: str,
    at: datetime,
) -> int:
    """Record a decision and return its number; call it inside a transaction."""
    row = connection.execute(
        """INSERT INTO decision (kind, candidate, document, fingerprint, rung, steward, sudo_user, note, decided_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (kind, candidate, document, fingerprint, rung, steward, sudo_user, storable(note), text_of(at)),
    ).fetchone()
    return int(row[0])


def undo(connection: sqlite3.Connection, number: int, steward: str, at: datetime) -> None:
    """Mark a decision as taken back; call it inside a transaction."""
    connection.execute("UPDATE decision SET undone_at = ?, undone_by = ? WHERE id = ?", (text_of(at), steward, number))


def read(database: Database, number: int) -> Decision:
    """The decision with this number. Raises ``NotFoundError``."""
    row = database.connection.execute(f"SELECT {_COLUMNS} FROM decision WHERE id = ?", (number,)).fetchone()
    if row is None:
        raise NotFoundError(f"there is no decision {number}; `reviewer audit` lists them")
    return Decision(*row)


def last_live(database: Database, steward: str) -> Decision | None:
    """The newest decision of ``steward`` that has not been taken back."""
    query = f"SELECT {_COLUMNS} FROM decision WHERE steward = ? AND undone_at IS NULL ORDER BY id DESC LIMIT 1"
    row = database.connection.execute(query, (steward,)).fetchone()
    return Decision(*row) if row else None


def live_before(database: Database, steward: str, number: int) -> Iterator[int]:
    """Numbers of a steward's decisions older than ``number`` that have not been taken back, newest first."""
    query = "SELECT id FROM decision WHERE steward = ? AND id < ? AND undone_at IS NULL ORDER BY id DESC"
    return (found for (found,) in database.connection.execute(query, (steward, number)))


def of_candidate(database: Database, candidate: int) -> Decision | None:
    """The newest decision that settled a candidate and has not been taken back.

    A ruling that was made while looking at contacts settles nothing; one on a shared identifier does.
    """
    query = f"""SELECT {_COLUMNS} FROM decision d WHERE candidate = ? AND undone_at IS NULL
                AND (kind <> 'shared' OR (SELECT k.kind FROM candidate k WHERE k.id = d.candidate) = 'shared')
                ORDER BY id DESC LIMIT 1"""
    row = database.connection.execute(query, (candidate,)).fetchone()
    return Decision(*row) if row else None


def merge_taken_back(database: Database, candidate: int) -> bool:
    """Whether a merge or a link of this candidate was once approved and then taken back."""
    query = """SELECT 1 FROM decision WHERE candidate = ? AND kind IN ('merge', 'stitch', 'link')
               AND undone_at IS NOT NULL LIMIT 1"""
    return database.connection.execute(query, (candidate,)).fetchone() is not None


def all_of(database: Database) -> list[Decision]:
    """Every decision, oldest first, undone ones included."""
    return [Decision(*row) for row in database.connection.execute(f"SELECT {_COLUMNS} FROM decision ORDER BY id")]


def telling(database: Database) -> Iterator[Decision]:
    """Decisions of stewards that say whether contacts are one person, oldest first.

    One that was taken back is none of them, nor a merge that waits for a second steward, or was compensated; nor what
    an automatic rung approved, which says no more than the model did.
    """
    query = f"""SELECT {_COLUMNS} FROM decision d
                WHERE kind IN ('merge', 'stitch', 'distinct') AND rung = 'steward' AND undone_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM operation o LEFT JOIN recreation r ON r.of_operation = o.id
                                WHERE o.decision = d.id AND (o.state = 'planned' OR r.of_operation IS NOT NULL))
                ORDER BY id"""
    for row in database.connection.execute(query):
        yield Decision(*row)
