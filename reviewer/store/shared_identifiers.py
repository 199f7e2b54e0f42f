"""Identifiers that several persons hold: the family phone, the switchboard, the role mailbox."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from reviewer.store.database import Database
from reviewer.store.storable import storable
from reviewer.store.transaction import transaction


class SharedRow(NamedTuple):
    """A warning about an identifier: how many contacts hold it, how many persons they seem to be.

    ``weight`` orders the queue; ``guess`` is the ruling that it looks like, ``reason`` says why, ``certainty`` is the
    probability that it is that, and ``shared`` the one that it is two persons' at all.
    """

    kind: str
    value: str
    holders: int
    persons: int
    weight: float
    guess: str
    reason: str
    certainty: float
    shared: float


_COLUMNS = ", ".join(SharedRow._fields)


def replace(database: Database, rows: Iterable[SharedRow]) -> int:
    """Make ``rows``, each about another identifier, all that there is; returns how many that are.

    Only what differs is written.
    """
    return _write(database, rows, lambda kind, value: True)


def renew(database: Database, rows: Iterable[SharedRow], asked: Iterable[tuple[str, str]]) -> None:
    """Make ``rows`` all that there is about the identifiers ``asked`` for, (kind, value); the others stay."""
    named = {(kind, storable(value)) for kind, value in asked}
    _write(database, rows, lambda kind, value: (kind, value) in named)


def _write(database: Database, rows: Iterable[SharedRow], concerns: Callable[[str, str], bool]) -> int:
    wanted = {(kind, storable(value), *rest) for kind, value, *rest in rows}
    with transaction(database) as connection:
        known = connection.execute(f"SELECT {_COLUMNS} FROM shared_identifier")
        stored = {row for row in known if concerns(row[0], row[1])}
        connection.executemany(
            "DELETE FROM shared_identifier WHERE kind = ? AND value = ?", (row[:2] for row in stored - wanted)
        )
        connection.executemany(
            f"INSERT INTO shared_identifier ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", wanted - stored
        )
    return len(wanted)


def find(database: Database, kind: str, value: str) -> SharedRow | None:
    """The warning about one identifier, or None."""
    query = f"SELECT {_COLUMNS} FROM shared_identifier WHERE kind = ? AND value = ?"
    row = database.connection.execute(query, (kind, storable(value))).fetchone()
    return SharedRow(*row) if row else None
