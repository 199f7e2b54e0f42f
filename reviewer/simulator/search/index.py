"""The search index: words of the curated contacts, taken in when somebody searches and not when they are written."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviewer.simulator.fields import EMAILS, PHONES
from reviewer.simulator.search.history import History
from reviewer.simulator.wire import load

NAMES = ("firstName", "lastName", "middleName", "title")
"""The fields that a search can be sorted by."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for: an expression of the full-text index, or all; filters and order."""

    match: str = ""
    divisions: Sequence[str] = ()
    ids: Sequence[str] | None = None
    ancestors: bool = False
    order: Sequence[tuple[str, bool]] = ()
    """Field of NAMES and whether it falls; contacts that are alike stand in order of creation."""

    def condition(self) -> tuple[str, list[Any]]:
        """As SQL, with its parameters."""
        parts: list[str] = ["1"]
        values: list[Any] = []
        if self.match:
            parts.append("seq IN (SELECT rowid FROM search_words WHERE search_words MATCH ?)")
            values.append(self.match)
        for column, among in (("division", self.divisions or None), ("contact", self.ids)):
            if among is not None:
                parts.append(f"{column} IN ({', '.join('?' * len(among))})")
                values += among
        if not self.ancestors:
            parts.append("ancestor = 0")
        return " AND ".join(parts), values


class Index:
    """The index: the contacts as of the moment for which it was last refreshed."""

    def __init__(self, sql: sqlite3.Connection, history: History) -> None:
        self._sql = sql
        self._history = history

    def refresh(self, moment: int) -> None:
        """Take in what had changed by a moment; the first time, all. In the caller's transaction."""
        if self._sql.execute("SELECT 1 FROM facts WHERE name = 'search index'").fetchone() is None:
            self._fill()
        for contact_id in self._history.dirty():
            self._drop(contact_id)
            seen = self._history.seen(contact_id, moment)
            if seen:
                self._add([seen])
            self._history.settle(contact_id, moment)

    def find(self, wanted: Wanted, first: int, size: int) -> tuple[int, list[str]]:
        """How many contacts are found in all, and the ids of one page of them."""
        condition, values = wanted.condition()
        (total,) = self._sql.execute(f"SELECT count(*) FROM search_index WHERE {condition}", values).fetchone()
        order = ", ".join([f"{name} {'DESC' if falling else 'ASC'}" for name, falling in wanted.order] + ["seq"])
        rows = self._sql.execute(
            f"SELECT contact FROM search_index WHERE {condition} ORDER BY {order} LIMIT ? OFFSET ?",
            [*values, size, first],
        )
        return int(total), [contact_id for (contact_id,) in rows]

    def _fill(self) -> None:
        self._sql.execute("DELETE FROM search_index")
        self._sql.execute("DELETE FROM search_words")
        self._add(self._sql.execute("SELECT seq, body FROM contacts WHERE type = 'Curated'"))
        self._sql.execute("INSERT INTO facts VALUES ('search index', 'filled')")

    def _drop(self, contact_id: str) -> None:
        row = self._sql.execute("SELECT seq FROM search_index WHERE contact = ?", (contact_id,)).fetchone()
        if row:
            self._sql.execute("DELETE FROM search_index WHERE seq = ?", row)
            self._sql.execute("DELETE FROM search_words WHERE rowid = ?", row)

    def _add(self, contacts: Iterator[tuple[int, bytes]] | Sequence[tuple[int, bytes]]) -> None:
        for number, body in contacts:
            contact = load(body)
            if contact["type"] != "Curated":
                continue
            keys = [stored(str(contact.get(name) or "")).casefold() for name in NAMES]
            self._sql.execute(
                f"INSERT INTO search_index (seq, contact, division, ancestor, {', '.join(NAMES)})"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (number, contact["id"], contact["division"]["id"], "mergedTo" in contact, *keys),
            )
            words = stored("\n".join(words_of(contact)))
            self._sql.execute("INSERT INTO search_words (rowid, words) VALUES (?, ?)", (number, words))


def words_of(contact: Mapping[str, Any]) -> Iterator[str]:
    """What a contact can be found by: names, title, emails, external ids, names on channels, and phones in E.164;
    a number that the service could not parse is not searchable."""
    for name in (*NAMES, *EMAILS):
        if contact.get(name):
            yield str(contact[name])
    for name in PHONES:
        yield str((contact.get(name) or {}).get("e164", ""))
    for external_id in contact.get("externalIds") or ():
        yield str(external_id.get("value", ""))
    for name, keys in (("twitterId", ("screenName",)), ("instagramId", ("handle", "displayName"))):
        for key in keys:
            yield str((contact.get(name) or {}).get(key) or "")


def stored(text: str) -> str:
    """Text as SQLite can hold it: half of a surrogate pair becomes a question mark."""
    return text.encode(errors="replace").decode()
