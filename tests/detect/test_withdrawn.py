"""What another tool does not suspect any more leaves the queue at once, unless it has reasons of its own to stay."""

import pytest

from reviewer.cli.waiting_pairs import score_waiting
from reviewer.detect.run import detect
from reviewer.detect.withdrawn import drop_withdrawn
from reviewer.store import pairs
from reviewer.store.database import Database
from tests.detect.test_run import JANE, PHONE, TODAY, database, fill, stored
from tests.store.world import queue_of, stage

__all__ = ["database"]
SOURCE = "genesys clusters"
CARL = {"firstName": "Carl", "lastName": "Fox"}


def suspect(database: Database, source: str = SOURCE) -> None:
    pairs.write_loaded(database, [pairs.LoadedPair(1, 2, source, None, None, "same Phone")])
    score_waiting(database, TODAY)


def withdraw(database: Database) -> None:
    assert pairs.withdraw_loaded(database, SOURCE, ()) == 1
    score_waiting(database, TODAY)


def test_a_withdrawn_pair_leaves_the_queue_without_a_detection(database: Database) -> None:
    fill(database, JANE, CARL)
    suspect(database)
    assert set(queue_of(database)) == {(1, 2)}
    withdraw(database)
    assert (queue_of(database), stored(database)) == ({}, [])
    detect(database, today=TODAY)
    assert stored(database) == []


def test_one_that_detection_finds_by_itself_stays_as_it_was(database: Database) -> None:
    fill(database, JANE | PHONE, JANE | PHONE)
    detect(database, today=TODAY)
    alone = stored(database)
    suspect(database)
    withdraw(database)
    assert stored(database) == alone != []
    assert set(queue_of(database)) == {(1, 2)}


def test_one_that_a_second_tool_suspects_stays(database: Database) -> None:
    fill(database, JANE, CARL)
    suspect(database)
    suspect(database, "splink")
    withdraw(database)
    assert set(queue_of(database)) == {(1, 2)}
    assert [one.source for one in pairs.said_of(database, 1, 2)] == ["splink"]


def test_what_an_operation_keeps_is_not_taken_from_under_it(database: Database) -> None:
    fill(database, JANE, CARL)
    suspect(database)
    stage(database, 1)
    withdraw(database)
    assert len(stored(database)) == 1


@pytest.mark.parametrize("verdict", ["auto", "review"])
def test_a_withdrawn_pair_is_not_automatic_until_it_is_judged(database: Database, verdict: str) -> None:
    fill(database, JANE | PHONE, JANE | PHONE)
    suspect(database)
    database.connection.execute("UPDATE pair SET verdict = ?", (verdict,))
    pairs.withdraw_loaded(database, SOURCE, ())
    assert [row[6] for row in stored(database)] == ["review"]
    assert pairs.withdrawn(database) == [(1, 2)]
    assert drop_withdrawn(database, today=TODAY) == []
