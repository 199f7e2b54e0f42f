"""The audit: whatever is changed afterwards is found, and a payload can still be erased."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.store import audit, audit_check
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction
from tests.store.world import NOON

COLUMNS = ("at", "steward", "act", "subject", "payload", "salt", "payload_hash", "hash")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        for number in range(1, 4):
            append(opened, number)
        yield opened


def append(database: Database, number: int, **parts: str) -> int:
    known = {"steward": "ada", "act": "decided merge", "subject": f"decision:{number}"}
    with transaction(database) as connection:
        return audit.append(connection, at=NOON, payload={"note": f"Bob {number}"}, **{**known, **parts})


def record_erasure(database: Database, entries: list[list[int]]) -> None:
    with transaction(database) as connection:
        payload = {"entries": entries}
        audit.append(connection, at=NOON, steward="ada", act=audit_check.ERASING[0], subject="person", payload=payload)


def test_an_untouched_chain_holds(database: Database) -> None:
    assert audit_check.first_broken(database) is None
    assert [entry.id for entry in audit.entries(database)] == [1, 2, 3]
    assert [entry.id for entry in audit.entries(database, "decision:2")] == [2]


def test_an_empty_chain_holds(tmp_path: Path) -> None:
    with open_database(tmp_path / "empty.db") as empty:
        assert audit_check.first_broken(empty) is None


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_changed_byte_is_found_in_any_column_of_any_entry(database: Database, column: str, number: int) -> None:
    (value,) = database.connection.execute(f"SELECT {column} FROM audit WHERE id = ?", (number,)).fetchone()
    for place in range(len(value)):
        if isinstance(value, bytes):
            changed: object = value[:place] + bytes([value[place] ^ 1]) + value[place + 1 :]
        else:
            changed = value[:place] + chr(ord(value[place]) ^ 1) + value[place + 1 :]
        database.connection.execute(f"UPDATE audit SET {column} = ? WHERE id = ?", (changed, number))
        assert audit_check.first_broken(database) == number, (column, place)
    database.connection.execute(f"UPDATE audit SET {column} = ? WHERE id = ?", (value, number))
    assert audit_check.first_broken(database) is None


def test_an_erased_payload_keeps_the_chain_whole(database: Database) -> None:
    database.connection.execute("UPDATE audit SET payload = NULL, salt = NULL WHERE id = 2")
    record_erasure(database, [[2, 2]])
    assert audit_check.check(database) == (None, 4, 1)
    append(database, 5)
    assert audit_check.first_broken(database) is None


def test_a_payload_that_was_erased_without_a_record_is_found(database: Database) -> None:
    database.connection.execute("UPDATE audit SET payload = NULL, salt = NULL WHERE id IN (2, 3)")
    record_erasure(database, [[3, 3]])
    fault = audit_check.check(database).fault
    assert fault == (2, "the payload of entry 2 was erased, and no entry says by whom")


def test_a_payload_without_its_salt_is_no_erasure(database: Database) -> None:
    database.connection.execute("UPDATE audit SET payload = x'7b7d', salt = NULL WHERE id = 2")
    assert audit_check.first_broken(database) == 2


@pytest.mark.parametrize(("number", "found"), [(1, 1), (2, 2), (3, 3)])
def test_a_missing_entry_is_found(database: Database, number: int, found: int) -> None:
    database.connection.execute("DELETE FROM audit WHERE id = ?", (number,))
    assert audit_check.first_broken(database) == found


def test_entries_that_changed_places_are_found(database: Database) -> None:
    database.connection.execute("UPDATE audit SET id = 9 WHERE id = 1")
    database.connection.execute("UPDATE audit SET id = 1 WHERE id = 2")
    database.connection.execute("UPDATE audit SET id = 2 WHERE id = 9")
    assert audit_check.first_broken(database) == 1


def test_no_byte_can_wander_from_one_part_to_the_next(database: Database) -> None:
    number = append(database, 4, act="ruled", subject="a\x1fb")
    for act, subject in (("ruled\x1fa", "b"), ("ruleda", "\x1fb"), ("ruled", 'a","b')):
        database.connection.execute("UPDATE audit SET act = ?, subject = ? WHERE id = ?", (act, subject, number))
        assert audit_check.first_broken(database) == number


def test_equal_payloads_do_not_show_in_their_hashes(database: Database) -> None:
    append(database, 1)
    hashes = [entry.payload_hash for entry in audit.entries(database, "decision:1")]
    assert len(set(hashes)) == 2


def test_half_a_sign_in_a_name_does_not_stop_the_audit(database: Database) -> None:
    append(database, 4, subject="contact:\ud800")
    assert audit_check.first_broken(database) is None


def test_an_entry_is_written_with_what_it_tells_of_or_not_at_all(database: Database) -> None:
    with pytest.raises(KeyError), transaction(database):
        append(database, 4)
        raise KeyError
    assert [entry.id for entry in audit.entries(database)] == [1, 2, 3]
    append(database, 5)
    assert audit_check.first_broken(database) is None
