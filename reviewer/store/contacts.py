"""The mirror of contacts: the bytes as they came, and what was worked out of them."""

import sqlite3
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from reviewer.domain.identifiers import Identifier
from reviewer.domain.record import Record, content_of
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
    """A contact in the mirror. ``origin`` is 'api' or 'file:NAME'; ``state`` is live, merged or gone.

    ``content`` is the hash of what a decision rests on. In the database it is empty until something needs it there.
    """

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
    new: list[Record] = []
    replaced: list[tuple[int, Record, str]] = []
    changed: list[int] = []
    kept, left_alone = 0, []
    with transaction(database) as connection:
        known = _known(connection, list(latest))
        for id_, record in latest.items():
            stored = known.get(id_)
            if stored is None:
                new.append(record)
            elif stored.origin == "api" and origin != "api":
                kept += 1
                left_alone.append(id_)
            elif not _differs(stored, record, origin):
                left_alone.append(id_)
            else:
                was, content = _contents(stored, record)
                replaced.append((stored.number, record, content))
                if was != content or stored.state != record.state:
                    changed.append(stored.number)
        numbered = _insert(connection, new, origin, text_of(read_at), scan)
        _replace(connection, replaced, origin, text_of(read_at), scan)
        _write_derived(connection, numbered)
        _renew_derived(connection, [(number, record) for number, record, _ in replaced])
        if scan:
            mark_seen(database, left_alone, scan)
    return Written([number for number, _ in numbered], changed, len(left_alone) - kept, kept)


def equal(database: Database, bodies: Mapping[str, bytes], origin: str) -> set[str]:
    """Ids of ``bodies`` whose contact the mirror has from the same kind of origin, byte for byte."""
    known = _known(database.connection, list(bodies))
    return {
        id_
        for id_, stored in known.items()
        if stored.raw == bodies[id_] and stored.state != "gone" and (stored.origin == "api") == (origin == "api")
    }


class _Known(NamedTuple):
    number: int
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
        query = f"SELECT id, number, raw, content, state, origin FROM contact WHERE id IN ({_marks(chunk)})"
        found.update({row[0]: _Known(*row[1:]) for row in connection.execute(query, chunk)})
    return found


def _contents(stored: _Known, record: Record) -> tuple[str, str]:
    """The hashes of what is stored and of what comes; both worked out, unless the bytes are the same."""
    if stored.raw == record.raw:
        return stored.content, stored.content
    return stored.content or content_of(stored.raw), record.content


def keep_content(connection: sqlite3.Connection, stored: Iterable[StoredContact]) -> None:
    """Write down the content hashes of contacts, from where on they are compared inside SQLite.

    Call it in the transaction that makes something rest on them.
    """
    connection.executemany(
        "UPDATE contact SET content = ? WHERE number = ? AND content = ''",
        [(contact.content, contact.number) for contact in stored],
    )


def _insert(
    connection: sqlite3.Connection, records: Sequence[Record], origin: str, read_at: str, scan: int
) -> list[tuple[int, Record]]:
    """Store new contacts, and return them with their numbers. The hash of their content waits until it is needed."""
    (last,) = connection.execute("SELECT coalesce(max(number), 0) FROM contact").fetchone()
    numbered = list(enumerate(records, last + 1))
    connection.executemany(
        """INSERT INTO contact (number, id, raw, origin, state, merged_into, type, name, content, seen_scan, read_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, '', ?, ?)""",
        [
            (
                number, record.contact.id, record.raw, origin, record.state, storable(record.merged_into),
                storable(record.contact.type), storable(record.name), scan, read_at,
            )
            for number, record in numbered
        ],
    )  # fmt: skip
    return numbered


def _replace(
    connection: sqlite3.Connection, replaced: Sequence[tuple[int, Record, str]], origin: str, read_at: str, scan: int
) -> None:
    connection.executemany(
        """UPDATE contact SET raw = ?, origin = ?, state = ?, merged_into = ?, type = ?, name = ?, content = ?,
               seen_scan = max(seen_scan, ?), read_at = ? WHERE number = ?""",
        [
            (
                record.raw, origin, record.state, storable(record.merged_into), storable(record.contact.type),
                storable(record.name), content, scan, read_at, number,
            )
            for number, record, content in replaced
        ],
    )  # fmt: skip


def _renew_derived(connection: sqlite3.Connection, renewed: Sequence[tuple[int, Record]]) -> None:
    connection.executemany("DELETE FROM contact_identifier WHERE contact = ?", [(number,) for number, _ in renewed])
    _write_derived(connection, renewed)


def _write_derived(connection: sqlite3.Connection, fresh: Sequence[tuple[int, Record]]) -> None:
    comparables.write_rows(connection, [(number, record.columns) for number, record in fresh])
    connection.executemany(
        "INSERT OR IGNORE INTO contact_identifier (kind, value, contact, field) VALUES (?, ?, ?, ?)",
        [
            (kind, value if value.isascii() else storable(value), number, field)
            for number, record in fresh
            for kind, value, field in record.identifiers
        ],
    )


def raw_after(database: Database, number: int, limit: int) -> list[tuple[int, bytes]]:
    """(number, raw) of the next contacts after a number, in whatever state they are."""
    query = "SELECT number, raw FROM contact WHERE number > ? ORDER BY number LIMIT ?"
    return database.connection.execute(query, (number, limit)).fetchall()


def renew_columns(database: Database, renewed: Sequence[tuple[int, Record]]) -> None:
    """Replace the columns and identifiers of contacts, after the way of reading them has changed."""
    with transaction(database) as connection:
        _renew_derived(connection, renewed)


def mark_seen(database: Database, ids: Sequence[str], scan: int) -> None:
    """Note that ``scan`` showed these contacts, or that they were checked for it one by one."""
    with transaction(database) as connection:
        for chunk in _chunks(ids):
            connection.execute(f"UPDATE contact SET seen_scan = ? WHERE id IN ({_marks(chunk)})", (scan, *chunk))


def count_seen(database: Database, ids: Sequence[str], scan: int) -> int:
    """How many of these contacts ``scan`` has shown already."""
    count = 0
    for chunk in _chunks(ids):
        query = f"SELECT count(*) FROM contact WHERE id IN ({_marks(chunk)}) AND seen_scan = ?"
        count += database.connection.execute(query, (*chunk, scan)).fetchone()[0]
    return count


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
            contact = StoredContact(*row)
            yield contact if contact.content else contact._replace(content=content_of(contact.raw))


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
