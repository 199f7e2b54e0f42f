"""The comparable columns of live contacts, as the detector reads them."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from reviewer.domain.comparable import Comparable
from reviewer.store.database import Database

COLUMNS = (
    "given", "middle", "surname", "suffix", "born", "phones", "emails", "anchors", "socials",
    "street", "city", "postcode", "country", "handle", "created", "anonymous",
)  # fmt: skip

SEVERAL = ("phones", "emails", "anchors", "socials")
"""Columns that have several values, joined by newlines."""

_NAMES = ", ".join(f"k.{name}" for name in COLUMNS)
_SELECT = f"SELECT c.number, {_NAMES} FROM comparable k JOIN contact c ON c.number = k.contact"
_UPSERT = f"INSERT OR REPLACE INTO comparable (contact, {', '.join(COLUMNS)}) VALUES (?{', ?' * len(COLUMNS)})"
_CHUNK = 500


def rows(database: Database, numbers: Sequence[int] | None = None) -> Iterator[tuple[object, ...]]:
    """``(number, *COLUMNS)`` of live contacts, all in order of their number, or only those of ``numbers``.

    Columns with several values are joined by newlines. What is left half read may outlive the connection (a generator
    that yields from a cursor would close it then, and complain that it cannot).
    """
    if numbers is None:
        return database.connection.execute(f"{_SELECT} WHERE c.state = 'live' ORDER BY c.number")
    chunks = (numbers[start : start + _CHUNK] for start in range(0, len(numbers), _CHUNK))
    return chain.from_iterable(_rows_of(database, [int(number) for number in chunk]) for chunk in chunks)


def _rows_of(database: Database, numbers: list[int]) -> sqlite3.Cursor:
    marks = ", ".join("?" * len(numbers))
    return database.connection.execute(f"{_SELECT} WHERE c.state = 'live' AND c.number IN ({marks})", numbers)


def write_rows(connection: sqlite3.Connection, numbered: Iterable[tuple[int, Comparable]]) -> None:
    """Store the columns of contacts by number; call it inside a transaction."""
    connection.executemany(_UPSERT, [_row(number, columns) for number, columns in numbered])


def _row(number: int, columns: Comparable) -> tuple[object, ...]:
    """The row; the values of ``Comparable`` are text that SQLite can keep as it is."""
    return (
        number, columns.given, columns.middle, columns.surname, columns.suffix, columns.born,
        "\n".join(columns.phones), "\n".join(columns.emails), "\n".join(columns.anchors), "\n".join(columns.socials),
        columns.street, columns.city, columns.postcode, columns.country, columns.handle,
        columns.created, columns.anonymous,
    )  # fmt: skip
