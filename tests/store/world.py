"""A database of small contacts, numbered from 1, and the words to write what rests on them."""

import json
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from reviewer.domain.record import ReadingRules, Record, make_record
from reviewer.store import contacts, decisions, derivation, operations, pairs
from reviewer.store.contacts import StoredContact
from reviewer.store.database import Database, open_database
from reviewer.store.pairs import PairRow
from reviewer.store.transaction import transaction

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOON.date()
RULES = ReadingRules(anchor_source="crm")


def record(number: int, **fields: Any) -> Record:
    """The contact ``c<number>``."""
    known = {"id": f"c{number}", "type": "Curated", "division": {"id": "home"}, "lastName": f"Name {number}"}
    return make_record(json.dumps({**known, **fields}).encode(), RULES)


def write_contacts(database: Database, count: int) -> None:
    """The contacts 1 to ``count``: their numbers are those of their ids."""
    found = [record(number) for number in range(1, count + 1)]
    contacts.write(database, found, origin="api", read_at=NOON)


def fresh(folder: Path, count: int = 0) -> Database:
    """A new database with so many contacts."""
    database = open_database(folder / "queue.db")
    write_contacts(database, count)
    return database


def stored(database: Database, *numbers: int) -> list[StoredContact]:
    """The stored contacts of these numbers."""
    found = contacts.by_numbers(database, numbers)
    return [found[number] for number in numbers]


def pair(a: int, b: int, weight: float = 9.0, verdict: str = "review", kind: str = "duplicate") -> PairRow:
    """A scored pair."""
    return PairRow(min(a, b), max(a, b), kind, weight, 0.99, None, verdict, '{"reasons": [], "factors": []}')


def score(database: Database, *rows: PairRow, today: date = TODAY) -> None:
    """Store scores and derive the queue anew."""
    pairs.update_scores(database, rows)
    derivation.rebuild(database, today)


def decide(database: Database, kind: str = "distinct", candidate: int = 0) -> int:
    """A decision about nothing in particular; its number."""
    with transaction(database) as connection:
        return decisions.write(
            connection,
            kind=kind,
            candidate=candidate,
            document=b"{}",
            fingerprint="",
            rung="steward",
            steward="ada",
            sudo_user=None,
            note="",
            at=NOON,
        )


def stage(database: Database, *numbers: int) -> int:
    """A live operation that keeps these contacts; its number."""
    with transaction(database) as connection:
        number = operations.write(
            connection,
            decision=decide(database, "merge"),
            kind="merge",
            steps=[],
            calls=2,
            holds=[f"contact:c{number}" for number in numbers],
            send_after=NOON,
            at=NOON,
        )
        operations.stage(connection, number, NOON, NOON)
    return number


def queue_of(database: Database) -> dict[tuple[int, ...], tuple[Any, ...]]:
    """Members → number, kind, rank, verdict, size, state and mark, of every candidate that is not settled."""
    query = """SELECT id, kind, rank, verdict, size, state, mark FROM candidate
               WHERE kind <> 'shared' AND state <> 'settled'"""
    return {members_of(database, row[0]): row for row in database.connection.execute(query).fetchall()}


def members_of(database: Database, candidate: int) -> tuple[int, ...]:
    """Numbers of a candidate's contacts."""
    query = "SELECT contact FROM candidate_member WHERE candidate = ? ORDER BY contact"
    return tuple(number for (number,) in database.connection.execute(query, (candidate,)))
