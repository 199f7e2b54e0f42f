"""Roots that were kept elsewhere: whoever writes the whole chain anew is found out by them alone."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.store import audit
from reviewer.store.audit_check import Fault, Root, check, ranges
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction
from tests.store.world import NOON


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        for number in range(1, 6):
            append(opened, number)
        yield opened


def append(database: Database, number: int, steward: str = "ada") -> None:
    with transaction(database) as connection:
        audit.append(connection, at=NOON, steward=steward, act="ruled", subject=f"decision:{number}", payload={})


def root(database: Database, entry: int) -> Root:
    (hash_,) = database.connection.execute("SELECT hash FROM audit WHERE id = ?", (entry,)).fetchone()
    return Root(entry, hash_)


def rewrite_from(database: Database, first: int) -> None:
    """Somebody writes the chain anew from an entry on, consistently."""
    last = audit.head(database).entry
    database.connection.execute("DELETE FROM audit WHERE id >= ?", (first,))
    database.connection.execute("UPDATE sqlite_sequence SET seq = ? WHERE name = 'audit'", (first - 1,))
    for number in range(first, last + 1):
        append(database, number, "mallory")


def test_the_head_is_the_newest_entry(database: Database, tmp_path: Path) -> None:
    head = audit.head(database)
    assert (head.entry, head.hash) == root(database, 5)
    assert str(head) == f"5:{head.hash}"
    with open_database(tmp_path / "empty.db") as empty:
        assert audit.head(empty) == (0, audit.GENESIS)


def test_a_chain_has_the_roots_that_were_taken_from_it(database: Database) -> None:
    roots = [root(database, 2), Root(None, root(database, 4).hash), root(database, 5)]
    append(database, 6)
    assert check(database, roots).fault is None


def test_a_chain_that_was_written_anew_holds_by_itself_and_not_against_a_root(database: Database) -> None:
    kept = [root(database, 1), root(database, 4)]
    rewrite_from(database, 3)
    assert check(database).fault is None
    fault = check(database, kept).fault
    assert fault is not None and fault.entry == 2
    assert fault.sentence.endswith("one of the entries 2 to 4 was rewritten")
    assert check(database, kept[:1]).fault is None


def test_with_a_root_of_each_entry_the_rewritten_one_is_named(database: Database) -> None:
    kept = [root(database, entry) for entry in range(1, 6)]
    rewrite_from(database, 3)
    fault = check(database, kept).fault
    assert fault is not None and fault.entry == 3 and fault.sentence.endswith("entry 3 was rewritten")


def test_a_bare_hash_that_no_entry_has_is_told(database: Database) -> None:
    kept = [root(database, 2), Root(None, root(database, 5).hash)]
    rewrite_from(database, 5)
    fault = check(database, kept).fault
    assert fault is not None and fault.entry == 3 and kept[1].hash in fault.sentence


def test_entries_that_were_cut_off_are_told_even_where_the_database_forgot_them(database: Database) -> None:
    kept = root(database, 5)
    database.connection.execute("DELETE FROM audit WHERE id > 3")
    database.connection.execute("UPDATE sqlite_sequence SET seq = 3 WHERE name = 'audit'")
    assert check(database).fault is None
    assert check(database, [kept]).fault == Fault(4, "the entries from 4 to 5 were cut off")


def test_numbers_are_told_as_runs() -> None:
    assert ranges([7, 1, 2, 3, 3, 9, 8]) == [[1, 3], [7, 9]]
    assert ranges([]) == []
