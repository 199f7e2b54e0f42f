"""Erasing what is known of one person, from every table; the audit's chain still holds.

What stays says nothing of the person: numbers, hashes, times, who decided what kind of thing when.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.journal import LIVE_STATES
from reviewer.domain.wire import encode
from reviewer.store import operations, recreations, snapshots
from reviewer.store.clock import text_of
from reviewer.store.database import Database

ERASED = "erased"


class Erased(NamedTuple):
    """What was erased: contacts, decisions and operations by number, audit entries by number; how many snapshots."""

    contacts: tuple[int, ...]
    decisions: tuple[int, ...]
    operations: tuple[int, ...]
    entries: tuple[int, ...]
    snapshots: int


class Traces(NamedTuple):
    """By what a person is found in texts: ids of all their records, and identifiers that are theirs alone."""

    ids: tuple[str, ...]
    identifiers: tuple[tuple[str, str], ...]


_RECORDS = """WITH RECURSIVE record (id) AS (
        SELECT ?1
        UNION SELECT c.merged_into FROM contact c JOIN record r ON r.id = c.id WHERE c.merged_into IS NOT NULL
        UNION SELECT c.id FROM contact c JOIN record r ON r.id = c.merged_into)
    SELECT id FROM record ORDER BY id"""


def records_of(database: Database, id_: str) -> tuple[str, ...]:
    """Ids of all records of a person as the mirror knows them: the living contact and all that became it."""
    return tuple(found for (found,) in database.connection.execute(_RECORDS, (id_,)))


def live_operation(database: Database, traces: Traces) -> int | None:
    """An operation that has not ended, of those that would be erased with a person."""
    concerned = _operations(database.connection, _decisions(database.connection, traces), traces.ids)
    return min(concerned.intersection(operations.numbers(database, LIVE_STATES)), default=None)


def traces_of(database: Database, ids: Sequence[str]) -> Traces:
    """What a person is found by; an identifier that anybody else in the mirror holds is not theirs alone."""
    connection = database.connection
    numbers = _numbers(connection, ids)
    marks = ", ".join("?" * len(numbers))
    rows = connection.execute(
        f"""SELECT DISTINCT i.kind, i.value FROM contact_identifier i WHERE i.contact IN ({marks}) AND NOT EXISTS (
            SELECT 1 FROM contact_identifier o
            WHERE o.kind = i.kind AND o.value = i.value AND o.contact NOT IN ({marks}))""",
        (*numbers, *numbers),
    )
    return Traces(tuple(ids), tuple((kind, value) for kind, value in rows))


def erase(connection: sqlite3.Connection, traces: Traces, at: datetime) -> Erased:
    """Erase a person whose operations have all ended; call it inside a transaction.

    A record that names another person beside this one (a pair that was decided) is erased as a whole.
    """
    numbers = _numbers(connection, traces.ids)
    decisions = sorted(_decisions(connection, traces))
    concerned = sorted(_operations(connection, decisions, traces.ids))
    entries = sorted(_entries(connection, decisions, concerned, traces.ids))
    _erase_journal(connection, decisions, concerned, at)
    _erase_rulings(connection, traces)
    _erase_mirror(connection, numbers, traces.ids)
    erase_payloads(connection, entries)
    recreations.erase(connection, traces.ids)
    kept = snapshots.erase(connection, traces.ids, at)
    return Erased(tuple(numbers), tuple(decisions), tuple(concerned), tuple(entries), kept)


def erase_payloads(connection: sqlite3.Connection, entries: Iterable[int]) -> None:
    """Erase the payloads of audit entries, with the salts that would let them be guessed."""
    connection.executemany("UPDATE audit SET payload = NULL, salt = NULL WHERE id = ?", ((one,) for one in entries))


def _numbers(connection: sqlite3.Connection, ids: Iterable[str]) -> list[int]:
    rows = (connection.execute("SELECT number FROM contact WHERE id = ?", (id_,)).fetchone() for id_ in ids)
    return [int(row[0]) for row in rows if row]


def _mentioning(connection: sqlite3.Connection, table: str, column: str, texts: Iterable[str]) -> Iterator[int]:
    """Numbers of rows whose JSON names one of the texts as a whole value."""
    for text in texts:
        query = f"SELECT id FROM {table} WHERE instr({column}, ?) > 0"
        for (number,) in connection.execute(query, (encode(text),)):
            yield int(number)


def _decisions(connection: sqlite3.Connection, traces: Traces) -> set[int]:
    found = set(_mentioning(connection, "decision", "document", traces.ids))
    found |= {
        decision
        for id_ in traces.ids
        for (decision,) in connection.execute("SELECT decision FROM pair_constraint WHERE a = ?1 OR b = ?1", (id_,))
    }
    for table in ("ruling", "deferred_identifier"):
        query = f"SELECT decision FROM {table} WHERE kind = ? AND value = ?"
        found |= {d for identifier in traces.identifiers for (d,) in connection.execute(query, identifier)}
    return found


def _operations(connection: sqlite3.Connection, decisions: Iterable[int], ids: Iterable[str]) -> set[int]:
    by_decision = "SELECT id FROM operation WHERE decision = ?"
    by_contact = "SELECT operation FROM operation_hold WHERE subject = ?"
    found = {number for one in decisions for (number,) in connection.execute(by_decision, (one,))}
    return found | {number for id_ in ids for (number,) in connection.execute(by_contact, (f"contact:{id_}",))}


def _entries(
    connection: sqlite3.Connection, decisions: Iterable[int], operations: Iterable[int], ids: Iterable[str]
) -> set[int]:
    subjects = [*(f"decision:{one}" for one in decisions), *(f"operation:{one}" for one in operations)]
    query = "SELECT id FROM audit WHERE subject = ? AND payload IS NOT NULL"
    found = {number for subject in subjects for (number,) in connection.execute(query, (subject,))}
    return found | set(_mentioning(connection, "audit", "payload", ids))


def _erase_journal(
    connection: sqlite3.Connection, decisions: Iterable[int], operations: Iterable[int], at: datetime
) -> None:
    document = encode({ERASED: text_of(at), "members": []})
    for one in decisions:
        connection.execute("UPDATE decision SET document = ?, note = '' WHERE id = ?", (document, one))
        connection.execute("DELETE FROM pair_constraint WHERE decision = ?", (one,))
    for one in operations:
        erase_calls(connection, one)
        connection.execute(
            "UPDATE operation SET outcome = ?, differences = '[]', canonical = NULL WHERE id = ?", (ERASED, one)
        )
        connection.execute("DELETE FROM operation_hold WHERE operation = ?", (one,))
        connection.execute("UPDATE approval SET note = '' WHERE operation = ?", (one,))
        connection.execute("UPDATE operation_seen SET note = '' WHERE operation = ?", (one,))
        connection.execute("UPDATE line_stop SET reason = ?, note = '' WHERE operation = ?", (ERASED, one))


def erase_calls(connection: sqlite3.Connection, operation: int) -> None:
    """Erase the requests and answers of an operation that has ended."""
    connection.execute(
        "UPDATE operation_step SET request = ?, answer = NULL, error = '' WHERE operation = ?", (encode({}), operation)
    )


def _erase_rulings(connection: sqlite3.Connection, traces: Traces) -> None:
    for table in ("ruling", "deferred_identifier", "shared_identifier"):
        connection.executemany(f"DELETE FROM {table} WHERE kind = ? AND value = ?", traces.identifiers)
    connection.executemany(
        "DELETE FROM candidate WHERE identifier_kind = ? AND identifier_value = ?", traces.identifiers
    )


def _erase_mirror(connection: sqlite3.Connection, numbers: Sequence[int], ids: Sequence[str]) -> None:
    for number in numbers:
        for table in ("pair", "loaded_pair"):
            connection.execute(f"DELETE FROM {table} WHERE a = ?1 OR b = ?1", (number,))
        connection.execute(
            "DELETE FROM candidate WHERE id IN (SELECT candidate FROM candidate_member WHERE contact = ?)", (number,)
        )
        connection.execute("DELETE FROM pair_constraint WHERE a_now = ?1 OR b_now = ?1", (number,))
        connection.execute("DELETE FROM contact WHERE number = ?", (number,))
    connection.executemany("DELETE FROM pair_constraint WHERE a = ?1 OR b = ?1", ((id_,) for id_ in ids))


def leave_nothing(database: Database) -> None:
    """Overwrite what was erased: in the file itself, and in the log of writes that are on their way into it."""
    database.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
