"""Who owns which identifier, and whose fields merely hold it."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from reviewer.simulator.identifiers import HANDLE, Identifier
from reviewer.simulator.wire import timestamp

OWNED = "type, value, source, division"
KINDS_OF_WHITE_PAGES = f"'Phone', 'Email', '{HANDLE}'"


class Claims:
    """An identifier points to one contact of its division: the first that claimed it."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def owned(self, identifier: Identifier, division: str) -> tuple[str, Identifier] | None:
        """Who owns an identifier, and under which source. Without a source, any source's external id counts."""
        kind, value, source = identifier
        row = self._sql.execute(
            "SELECT contact, source FROM claims WHERE type = ? AND value = ? AND (source = ? OR ? = '')"
            " AND division = ? ORDER BY claimed LIMIT 1",
            (kind, value, source, source, division),
        ).fetchone()
        return (str(row[0]), identifier._replace(source=row[1])) if row else None

    def owner(self, identifier: Identifier, division: str) -> str | None:
        """Id of the contact that owns it, or None."""
        found = self.owned(identifier, division)
        return found[0] if found else None

    def of_contact(self, contact_id: str) -> list[dict[str, Any]]:
        """What a contact owns, as the API shows it, oldest claim first."""
        rows = self._sql.execute(
            "SELECT type, value, source, division, claimed FROM claims WHERE contact = ? ORDER BY claimed, type, value",
            (contact_id,),
        )
        return [shown(*row) for row in rows]

    def claim(self, identifiers: Iterable[Identifier], contact_id: str, division: str, now: int) -> None:
        """Claim what nobody owns; what another owns silently stays there."""
        self._sql.executemany(
            "INSERT OR IGNORE INTO claims (type, value, source, division, contact, claimed) VALUES (?, ?, ?, ?, ?, ?)",
            [(*identifier, division, contact_id, now) for identifier in identifiers],
        )

    def release(self, identifiers: Iterable[Identifier], contact_id: str) -> None:
        """Give up what the contact owns of these."""
        self._sql.executemany(
            "DELETE FROM claims WHERE type = ? AND value = ? AND source = ? AND contact = ?",
            [(*identifier, contact_id) for identifier in identifiers],
        )

    def move(self, from_ids: Sequence[str], to_id: str) -> None:
        """All that the inputs of a merge own becomes the result's."""
        self._sql.executemany(
            "UPDATE claims SET contact = ? WHERE contact = ?", [(to_id, contact_id) for contact_id in from_ids]
        )

    def drop(self, contact_ids: Sequence[str]) -> list[tuple[Identifier, str]]:
        """Forget all that contacts own and hold; answers what they owned, each with its division."""
        freed: list[tuple[Identifier, str]] = []
        for contact_id in contact_ids:
            rows = self._sql.execute(f"SELECT {OWNED} FROM claims WHERE contact = ?", (contact_id,))
            freed += [(Identifier(*identifier), division) for *identifier, division in rows]
            self._sql.execute("DELETE FROM claims WHERE contact = ?", (contact_id,))
            self._sql.execute("DELETE FROM holdings WHERE contact = ?", (contact_id,))
        return freed

    def move_division(self, contact_id: str, division: str) -> None:
        """What a contact owns goes with it into another division, but for what is owned there already."""
        self._sql.execute("UPDATE OR IGNORE claims SET division = ? WHERE contact = ?", (division, contact_id))
        self._sql.execute("DELETE FROM claims WHERE contact = ? AND division <> ?", (contact_id, division))

    def holders_in(self, identifier: Identifier, division: str) -> list[str]:
        """Ids of the contacts of a division, no ancestors, whose fields hold a value of the identifier's type."""
        rows = self._sql.execute(
            "SELECT contact FROM holdings JOIN contacts ON contacts.id = contact"
            " WHERE value = ? AND holdings.type = ? AND merged_to IS NULL AND division = ?",
            (identifier.value, identifier.type, division),
        )
        return [str(contact_id) for (contact_id,) in rows]

    def hold(self, identifiers: Iterable[Identifier], contact_id: str) -> None:
        """Record what a contact's fields hold, claimed or not."""
        self._sql.execute("DELETE FROM holdings WHERE contact = ?", (contact_id,))
        self._sql.executemany(
            "INSERT OR IGNORE INTO holdings (value, type, contact) VALUES (?, ?, ?)",
            [(identifier.value, identifier.type, contact_id) for identifier in identifiers],
        )

    def seed(self, held: Iterable[tuple[Identifier, str, str, int]]) -> None:
        """Claim and hold for many new contacts at once: identifier, contact, its division, when it was created."""
        rows = [(*identifier, division, contact, created) for identifier, contact, division, created in held]
        self._sql.executemany(
            f"INSERT INTO claims ({OWNED}, contact, claimed) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET contact = excluded.contact, claimed = excluded.claimed"
            " WHERE excluded.claimed < claimed",
            [row for row in rows if row[0] != HANDLE],
        )
        self._sql.executemany(
            "INSERT OR IGNORE INTO holdings (value, type, contact) VALUES (?, ?, ?)",
            [(value, kind, contact) for kind, value, _, _, contact, _ in rows],
        )

    def holders(self, values: Sequence[str], limit: int) -> list[str]:
        """Ids of the contacts whose phones, emails or screen name are any of the values, oldest first.

        No ancestors, no anonymous ones.
        """
        marks = ", ".join("?" * len(values))
        rows = self._sql.execute(
            "SELECT DISTINCT contacts.id, seq FROM holdings JOIN contacts ON contacts.id = contact"
            f" WHERE value IN ({marks}) AND holdings.type IN ({KINDS_OF_WHITE_PAGES})"
            " AND merged_to IS NULL AND contacts.type = 'Curated' ORDER BY seq LIMIT ?",
            (*values, limit),
        )
        return [str(contact_id) for contact_id, _ in rows]


def shown(kind: str, value: str, source: str, division: str, claimed: int) -> dict[str, Any]:
    """An identifier as the API shows it."""
    identifier: dict[str, Any] = {"type": kind, "value": value, "dateCreated": timestamp(claimed)}
    identifier["division"] = {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"}
    if source:
        identifier["externalSource"] = {"id": source, "selfUri": f"/api/v2/externalcontacts/externalsources/{source}"}
    return identifier
