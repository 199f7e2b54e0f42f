"""Approvals in the database: what its triggers refuse, whatever program writes."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.domain.persons import Person
from reviewer.store import approvals, operations, schema
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction
from tests.store.world import NOON, decide


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        yield opened


ADA, BOB = Person("ada"), Person("bob")


def planned(database: Database, needed: int = 1, proposer: Person = ADA) -> int:
    with transaction(database) as connection:
        number = operations.write(
            connection, decision=decide(database, "merge"), kind="merge", steps=[], calls=2, holds=[],
            send_after=NOON, at=NOON, approvals_needed=needed, approvals_why="12 contacts",
        )  # fmt: skip
    say_yes(database, number, approvals.PROPOSER, proposer)
    return number


def say_yes(database: Database, operation: int, role: str, person: Person) -> None:
    with transaction(database) as connection:
        approvals.write(
            connection, operation=operation, role=role, person=person, uid=1000, at=NOON, fingerprint="f", note=""
        )


def stage(database: Database, operation: int) -> None:
    with transaction(database) as connection:
        operations.stage(connection, operation, NOON, NOON)


LACKS = "lacks the approval of a second steward"


def test_an_operation_is_staged_only_with_the_approvals_that_it_needs(database: Database) -> None:
    operation = planned(database)
    with pytest.raises(RefusedError, match=LACKS):
        stage(database, operation)
    assert operations.read(database, operation).state is State.PLANNED
    say_yes(database, operation, approvals.APPROVER, BOB)
    stage(database, operation)
    assert operations.read(database, operation).state is State.STAGED


def test_one_that_needs_none_is_staged_at_once(database: Database) -> None:
    operation = planned(database, needed=0)
    stage(database, operation)
    assert operations.read(database, operation).state is State.STAGED


def test_two_approvals_of_one_person_are_one(database: Database) -> None:
    operation = planned(database, needed=2)
    say_yes(database, operation, approvals.APPROVER, BOB)
    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        say_yes(database, operation, approvals.APPROVER, Person("root", "bob"))
    with pytest.raises(RefusedError, match=LACKS):
        stage(database, operation)


@pytest.mark.parametrize(
    ("proposer", "approver"),
    [(ADA, ADA), (ADA, Person("root", "ada")), (Person("root", "ada"), ADA), (ADA, Person("ada", "somebody"))],
)
def test_who_proposed_cannot_approve(database: Database, proposer: Person, approver: Person) -> None:
    operation = planned(database, proposer=proposer)
    with pytest.raises(RefusedError, match="who proposed an operation cannot approve it"):
        say_yes(database, operation, approvals.APPROVER, approver)


def test_an_approval_whose_name_was_changed_afterwards_does_not_count(database: Database) -> None:
    operation = planned(database)
    say_yes(database, operation, approvals.APPROVER, BOB)
    database.connection.execute("UPDATE approval SET steward = 'ada' WHERE role = 'approver'")
    with pytest.raises(RefusedError, match=LACKS):
        stage(database, operation)


def test_nothing_is_sent_that_lacks_an_approval_however_it_came_to_be_staged(database: Database) -> None:
    operation = planned(database)
    say_yes(database, operation, approvals.APPROVER, BOB)
    stage(database, operation)
    database.connection.execute("DELETE FROM approval WHERE role = 'approver'")
    with (
        pytest.raises(RefusedError, match=LACKS),
        transaction(database) as connection,
    ):
        operations.move(connection, operation, State.SENDING, NOON)


def test_no_operation_comes_to_need_fewer_approvals(database: Database) -> None:
    operation = planned(database)
    with pytest.raises(sqlite3.IntegrityError, match="cannot need fewer"):
        database.connection.execute("UPDATE operation SET approvals_needed = 0 WHERE id = ?", (operation,))


@pytest.mark.parametrize("person", [BOB, Person("root", "bob"), ADA, Person("root", "ada"), Person("ada", "somebody")])
def test_what_waits_is_counted_for_everybody_but_who_said_yes(database: Database, person: Person) -> None:
    planned(database)
    stage(database, planned(database, needed=0))
    own = "ada" in person
    assert approvals.count_waiting(database, person) == (1, 0 if own else 1)


def test_the_triggers_are_missed_where_they_are_gone(database: Database) -> None:
    database.connection.execute("DROP TRIGGER operation_lacks_approvals")
    assert schema.missing_objects(database.connection) == ["operation_lacks_approvals"]
