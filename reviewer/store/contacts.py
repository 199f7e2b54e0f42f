"""The mirror of contacts: the bytes as they came, and what was worked out of them."""

import sqlite3
from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from reviewer.domain.identifiers import Identifier
from reviewer.domain.record import Record
from reviewer.store import comparables
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.storable import storable
from reviewer.store.transaction import transaction

_Key = TypeVar("_Key", str, int)

CHUNK = 400
"""Most ids in one ``IN`` list."""


MOST_OTHERS = 10
"""Most other holders of an identifier that are read: of more it is only said that they are many."""

_MOST_FIELDS = 4
"""Fields of one contact that may hold the same identifier: the slots of its phones."""


class StoredContact(NamedTuple):
    """A contact in the mirror. ``origin`` is 'api' or 'file:NAME'; ``state`` is live, merged or gone."""

    number: int
    id: str
    raw: bytes
    origin: str
    state: str
    merged_into: str | None
    type: str | None
    name: str
    content: str
    read_at: str


_COLUMNS = ", ".join(StoredContact._fields)


class Written(NamedTuple):
    """What ``write`` did: numbers of new contacts and of known ones whose content or state changed.

    ``kept`` counts records of a file that were passed over because the API's own record is here.
    """

    new: list[int]
    changed: list[int]
    equal: int
    kept: int


def write(database: Database, records: Sequence[Record], *, origin: str, read_at: datetime, scan: int = 0) -> Written:
    """Store records as they are now (of two with one id the last); equal ones are only marked as seen by ``scan``.

    A contact that came from the API is never overwritten by a file's. A merged contact does not come back to life:
    the service cannot undo a merge, so a record that says otherwise was read before it.
    """
    latest = {record.contact.id: record for record in records}
    new: list[int] = []
    changed: list[int] = []
    fresh: list[tuple[int, Record]] = []
    equal = kept = 0
    with transaction(database) as connection:
        known = _known(connection, list(latest))
        for record in latest.values():
            stored = known.get(record.contact.id)
            if stored and stored.origin == "api" and origin != "api":
                kept += 1
                continue
            if stored and not _differs(stored, record, origin):
                equal += 1
                continue
            number = _put(connection, record, origin, read_at, scan)
            fresh.append((number, record))
            if not stored:
                new.append(number)
            elif stored.content != record.content or stored.state != record.state:
                changed.append(number)
        _write_derived(connection, fresh, set(new))
        if scan:
            mark_seen(database, list(latest), scan)
    return Written(new, changed, equal, kept)


def equal(database: Database, bodies: Mapping[str, bytes], origin: str) -> set[str]:
    """Ids of ``bodies`` whose contact the mirror has from the same kind of origin, byte for byte."""
    known = _known(database.connection, list(bodies))
    return {
        id_
        for id_, stored in known.items()
        if stored.raw == bodies[id_] and stored.state != "gone" and (stored.origin == "api") == (origin == "api")
    }


class _Known(NamedTuple):
    raw: bytes
    content: str
    state: str
    origin: str


def _differs(stored: _Known, record: Record, origin: str) -> bool:
    if stored.origin == origin == "api" and stored.state == "merged" and record.state == "live":
        return False
    return stored.raw != record.raw or stored.state != record.state or stored.origin != origin == "api"


def _known(connection: sqlite3.Connection, ids: Sequence[str]) -> dict[str, _Known]:
    found: dict[str, _Known] = {}
    for chunk in _chunks(ids):
        query = f"SELECT id, raw, content, state, origin FROM contact WHERE id IN ({_marks(chunk)})"
        found.update({row[0]: _Known(*row[1:]) for row in connection.execute(query, chunk)})
    return found


def _put(connection: sqlite3.Connection, record: Record, origin: str, read_at: datetime, scan: int) -> int:
    row = connection.execute(
        """INSERT INTO contact (id, raw, origin, state, merged_into, type, name, content, seen_scan, read_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
           ON CONFLICT (id) DO UPDATE SET raw = excluded.raw, origin = excluded.origin, state = excluded.state,
               merged_into = excluded.merged_into, type = excluded.type, name = excluded.name,
               content = excluded.content, seen_scan = max(seen_scan, excluded.seen_scan),
               read_at = excluded.read_at
           RETURNING number""",
        (
            record.contact.id, record.raw, origin, record.state, storable(record.merged_into),
            storable(record.contact.type), storable(record.name), record.content, scan, text_of(read_at),
        ),
    ).fetchone()  # fmt: skip
    return int(row[0])


def _write_derived(
    connection: sqlite3.Connection, fresh: Sequence[tuple[int, Record]], new: Container[int] = ()
) -> None:
    comparables.write_rows(connection, ((number, record.columns) for number, record in fresh))
    connection.executemany(
        "DELETE FROM contact_identifier WHERE contact = ?", ((number,) for number, _ in fresh if number not in new)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO contact_identifier (kind, value, contact, field) VALUES (?, ?, ?, ?)",
        (
            (storable(found.identifier.type), storable(found.identifier.value), number, found.field)
            for number, record in fresh
            for found in record.identifiers
        ),
    )


def raw_after(database: Database, number: int, limit: int) -> list[tuple[int, bytes]]:
    """(number, raw) of the next contacts after a number, in whatever state they are."""
    query = "SELECT number, raw FROM contact WHERE number > ? ORDER BY number LIMIT ?"
    return database.connection.execute(query, (number, limit)).fetchall()


def renew_columns(database: Database, renewed: Sequence[tuple[int, Record]]) -> None:
    """Replace the columns and identifiers of contacts, after the way of reading them has changed."""
    with transaction(database) as connection:
        _write_derived(connection, renewed)


def mark_seen(database: Database, ids: Sequence[str], scan: int) -> None:
    """Note that ``scan`` showed these contacts, or that they were checked for it one by one."""
    with transaction(database) as connection:
        for chunk in _chunks(ids):
            connection.execute(f"UPDATE contact SET seen_scan = ? WHERE id IN ({_marks(chunk)})", (scan, *chunk))


def by_ids(database: Database, ids: Sequence[str]) -> dict[str, StoredContact]:
    """The mirrored contacts with these ids; unknown ones are absent."""
    return {contact.id: contact for contact in _select(database.connection, "id", ids)}


def by_numbers(database: Database, numbers: Sequence[int]) -> dict[int, StoredContact]:
    """The mirrored contacts with these numbers."""
    return {contact.number: contact for contact in _select(database.connection, "number", numbers)}


def _select(connection: sqlite3.Connection, column: str, keys: Sequence[_Key]) -> Iterable[StoredContact]:
    for chunk in _chunks(keys):
        query = f"SELECT {_COLUMNS} FROM contact WHERE {column} IN ({_marks(chunk)})"
        for row in connection.execute(query, chunk):
            yield StoredContact(*row)


def names(database: Database, numbers: Sequence[int]) -> dict[int, str]:
    """Headlines by number; record text."""
    found: dict[int, str] = {}
    for chunk in _chunks(numbers):
        query = f"SELECT number, name FROM contact WHERE number IN ({_marks(chunk)})"
        found.update(database.connection.execute(query, chunk).fetchall())
    return found


def living(database: Database, id_: str) -> StoredContact | None:
    """The contact that ``id_`` leads to today: itself, or the canonical one it was merged into."""
    seen: set[str] = set()
    while id_ not in seen:
        seen.add(id_)
        contact = by_ids(database, [id_]).get(id_)
        if contact is None or contact.state != "merged" or not contact.merged_into:
            return contact
        id_ = contact.merged_into
    return None


def aliases(database: Database) -> list[tuple[str, str]]:
    """(id, canonical id) of every merged contact, in the order in which the mirror met them."""
    query = "SELECT id, merged_into FROM contact WHERE merged_into IS NOT NULL ORDER BY number"
    return list(database.connection.execute(query))


def unseen(database: Database, scan: int, limit: int) -> list[str]:
    """Ids of live contacts of the service that scan number ``scan`` neither showed nor checked, ``limit`` at most.

    Contacts that no scan ever shows, such as anonymous ones, are among them each time.
    """
    query = """SELECT id FROM contact WHERE state = 'live' AND origin = 'api' AND seen_scan < ?
               ORDER BY seen_scan, number LIMIT ?"""
    return [id_ for (id_,) in database.connection.execute(query, (scan, limit))]


def mark_gone(database: Database, ids: Sequence[str]) -> list[int]:
    """Mark contacts as gone: the service does not know them any more. Returns their numbers."""
    numbers: list[int] = []
    with transaction(database) as connection:
        for chunk in _chunks(ids):
            query = f"UPDATE contact SET state = 'gone' WHERE id IN ({_marks(chunk)}) RETURNING number"
            numbers += [number for (number,) in connection.execute(query, chunk).fetchall()]
    return numbers


def mark_merged(connection: sqlite3.Connection, ids: Sequence[str], canonical: str) -> None:
    """Mark contacts as aliases of ``canonical``; call it inside a transaction."""
    for chunk in _chunks(ids):
        query = f"UPDATE contact SET state = 'merged', merged_into = ? WHERE id IN ({_marks(chunk)})"
        connection.execute(query, (canonical, *chunk))


def holders(database: Database, kind: str, value: str) -> list[int]:
    """Numbers of live contacts whose fields hold the identifier."""
    query = """SELECT DISTINCT i.contact FROM contact_identifier i JOIN contact c ON c.number = i.contact
               WHERE i.kind = ? AND i.value = ? AND c.state = 'live' ORDER BY i.contact"""
    return [number for (number,) in database.connection.execute(query, (kind, storable(value)))]


def other_holders(
    database: Database, identifiers: Iterable[tuple[str, str]], inside: Collection[int]
) -> dict[Identifier, list[str]]:
    """For each identifier the ids of live contacts, other than ``inside``, that hold it: a few, oldest first."""
    query = """SELECT c.number, c.id FROM contact_identifier i JOIN contact c ON c.number = i.contact
               WHERE i.kind = ? AND i.value = ? AND c.state = 'live' ORDER BY i.contact LIMIT ?"""
    found = {}
    limit = (len(inside) + MOST_OTHERS) * _MOST_FIELDS
    for kind, value in identifiers:
        rows = database.connection.execute(query, (kind, storable(value), limit))
        if ids := list(dict.fromkeys(id_ for number, id_ in rows if number not in inside)):
            found[Identifier(kind, value)] = ids[:MOST_OTHERS]
    return found


def identifiers_of(database: Database, number: int) -> list[tuple[str, str, str]]:
    """(kind, value, field) of every identifier that a contact's fields hold."""
    query = "SELECT kind, value, field FROM contact_identifier WHERE contact = ? ORDER BY kind, value, field"
    return list(database.connection.execute(query, (number,)))


def counts(database: Database) -> dict[str, int]:
    """How many contacts there are by state."""
    return dict(database.connection.execute("SELECT state, count(*) FROM contact GROUP BY state"))


def _chunks(keys: Sequence[_Key]) -> Iterable[list[_Key]]:
    return (list(keys[start : start + CHUNK]) for start in range(0, len(keys), CHUNK))


def _marks(chunk: Sequence[object]) -> str:
    return ", ".join("?" * len(chunk))
