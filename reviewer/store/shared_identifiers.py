"""Identifiers that several persons hold: the family phone, the switchboard, the role mailbox."""

from collections.abc import Iterable
from typing import NamedTuple

from reviewer.store.database import Database
from reviewer.store.storable import storable
from reviewer.store.transaction import transaction


class SharedRow(NamedTuple):
    """A warning about an identifier: how many contacts hold it, how many persons they seem to be.

    ``weight`` orders the queue; ``guess`` is the ruling that it looks like, ``reason`` says why.
    """

    kind: str
    value: str
    holders: int
    persons: int
    weight: float
    guess: str
    reason: str


_COLUMNS = ", ".join(SharedRow._fields)


def replace(database: Database, rows: Iterable[SharedRow]) -> int:
    """Make ``rows``, each about another identifier, all that there is; returns how many that are.

    Only what differs is written.
    """
    wanted = {(kind, storable(value), *rest) for kind, value, *rest in rows}
    with transaction(database) as connection:
        stored = set(connection.execute(f"SELECT {_COLUMNS} FROM shared_identifier"))
        connection.executemany(
            "DELETE FROM shared_identifier WHERE kind = ? AND value = ?", (row[:2] for row in stored - wanted)
        )
        connection.executemany(
            f"INSERT INTO shared_identifier ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)", wanted - stored
        )
    return len(wanted)


def find(database: Database, kind: str, value: str) -> SharedRow | None:
    """The warning about one identifier, or None."""
    query = f"SELECT {_COLUMNS} FROM shared_identifier WHERE kind = ? AND value = ?"
    row = database.connection.execute(query, (kind, storable(value))).fetchone()
    return SharedRow(*row) if row else None
