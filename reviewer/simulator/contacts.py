"""The rows of contacts: one contact each, its place in a merge tree, and its text as the API shows it."""

import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from reviewer.simulator.wire import dump, load, timestamp

PATH = "/api/v2/externalcontacts/contacts"
COLUMNS = "seq, id, body, type, division, modified, head, merged_to, expires"


def reference(contact_id: str) -> dict[str, str]:
    """How the API points to a contact."""
    return {"id": contact_id, "selfUri": f"{PATH}/{contact_id}"}


@dataclass(frozen=True)
class Stored:
    """A contact as it is stored."""

    seq: int
    id: str
    body: bytes
    type: str
    division: str
    modified: int
    head: str | None
    merged_to: str | None
    expires: int | None

    @cached_property
    def contact(self) -> dict[str, Any]:
        """The body, decoded; not to be changed."""
        decoded: dict[str, Any] = load(self.body)
        return decoded

    @property
    def is_ancestor(self) -> bool:
        return self.merged_to is not None


class Contacts:
    """Reading and writing contacts; a contact whose time has run out is as if it were not there."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def find(self, contact_id: str, now: int) -> Stored | None:
        """The contact with this very id, an ancestor included."""
        row = self._sql.execute(
            f"SELECT {COLUMNS} FROM contacts WHERE id = ? AND (expires IS NULL OR expires > ?)", (contact_id, now)
        ).fetchone()
        return Stored(*row) if row else None

    def canonical(self, contact_id: str, now: int) -> Stored | None:
        """The contact itself or, of an ancestor, the living contact that it became."""
        found = self.find(contact_id, now)
        if found and found.head and found.head != found.id:
            return self.find(found.head, now)
        return found

    def members(self, head: str) -> list[Stored]:
        """All members of a merge set, its head included, in order of creation."""
        rows = self._sql.execute(f"SELECT {COLUMNS} FROM contacts WHERE head = ? ORDER BY seq", (head,))
        return [Stored(*row) for row in rows]

    def page(self, after: int, limit: int, *, ancestors: bool) -> list[tuple[int, bytes]]:
        """Sequence number and body of the next curated contacts after a sequence number."""
        shown = "" if ancestors else "AND merged_to IS NULL"
        return self._sql.execute(
            f"SELECT seq, body FROM contacts WHERE seq > ? AND type = 'Curated' {shown} ORDER BY seq LIMIT ?",
            (after, limit),
        ).fetchall()

    def unlisted(self, now: int) -> list[str]:
        """Ids of the living contacts that no scan shows, in order of creation."""
        rows = self._sql.execute(
            "SELECT id FROM contacts WHERE type <> 'Curated' AND merged_to IS NULL"
            " AND (expires IS NULL OR expires > ?) ORDER BY seq",
            (now,),
        )
        return [contact_id for (contact_id,) in rows]

    def count(self) -> int:
        (number,) = self._sql.execute("SELECT count(*) FROM contacts").fetchone()
        return int(number)

    def insert(self, contact: dict[str, Any], modified: int, expires: int | None = None) -> None:
        """Add a contact; its id, type and division are read from it."""
        self.insert_all([row_of(contact, modified, expires)])
        self._changed(contact["id"])

    def insert_all(self, rows: Iterable[tuple[Any, ...]]) -> None:
        """Add many; each is what ``row_of`` makes."""
        self._sql.executemany(
            "INSERT INTO contacts (id, body, type, division, modified, expires) VALUES (?, ?, ?, ?, ?, ?)", rows
        )

    def expired(self, now: int) -> list[Stored]:
        """Contacts whose time has run out."""
        rows = self._sql.execute(f"SELECT {COLUMNS} FROM contacts WHERE expires <= ?", (now,))
        return [Stored(*row) for row in rows]

    def delete(self, ids: Sequence[str]) -> None:
        """Take contacts out, with their notes and segments.

        Their sessions stay, for conversations outlive their contact.
        """
        rows = [(one,) for one in ids]
        self._sql.executemany("DELETE FROM contacts WHERE id = ?", rows)
        for table in ("notes", "segments", "changes"):
            self._sql.executemany(f"DELETE FROM {table} WHERE contact = ?", rows)

    def write(self, contact: dict[str, Any], modified: int) -> None:
        """Replace the text of a contact."""
        self._sql.execute(
            "UPDATE contacts SET body = ?, type = ?, modified = ? WHERE id = ?",
            (dump(contact), contact["type"], modified, contact["id"]),
        )
        self._changed(contact["id"])

    def _changed(self, contact_id: str) -> None:
        """Note that a contact changed; a scan that is under way may go wrong about it."""
        self._sql.execute("INSERT OR REPLACE INTO changes (contact) VALUES (?)", (contact_id,))

    def last_change(self) -> int:
        """Number of the latest change of any contact."""
        (number,) = self._sql.execute("SELECT coalesce(max(number), 0) FROM changes").fetchone()
        return int(number)

    def changed_since(self, change: int) -> list[tuple[int, Stored]]:
        """The contacts that were created or changed after a change, each with the number of its latest one."""
        rows = self._sql.execute(
            f"SELECT number, {COLUMNS} FROM changes JOIN contacts ON id = contact WHERE number > ? ORDER BY number",
            (change,),
        )
        return [(number, Stored(*row)) for number, *row in rows]

    def to_division(self, stored: Stored, division: dict[str, str]) -> Stored:
        """Move a contact into another division."""
        contact = {**stored.contact, "division": division}
        self._sql.execute(
            "UPDATE contacts SET body = ?, division = ? WHERE id = ?", (dump(contact), division["id"], stored.id)
        )
        return replace(stored, body=dump(contact), division=division["id"])

    def keep(self, contact_id: str) -> None:
        """It never expires."""
        self._sql.execute("UPDATE contacts SET expires = NULL WHERE id = ?", (contact_id,))

    def join(self, members: Sequence[Stored], head: str, inputs: Sequence[str]) -> None:
        """Make ``members``, the new head among them, one merge set; ``inputs`` were merged into the head directly."""
        merge_set = [reference(member.id) for member in members]
        for member in members:
            contact = {**member.contact, "canonicalContact": reference(head), "mergeSet": merge_set}
            merged_to = head if member.id in inputs else member.merged_to
            if merged_to:
                contact["mergedTo"] = reference(merged_to)
            self._sql.execute(
                "UPDATE contacts SET body = ?, head = ?, merged_to = ?, expires = NULL WHERE id = ?",
                (dump(contact), head, merged_to, member.id),
            )


def row_of(contact: dict[str, Any], modified: int, expires: int | None) -> tuple[Any, ...]:
    """What is stored of a new contact."""
    return contact["id"], dump(contact), contact["type"], contact["division"]["id"], modified, expires


def shown(contact: dict[str, Any], modified: int) -> dict[str, Any]:
    """The contact with its date of change."""
    return {**contact, "modifyDate": timestamp(modified)}
