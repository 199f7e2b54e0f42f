"""Scans of the service: where the last one stands, so that the next can go on there."""

from datetime import datetime
from typing import NamedTuple

from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.transaction import transaction


class SyncRun(NamedTuple):
    """A scan. ``cursor`` leads to the next page; ``finished_at`` is None while pages are missing."""

    id: int
    started_at: str
    finished_at: str | None
    cursor: str | None
    cursor_at: str | None
    pages: int
    contacts: int
    changed: int
    rejected: int


_COLUMNS = ", ".join(SyncRun._fields)


def start(database: Database, at: datetime) -> int:
    """Begin a scan and return its number."""
    with transaction(database) as connection:
        row = connection.execute("INSERT INTO sync_run (started_at) VALUES (?) RETURNING id", (text_of(at),)).fetchone()
    return int(row[0])


def unfinished(database: Database) -> SyncRun | None:
    """The newest scan, if it did not come to its end."""
    row = database.connection.execute(f"SELECT {_COLUMNS} FROM sync_run ORDER BY id DESC LIMIT 1").fetchone()
    return SyncRun(*row) if row and row[2] is None else None


def last_finished(database: Database) -> SyncRun | None:
    """The newest complete scan."""
    query = f"SELECT {_COLUMNS} FROM sync_run WHERE finished_at IS NOT NULL ORDER BY id DESC LIMIT 1"
    row = database.connection.execute(query).fetchone()
    return SyncRun(*row) if row else None


def note_pages(
    database: Database,
    run: int,
    pages: int,
    *,
    cursor: str | None,
    contacts: int,
    changed: int,
    rejected: int,
    at: datetime,
) -> None:
    """Count pages and remember where the next one is; call it in the transaction that stores them."""
    with transaction(database) as connection:
        connection.execute(
            """UPDATE sync_run SET cursor = ?, cursor_at = ?, pages = pages + ?, contacts = contacts + ?,
               changed = changed + ?, rejected = rejected + ? WHERE id = ?""",
            (cursor, text_of(at), pages, contacts, changed, rejected, run),
        )


def finish(database: Database, run: int, at: datetime) -> None:
    """Mark a scan as complete."""
    with transaction(database) as connection:
        connection.execute("UPDATE sync_run SET finished_at = ?, cursor = NULL WHERE id = ?", (text_of(at), run))
