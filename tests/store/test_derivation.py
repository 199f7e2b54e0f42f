"""Candidates as a view: the same from a part as from the whole, and what stewards said of pairs holds in it."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviewer.domain import grouping
from reviewer.domain.journal import State
from reviewer.domain.record import Record
from reviewer.store import constraints, contacts, derivation, merges, operations, pairs, queue
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.store.world import (
    NOON,
    TODAY,
    decide,
    fresh,
    pair,
    queue_of,
    record,
    score,
    stage,
    stored,
    write_contacts,
)  # fmt: skip

CONTACTS = 7
NUMBERS = st.integers(1, CONTACTS)
TWO = st.lists(NUMBERS, min_size=2, max_size=2, unique=True).map(sorted)
PAIR = st.builds(
    lambda two, weight, verdict, kind: pair(two[0], two[1], weight, verdict, kind),
    TWO,
    st.sampled_from((12.0, 9.0, 6.0, 4.0, 1.0)),
    st.sampled_from(("auto", "review", "review", "veto", "shared")),
    st.sampled_from(("duplicate", "stitch")),
)
STEP = st.one_of(
    st.tuples(st.just("score"), st.lists(PAIR, min_size=1, max_size=3)),
    st.tuples(st.just("drop"), TWO),
    st.tuples(st.sampled_from(("cannot", "defer")), st.lists(NUMBERS, min_size=2, max_size=3, unique=True)),
    st.tuples(st.just("take back"), st.integers(1, 4)),
    st.tuples(st.just("change"), NUMBERS),
    st.tuples(st.just("gone"), NUMBERS),
    st.tuples(st.just("stage"), TWO),
    st.tuples(st.just("end"), st.integers(1, 3)),
    st.tuples(st.just("merge"), TWO),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path, 6) as opened:
        yield opened


def take(database: Database, connection: sqlite3.Connection, act: str, what: Any, turn: int) -> set[int]:
    """Carry out one act on the truth; returns the contacts that it is about."""
    if act == "score":
        pairs.update_scores(database, what)
        return {number for row in what for number in (row.a, row.b)}
    if act == "drop":
        connection.execute("DELETE FROM pair WHERE a = ? AND b = ?", what)
        return set(what)
    if act in ("cannot", "defer"):
        constraints.write(connection, decide(database), act, stored(database, *what), TODAY if act == "defer" else None)
        return set(what)
    if act == "take back":
        query = "SELECT a_now, b_now FROM pair_constraint WHERE decision = ?"
        touched = {number for row in connection.execute(query, (what,)) for number in row}
        constraints.end_of_decision(connection, what, NOON)
        return touched
    return take_contacts(database, connection, act, what, turn)


def take_contacts(database: Database, connection: sqlite3.Connection, act: str, what: Any, turn: int) -> set[int]:
    if act == "change":
        written = contacts.write(database, [record(what, title=f"turn {turn}")], origin="api", read_at=NOON)
        pairs.distrust(connection, written.changed)
        return {what}
    if act == "gone":
        return set(contacts.mark_gone(database, [f"c{what}"]))
    if act == "stage":
        held = operations.held_contacts(connection, what)
        if not held:
            stage(database, *what)
        return set(what)
    if act == "end":
        row = connection.execute("SELECT state FROM operation WHERE id = ?", (what,)).fetchone()
        if not row or row[0] != State.STAGED:
            return set()
        query = "SELECT substr(subject, 10) FROM operation_hold WHERE operation = ?"
        operations.move(connection, what, State.VOID, NOON)
        return {int(number) for (number,) in connection.execute(query, (what,))}
    living = [one.id for one in stored(database, *what) if one.state == "live"]
    if len(living) == 2:
        merge(database, living, record(100 + turn))
    return set()


def merge(database: Database, ids: list[str], canonical: Record) -> list[tuple[int, int]]:
    """Contacts were merged into another; returns the pairs that go on with it."""
    return merges.take_in(database, [], dict.fromkeys(ids, canonical), at=NOON, today=TODAY).carried


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(STEP, min_size=2, max_size=14), most=st.sampled_from((2, 3, 49)), all_at_once=st.booleans())
def test_deriving_around_what_changed_gives_what_deriving_everything_gives(
    steps: list[tuple[str, Any]], most: int, all_at_once: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grouping, "MAX_GROUP", most)
        patch.setattr(derivation, "_MANY", 0 if all_at_once else derivation._MANY)
        check_both_ways(steps, tmp_path_factory)


def check_both_ways(steps: list[tuple[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> None:
    with fresh(tmp_path_factory.mktemp("derived"), CONTACTS) as database:
        for turn, (act, what) in enumerate(steps):
            with transaction(database) as connection:
                derivation.refresh(database, take(database, connection, act, what, turn), TODAY)
        around = queue_of(database)
        assert queue.counts(database) == counted(database)
        derivation.rebuild(database, TODAY)
        assert queue_of(database) == around
        assert queue.counts(database) == counted(database)


def counted(database: Database) -> dict[str, dict[str, int]]:
    found: dict[str, Counter[str]] = {}
    for state, kind in database.connection.execute("SELECT state, kind FROM candidate"):
        found.setdefault(state, Counter())[kind] += 1
    return {state: dict(kinds) for state, kinds in found.items()}


def test_deriving_twice_changes_nothing(database: Database) -> None:
    score(database, pair(1, 2), pair(2, 3), pair(4, 5, 1.0))
    first = queue_of(database)
    changes = database.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'candidate'").fetchone()
    derivation.rebuild(database, TODAY)
    assert queue_of(database) == first
    again = database.connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'candidate'").fetchone()
    assert again >= changes
    assert set(first) == {(1, 2, 3), (4, 5)}


def test_a_group_that_loses_its_middle_leaves_its_other_pairs_in_the_queue(database: Database) -> None:
    score(database, pair(1, 2), pair(1, 3), pair(2, 4), pair(2, 3, 2.0))
    assert set(queue_of(database)) == {(1, 2, 3, 4)}
    with transaction(database) as connection:
        connection.execute("UPDATE pair SET weight = 1.0 WHERE a = 1")
        derivation.refresh(database, [1], TODAY)
    assert set(queue_of(database)) == {(1, 2), (1, 3), (2, 4), (2, 3)}


def test_a_union_is_refused_across_what_a_steward_keeps_apart(database: Database) -> None:
    score(database, pair(1, 2, 9.0), pair(2, 3, 8.0), pair(1, 3, 7.0))
    with transaction(database) as connection:
        constraints.write(connection, decide(database), "cannot", stored(database, 1, 3))
        derivation.refresh(database, [1, 3], TODAY)
    assert set(queue_of(database)) == {(1, 2), (2, 3)}


def test_a_veto_keeps_its_pair_in_the_queue_and_out_of_groups(database: Database) -> None:
    score(database, pair(1, 2, 9.0), pair(2, 3, 8.0), pair(1, 3, 12.0, "veto"))
    assert {members: row[3] for members, row in queue_of(database).items()} == {
        (1, 2): "review", (1, 3): "veto",
    }, "3 is kept out of the group, and the strongest pair stands for all between them"  # fmt: skip


def test_one_row_the_strongest_pair_stands_for_all_pairs_between_two_groups(database: Database) -> None:
    score(
        database, pair(1, 2), pair(2, 3), pair(4, 5), pair(5, 6),
        *(pair(a, b, 2.0 + (a, b).count(5) / 10 + a / 100) for a in (1, 2, 3) for b in (4, 5, 6)),
    )  # fmt: skip
    assert set(queue_of(database)) == {(1, 2, 3), (4, 5, 6), (3, 5)}
    with transaction(database) as connection:
        constraints.write(connection, decide(database), "cannot", stored(database, 3, 5))
        derivation.refresh(database, [3, 5], TODAY)
    assert set(queue_of(database)) == {(1, 2, 3), (4, 5, 6), (2, 5)}, "the next one may be looked at"
    assert len(pairs.between(database, [1, 2, 3, 4, 5, 6])) == 13, "all pairs are kept"


def test_more_than_one_person_can_be_become_few_rows_and_hang_together(tmp_path: Path) -> None:
    with fresh(tmp_path, 60) as database:
        score(database, *(pair(a, b) for a in range(1, 61) for b in range(a + 1, 61)))
        assert sorted(map(len, queue_of(database))) == [2, 11, 49]
        assert derivation.hanging_together(database, [1, 2]) == 60
        with transaction(database) as connection:
            for other in range(1, 60):
                constraints.write(connection, decide(database), "cannot", stored(database, other, 60))
        assert derivation.hanging_together(database, [1, 2]) == 59
        contacts.mark_gone(database, ["c59"])
        assert derivation.hanging_together(database, [1, 2]) == 58


def test_a_group_that_takes_two_merges_is_never_automatic(tmp_path: Path) -> None:
    with fresh(tmp_path, 51) as database:
        both = (*combinations(range(1, 26), 2), *combinations(range(26, 52), 2))
        score(database, *(pair(a, b, 9.0, "auto") for a, b in both))
        assert {len(members): row[3] for members, row in queue_of(database).items()} == {25: "auto", 26: "review"}


def test_a_group_is_automatic_only_where_automatic_pairs_alone_connect_it(database: Database) -> None:
    score(
        database,
        *(pair(1, 2, 9.0, "auto"), pair(2, 3, 9.0, "auto"), pair(1, 3, 1.0)),
        *(pair(4, 5, 9.0, "auto"), pair(5, 6, 9.0), pair(4, 6, 1.0)),
    )
    assert {members: row[3] for members, row in queue_of(database).items()} == {(1, 2, 3): "auto", (4, 5, 6): "review"}


def test_a_decided_pair_comes_back_marked_when_a_contact_changed_and_not_before(database: Database) -> None:
    score(database, pair(1, 2))
    number = queue_of(database)[1, 2][0]
    with transaction(database) as connection:
        decision = decide(database, candidate=number)
        constraints.write(connection, decision, "cannot", stored(database, 1, 2))
        derivation.note_decision(connection, number, decision)
        derivation.refresh(database, [1, 2], TODAY)
    score(database, pair(1, 2, 11.0))
    assert queue_of(database) == {}
    contacts.write(database, [record(1, modifyDate="2026-11-23T11:00:00Z", selfUri="/c1")], origin="api", read_at=NOON)
    derivation.rebuild(database, TODAY)
    assert queue_of(database) == {}, "nothing that a decision rests on has changed"
    contacts.write(database, [record(1, title="Dr")], origin="api", read_at=NOON)
    derivation.refresh(database, [1], TODAY)
    back = queue_of(database)[1, 2]
    assert (back[0], back[5], back[6]) == (number, "open", f"changed since decision {decision}")


def test_a_deferred_candidate_comes_back_on_its_day_and_not_before(database: Database) -> None:
    score(database, pair(1, 2))
    number = queue_of(database)[1, 2][0]
    with transaction(database) as connection:
        constraints.write(connection, decide(database), "defer", stored(database, 1, 2), TODAY + timedelta(days=2))
        derivation.refresh(database, [1, 2], TODAY)
    assert queue_of(database)[1, 2][5] == "deferred"
    derivation.wake(database, TODAY + timedelta(days=1), NOON)
    assert queue_of(database)[1, 2][5] == "deferred"
    derivation.wake(database, TODAY + timedelta(days=2), NOON)
    assert queue_of(database)[1, 2][:1] + queue_of(database)[1, 2][5:] == (number, "open", "")


def test_what_an_operation_keeps_is_staged_and_what_touches_it_waits(database: Database) -> None:
    score(database, pair(1, 2), pair(2, 3, 1.0), pair(4, 5))
    operation = stage(database, 1, 2)
    derivation.refresh(database, [1, 2], TODAY)
    assert {members: row[5] for members, row in queue_of(database).items()} == {
        (1, 2): "staged", (2, 3): "waiting", (4, 5): "open",
    }  # fmt: skip
    with transaction(database) as connection:
        operations.move(connection, operation, State.WITHDRAWN, NOON)
        derivation.refresh(database, [1, 2], TODAY)
    assert {row[5] for row in queue_of(database).values()} == {"open"}


def test_distinct_holds_for_what_a_contact_becomes_by_a_merge(database: Database) -> None:
    score(database, pair(1, 2), pair(1, 3))
    with transaction(database) as connection:
        constraints.write(connection, decide(database), "cannot", stored(database, 1, 3))
        derivation.refresh(database, [1, 3], TODAY)
    assert merge(database, ["c1", "c2"], record(50)) == [(3, 7)]
    assert [one.id for one in stored(database, 7)] == ["c50"]
    assert queue_of(database) == {}, "the merged contact is kept apart from 3 as 1 was"
    merge(database, ["c50", "c4"], record(51))
    derivation.rebuild(database, TODAY)
    assert queue_of(database) == {}


def test_what_came_back_does_not_leave_by_a_merge_that_somebody_else_made(database: Database) -> None:
    score(database, pair(1, 3))
    with transaction(database) as connection:
        constraints.write(connection, decide(database), "cannot", stored(database, 1, 3))
    contacts.write(database, [record(1, title="Dr")], origin="api", read_at=NOON)
    derivation.rebuild(database, TODAY)
    assert set(queue_of(database)) == {(1, 3)}
    merge(database, ["c1", "c2"], record(50))
    assert set(queue_of(database)) == {(3, 7)}


def test_a_carried_pair_is_scored_again_and_never_automatic_before(database: Database) -> None:
    score(database, pair(1, 3, 5.0, "review"), pair(2, 3, 15.0, "auto"))
    assert merge(database, ["c1", "c2"], record(50)) == [(3, 7)]
    (carried,) = pairs.between(database, [3, 7])
    assert (carried.weight, carried.verdict, carried.source) == (15.0, "review", "carried")
    assert pairs.to_score(database, 0, 10) == [(carried.id, 3, 7)]


def test_a_pair_that_was_scored_as_it_stands_is_not_overwritten_by_a_carried_one(database: Database) -> None:
    write_contacts(database, 7)
    score(database, pair(1, 3, 15.0), pair(3, 7, 2.0, "auto"))
    merge(database, ["c1", "c2"], record(7))
    (kept,) = pairs.between(database, [3, 7])
    assert (kept.weight, kept.verdict, kept.source) == (2.0, "auto", "detect")
