"""Lists of operations: read by indexes alone, in windows that join; their states are those of the journal's table."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.domain.journal import END_STATES, FAULTY_ENDS, LIVE_STATES, State
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_calls import calls_needed
from reviewer.store import operations
from reviewer.store.database import Database
from reviewer.store.operation_lists import (
    LAST,
    Key,
    Listing,
    faulty,
    first_outside_window,
    key,
    number_before,
    number_in,
    window,
)
from reviewer.store.schema.staging import COUNT_CALLS
from reviewer.store.transaction import transaction
from tests.store.world import NOON, decide, fresh


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path, 5) as opened:
        yield opened


def states(listing: Listing) -> set[str]:
    return set(re.findall(r"'([a-z ]+)'", listing.value.where.splitlines()[0]))


def test_every_state_is_in_a_list() -> None:
    assert states(Listing.UNDER_WAY) == LIVE_STATES - {State.PLANNED, State.APPROVED, State.STAGED}
    assert states(Listing.ENDED) == END_STATES
    assert states(Listing.TO_LOOK_AT) == FAULTY_ENDS


@pytest.mark.parametrize("listing", list(Listing))
def test_a_window_is_read_by_an_index_and_sorts_nothing(database: Database, listing: Listing) -> None:
    said: list[str] = []
    database.connection.set_trace_callback(said.append)
    for place in ({}, {"behind": Key("2026", 3)}, {"before": Key("2026", 3)}, {"before": LAST}):
        window(database, listing, 10, **place)
    number_before(database, listing, Key("2026", 3))
    database.connection.set_trace_callback(None)
    for query in said:
        plan = " ".join(str(row[3]) for row in database.connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "TEMP B-TREE" not in plan and "INDEX operation_" in plan, plan


def test_what_the_workbench_asks_every_second_is_answered_by_an_index(database: Database) -> None:
    said: list[str] = []
    database.connection.set_trace_callback(said.append)
    operations.newest(database, 5)
    operations.next_send(database)
    first_outside_window(database)
    faulty(database)
    database.connection.set_trace_callback(None)
    assert len(said) == 4
    for query in said:
        plan = " ".join(str(row[3]) for row in database.connection.execute(f"EXPLAIN QUERY PLAN {query}"))
        assert "TEMP B-TREE" not in plan and "INDEX operation_" in plan, plan


def write(database: Database, count: int) -> None:
    """So many staged operations; each two are due at the same instant."""
    with transaction(database) as connection:
        number = decide(database, "merge")
        for index in range(count):
            due = NOON + timedelta(seconds=index // 2)
            new = operations.write(
                connection, decision=number, kind="merge", steps=[], calls=2, holds=[], send_after=due, at=NOON
            )
            operations.stage(connection, new, due, NOON)


def test_windows_join_in_both_directions(database: Database) -> None:
    write(database, 11)
    found, behind = [], None
    while part := window(database, Listing.STAGED, 3, behind=behind):
        found += [one.id for one in part]
        behind = key(Listing.STAGED, part[-1])
    assert found == list(range(1, 12)) and number_in(database, Listing.STAGED) == 11
    back: list[int] = []
    before = LAST
    while part := window(database, Listing.STAGED, 3, before=before):
        back = [*(one.id for one in part), *back]
        before = key(Listing.STAGED, part[0])
    assert back == found
    assert number_before(database, Listing.STAGED, key(Listing.STAGED, operations.read(database, 7))) == 6


PLANS = [
    [StepKind.MERGE],
    [StepKind.MERGE, StepKind.REMOVE],
    [StepKind.MERGE, StepKind.REMOVE, StepKind.RELEASE, StepKind.RELEASE],
    [StepKind.MERGE, StepKind.VERIFY],
    [StepKind.MERGE, StepKind.RELEASE, StepKind.VERIFY, StepKind.VERIFY],
]


@pytest.mark.parametrize("kinds", PLANS)
def test_operations_of_before_are_counted_as_new_ones_are(database: Database, kinds: list[StepKind]) -> None:
    steps = [Step(kind, {"contactIds": ["a", "b"]} if kind is StepKind.MERGE else {}) for kind in kinds]
    needed = calls_needed("merge", [{"id": "a"}, {"id": "b"}], steps)
    with transaction(database) as connection:
        decided = decide(database, "merge")
        number = operations.write(
            connection, decision=decided, kind="merge", steps=steps, calls=needed, holds=[], send_after=NOON, at=NOON
        )
    counted = operations.read(database, number).calls
    assert counted == needed
    database.connection.execute("UPDATE operation SET calls = 0")
    database.connection.execute(COUNT_CALLS)
    assert operations.read(database, number).calls == counted
