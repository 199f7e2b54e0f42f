"""The warnings about identifiers that several people share, as rows of the queue: written only where they differ."""

import sqlite3
from datetime import date

from reviewer.store import candidate_rows, deferrals, rulings
from reviewer.store.database import Database

_WARNINGS = """SELECT s.kind, s.value, s.holders, -s.weight, k.id, k.rank, k.size, k.state
    FROM shared_identifier s LEFT JOIN candidate k ON k.key = 'shared:' || s.kind || ':' || s.value"""

_IN_QUEUE = """SELECT id FROM candidate WHERE state IN ('open', 'deferred', 'waiting', 'staged') AND kind = 'shared'"""


def make_all(database: Database, connection: sqlite3.Connection, today: date) -> None:
    """A warning for each shared identifier on which no ruling is in force; call it inside a transaction."""
    ruled = {ruling.identifier for ruling in rulings.in_force(database, today)}
    deferred = deferrals.in_force(connection)
    new, changed, kept = [], [], set()
    for kind, value, holders, rank, number, *is_now in connection.execute(_WARNINGS):
        if (kind, value) in ruled:
            continue
        to_be = [rank, holders, "deferred" if (kind, value) in deferred else "open"]
        if number is None:
            new.append((f"shared:{kind}:{value}", kind, value, *to_be))
            continue
        kept.add(number)
        if to_be != is_now:
            changed.append((*to_be, number))
    candidate_rows.settle(connection, [number for (number,) in connection.execute(_IN_QUEUE) if number not in kept])
    connection.executemany("UPDATE candidate SET rank = ?, size = ?, state = ? WHERE id = ?", changed)
    connection.executemany(
        """INSERT INTO candidate (key, kind, identifier_kind, identifier_value, rank, size, state, verdict)
           VALUES (?, 'shared', ?, ?, ?, ?, ?, 'shared')""",
        new,
    )
