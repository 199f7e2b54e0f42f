"""The audit: a hash chain over H(salt ‖ payload), so that a payload can be erased and the chain still holds.

``audit_check`` holds it against itself and against roots that were kept elsewhere.
"""

import hashlib
import logging
import secrets
import sqlite3
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.wire import digest, encode
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable

GENESIS = "0" * 64

log = logging.getLogger("reviewer.audit")


class Entry(NamedTuple):
    """An audit entry; ``payload`` (JSON) and ``salt`` are None where they were erased."""

    id: int
    at: str
    steward: str
    act: str
    subject: str
    payload: bytes | None
    salt: bytes | None
    payload_hash: str
    hash: str


_COLUMNS = ", ".join(Entry._fields)


def append(
    connection: sqlite3.Connection, *, at: datetime, steward: str, act: str, subject: str, payload: object
) -> int:
    """Add an entry inside the transaction of what it tells of; returns its number."""
    last = connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    steward, act, subject = storable(steward), storable(act), storable(subject)
    body, salt, moment = encode(payload), secrets.token_bytes(16), text_of(at)
    payload_hash = hashlib.sha256(salt + body).hexdigest()
    chained = chain(last[0] if last else GENESIS, moment, steward, act, subject, payload_hash)
    row = connection.execute(
        """INSERT INTO audit (at, steward, act, subject, payload, salt, payload_hash, hash)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id""",
        (moment, steward, act, subject, body, salt, payload_hash, chained),
    ).fetchone()
    number = int(row[0])
    candidate = payload.get("candidate") if isinstance(payload, dict) else None
    of_candidate = f" of candidate {candidate}" if candidate else ""
    log.info("entry %d: %s, %s%s, by %s", number, act, subject, of_candidate, steward)
    return number


def chain(previous: str, *parts: str) -> str:
    """The hash of an entry. The canonical form keeps the parts apart: no byte can wander from one to the next."""
    return digest([previous, *parts])


def entries(database: Database, subject: str | None = None) -> Iterator[Entry]:
    """All entries, oldest first, or those about one subject (``decision:12``, ``operation:7``, ``candidate:3``)."""
    where, values = ("WHERE subject = ?", (subject,)) if subject else ("", ())
    for row in database.connection.execute(f"SELECT {_COLUMNS} FROM audit {where} ORDER BY id", values):
        yield Entry(*row)


class Head(NamedTuple):
    """The newest entry and its hash, which vouches for all before it: what is kept elsewhere as a root."""

    entry: int
    hash: str

    def __str__(self) -> str:
        """As ``audit verify --root`` takes it."""
        return f"{self.entry}:{self.hash}"


def head(database: Database) -> Head:
    """The head of the chain; entry 0 where nothing was written yet."""
    row = database.connection.execute("SELECT id, hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
    return Head(*row) if row else Head(0, GENESIS)


def last_given(database: Database) -> int:
    """The last number that an entry was given; SQLite remembers it, also of entries that were cut off."""
    row = database.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'audit'").fetchone()
    return int(row[0]) if row else 0


def payload_fits(entry: Entry) -> bool:
    """Whether a payload is the one that was written; an erased one can be held against nothing."""
    if entry.payload is None:
        return True
    return entry.salt is not None and hashlib.sha256(entry.salt + entry.payload).hexdigest() == entry.payload_hash
