"""The comparable columns of live contacts as other tools read them: lists as lists, missing values as None."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reviewer.parquet import Kind
from reviewer.store.comparables import COLUMNS
from reviewer.store.database import Database

_KINDS = {
    "phones": Kind.TEXTS, "emails": Kind.TEXTS, "anchors": Kind.TEXTS, "socials": Kind.TEXTS,
    "created": Kind.WHOLE, "anonymous": Kind.FLAG,
}  # fmt: skip
KINDS: Mapping[str, Kind] = {name: _KINDS.get(name, Kind.TEXT) for name in COLUMNS}
"""The columns in their order, and what each holds; ``created`` is seconds since 1970."""


def _several(joined: str) -> list[str] | None:
    return joined.split("\n") if joined else None


_READ: Mapping[Kind, Callable[[Any], object]] = {
    Kind.TEXT: lambda value: value or None, Kind.TEXTS: _several, Kind.WHOLE: lambda value: value or None,
    Kind.FLAG: bool,
}  # fmt: skip
_READERS = tuple(_READ[kind] for kind in KINDS.values())


def rows(database: Database) -> Iterator[tuple[int, str, list[Any]]]:
    """(number, id, values of ``KINDS``) of every live contact, in the order of their number."""
    names = ", ".join(f"k.{name}" for name in COLUMNS)
    query = f"SELECT c.number, c.id, {names} FROM comparable k JOIN contact c ON c.number = k.contact"
    for number, id_, *values in database.connection.execute(f"{query} WHERE c.state = 'live' ORDER BY c.number"):
        yield number, id_, [read(value) for read, value in zip(_READERS, values, strict=True)]


def count(database: Database) -> int:
    """How many contacts ``rows`` gives, unless the mirror changes meanwhile."""
    query = "SELECT count(*) FROM comparable k JOIN contact c ON c.number = k.contact WHERE c.state = 'live'"
    found: int = database.connection.execute(query).fetchone()[0]
    return found
