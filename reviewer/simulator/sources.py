"""External sources: the systems of record that external ids come from."""

import sqlite3
from typing import Any

COLUMNS = "id, name, active, uri_template"


class Sources:
    """The organisation's external sources."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def add(self, source_id: str, name: str, uri_template: str | None = None) -> None:
        """Add a source, unless the id or the name is there."""
        self._sql.execute("INSERT OR IGNORE INTO sources VALUES (?, ?, 1, ?)", (source_id, name, uri_template))

    def ids(self) -> frozenset[str]:
        return frozenset(source_id for (source_id,) in self._sql.execute("SELECT id FROM sources"))

    def find(self, source_id: str) -> dict[str, Any] | None:
        row = self._sql.execute(f"SELECT {COLUMNS} FROM sources WHERE id = ?", (source_id,)).fetchone()
        return shown(*row) if row else None

    def named(self, prefix: str = "") -> list[dict[str, Any]]:
        """Sources whose name begins with the prefix, whatever its case, in order of name."""
        rows = self._sql.execute(f"SELECT {COLUMNS} FROM sources ORDER BY name, id")
        return [shown(*row) for row in rows if row[1].casefold().startswith(prefix.casefold())]


def shown(source_id: str, name: str, active: int, uri_template: str | None) -> dict[str, Any]:
    """A source as the API shows it."""
    source: dict[str, Any] = {"id": source_id, "name": name, "active": bool(active)}
    if uri_template:
        source["linkConfiguration"] = {"uriTemplate": uri_template}
    return source | {"selfUri": f"/api/v2/externalcontacts/externalsources/{source_id}"}
