"""What rests on merged contacts follows them to the living ones, whenever it comes to light where those are."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.record import Record
from reviewer.store import constraints, contacts, merges, pairs
from reviewer.store.database import Database
from reviewer.store.pairs import LoadedPair
from reviewer.store.transaction import transaction
from tests.store.world import NOON, TODAY, decide, fresh, pair, queue_of, record, score, stored

APART, OTHER = 3, 4
"""A contact that a steward keeps apart from the first, and one that is suspected to be it."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path, 6) as database:
        score(database, pair(1, APART), pair(1, OTHER, 5.0))
        pairs.write_loaded(database, [LoadedPair(1, OTHER, "tool", 5.0, None, "same phone")])
        with transaction(database) as connection:
            constraints.write(connection, decide(database), "cannot", stored(database, 1, APART))
        yield database


def merged(number: int, into: int) -> Record:
    """What the service says of a contact that was merged, read without redirection."""
    return record(number, mergedTo={"id": f"c{into}"})


def taken(database: Database, *records: Record) -> list[tuple[int, int]]:
    return merges.take_in(database, records, at=NOON, today=TODAY).carried


def number_of(database: Database, id_: str) -> int:
    return contacts.by_ids(database, [id_])[id_].number


def resting(database: Database) -> tuple[set[tuple[int, int]], set[tuple[int, int]], list[tuple[int, int]]]:
    """The pairs that are constrained, that are scored, and that another tool suspects."""
    limits = {(one.a, one.b) for one in constraints.in_force(database.connection)}
    scored = set(database.connection.execute("SELECT a, b FROM pair"))
    return limits, scored, database.connection.execute("SELECT a, b FROM loaded_pair ORDER BY a, b").fetchall()


def all_on(number: int) -> tuple[set[tuple[int, int]], set[tuple[int, int]], list[tuple[int, int]]]:
    apart, other = (min(APART, number), max(APART, number)), (min(OTHER, number), max(OTHER, number))
    return {apart}, {apart, other}, [other]


def test_what_rests_on_a_contact_waits_there_until_the_one_that_it_became_is_known(database: Database) -> None:
    assert taken(database, merged(1, into=50)) == []
    assert (resting(database), queue_of(database)) == (all_on(1), {})
    assert merges.leading_astray(database) == ["c1"]
    carried = taken(database, record(50))
    living = number_of(database, "c50")
    assert carried == [(APART, living), (OTHER, living)]
    assert resting(database) == all_on(living)
    assert set(queue_of(database)) == {(OTHER, living)}
    assert merges.leading_astray(database) == []


def test_it_follows_merges_of_merges_in_whatever_order_they_come_to_light(database: Database) -> None:
    taken(database, merged(1, into=50))
    taken(database, record(51))
    assert taken(database, merged(50, into=51))
    assert resting(database) == all_on(number_of(database, "c51"))


def test_both_contacts_of_a_pair_may_be_merged_at_once(database: Database) -> None:
    carried = taken(database, merged(1, into=50), merged(OTHER, into=51), record(50), record(51))
    first, second = number_of(database, "c50"), number_of(database, "c51")
    assert carried == [(APART, first), (first, second)]
    assert resting(database) == ({(APART, first)}, {(APART, first), (first, second)}, [(first, second)])


def test_a_contact_that_was_merged_into_a_known_one_needs_no_other_word(database: Database) -> None:
    taken(database, merged(1, into=6))
    assert resting(database) == all_on(6)


def test_where_only_some_were_merged_what_rests_on_the_others_stays(database: Database) -> None:
    score(database, pair(2, 5))
    taken(database, merged(1, into=6), record(2))
    assert (2, 5) in resting(database)[1]


def test_settling_finds_what_was_left_behind_and_changes_nothing_after_that(database: Database) -> None:
    contacts.write(database, [merged(1, into=50), record(50)], origin="api", read_at=NOON)
    living = number_of(database, "c50")
    assert merges.settle(database, TODAY) == [(APART, living), (OTHER, living)]
    assert resting(database) == all_on(living)
    before = list(database.connection.iterdump())
    assert merges.settle(database, TODAY) == []
    assert list(database.connection.iterdump()) == before


def test_what_leads_to_a_contact_that_is_gone_is_not_asked_for_again(database: Database) -> None:
    taken(database, merged(1, into=6))
    contacts.mark_gone(database, ["c6"])
    assert merges.leading_astray(database) == []
    assert merges.settle(database, TODAY) == []


def test_a_merged_contact_of_which_it_is_not_said_what_it_became_is_asked_for(database: Database) -> None:
    taken(database, record(1, type="Ancestor", mergedTo={"id": "c1"}))
    assert merges.leading_astray(database) == ["c1"]


@pytest.mark.parametrize(
    ("statement", "scanned"),
    [
        (merges._UNSETTLED, ["SCAN c USING INDEX contact_ancestor"]),
        (f"{merges._UNSETTLED} AND c.id IN ('c1', 'c2')", []),
        (merges._ASTRAY, ["SCAN c USING INDEX contact_ancestor"]),
    ],
)
def test_it_is_found_through_indexes_and_by_a_look_at_merged_contacts_only(
    database: Database, statement: str, scanned: list[str]
) -> None:
    plan = [row[3] for row in database.connection.execute(f"EXPLAIN QUERY PLAN {statement}")]
    assert [step for step in plan if step.startswith("SCAN")] == scanned and len(plan) > 1
