"""What contacts were before their latest changes, so that search can lag behind.

Triggers of this connection note every change: which contact the index has to take in anew, and, for as long as the
index's delay, what the contact was before. A contact as it was at some moment is the oldest version that was replaced
after it or, if there is none, the contact as it is.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager

TRIGGERS = """
CREATE TEMP TRIGGER search_insert AFTER INSERT ON main.contacts BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (NEW.id);
    DELETE FROM search_versions WHERE replaced <= search_horizon();
    INSERT INTO search_versions (contact, contact_seq, replaced, body) VALUES (NEW.id, NEW.seq, clock_now(), NULL);
END;
CREATE TEMP TRIGGER search_update AFTER UPDATE OF body ON main.contacts WHEN OLD.body IS NOT NEW.body BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (OLD.id);
    DELETE FROM search_versions WHERE replaced <= search_horizon();
    INSERT INTO search_versions (contact, contact_seq, replaced, body) VALUES (OLD.id, OLD.seq, clock_now(), OLD.body);
END;
CREATE TEMP TRIGGER search_delete AFTER DELETE ON main.contacts BEGIN
    INSERT OR IGNORE INTO search_dirty VALUES (OLD.id);
    DELETE FROM search_versions WHERE replaced <= search_horizon();
    INSERT INTO search_versions (contact, contact_seq, replaced, body) VALUES (OLD.id, OLD.seq, clock_now(), OLD.body);
END;
"""


class History:
    """The versions that were replaced of late, and the contacts that changed since the index took them in."""

    def __init__(self, sql: sqlite3.Connection, now: Callable[[], int], horizon: Callable[[], int]) -> None:
        """Notes changes from here on; what was replaced before ``horizon`` nobody will ask for any more."""
        self._sql = sql
        sql.create_function("clock_now", 0, now)
        sql.create_function("search_horizon", 0, horizon)
        sql.executescript(TRIGGERS)

    @contextmanager
    def closed(self) -> Iterator[None]:
        """What is changed within counts as long ago: a seeded organisation is searched at once. Encloses any
        transaction, and belongs to a time when nothing was indexed yet."""
        self._sql.executescript("".join(f"DROP TRIGGER search_{kind};" for kind in ("insert", "update", "delete")))
        try:
            yield
        finally:
            self._sql.executescript(TRIGGERS)

    def dirty(self) -> list[str]:
        """Ids of the contacts that changed since the index took them in for good."""
        return [contact_id for (contact_id,) in self._sql.execute("SELECT contact FROM search_dirty")]

    def settle(self, contact_id: str, moment: int) -> None:
        """A contact that was taken in as of a moment is no longer dirty, if that is how it still is."""
        if self.replaced(contact_id, moment) is None:
            self._sql.execute("DELETE FROM search_dirty WHERE contact = ?", (contact_id,))

    def seen(self, contact_id: str, moment: int) -> tuple[int, bytes] | None:
        """Sequence number and body of a contact as of a moment; None where it was not there."""
        before = self.replaced(contact_id, moment)
        if before is not None:
            number, body = before
            return None if body is None else (number, body)
        row = self._sql.execute("SELECT seq, body FROM contacts WHERE id = ?", (contact_id,)).fetchone()
        return None if row is None else (int(row[0]), bytes(row[1]))

    def replaced(self, contact_id: str, moment: int) -> tuple[int, bytes | None] | None:
        """What a contact was before its first change after a moment, if it had one; a body of None: not there."""
        row: tuple[int, bytes | None] | None = self._sql.execute(
            "SELECT contact_seq, body FROM search_versions WHERE contact = ? AND replaced > ? ORDER BY number LIMIT 1",
            (contact_id, moment),
        ).fetchone()
        return row
