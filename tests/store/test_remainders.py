"""What an operation that ended in part left is marked, under whatever number and in whatever group it comes back."""

from pathlib import Path

import pytest

from reviewer.domain.journal import State
from reviewer.store import decisions, derivation, operations, remainders
from reviewer.store.transaction import transaction
from tests.review.people import CERTAIN, NOON, TODAY, World, person


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    made.write(*(person(id_) for id_ in ("head", "rest", "more", "stranger", "gone")))
    return made


def ended(world: World, state: str, head: str, *held: str) -> int:
    """An operation of these contacts that came to this end."""
    connection = world.database.connection
    with transaction(world.database):
        decision = decisions.write(
            connection,
            kind="merge",
            candidate=0,
            document=b"{}",
            fingerprint="",
            rung="steward",
            steward="ada",
            sudo_user="",
            note="",
            at=NOON,
        )
        number = operations.write(
            connection,
            decision=decision,
            kind="merge",
            steps=[],
            calls=2,
            holds=[f"contact:{id_}" for id_ in held],
            send_after=NOON,
            at=NOON,
        )
        connection.execute("UPDATE operation SET state = ?, canonical = ? WHERE id = ?", (state, head, number))
        connection.execute("UPDATE operation_hold SET live = 0 WHERE operation = ?", (number,))
    return number


def test_the_head_and_the_rest_are_marked_when_all_is_derived_and_when_a_part_is(world: World) -> None:
    number = ended(world, State.PARTIAL.value, "head", "head", "rest", "more")
    mark = f"operation {number} ended partial"
    world.score(("head", "rest", "duplicate", CERTAIN))
    assert world.mark(world.candidate("head", "rest")) == mark
    world.score(("rest", "more", "duplicate", CERTAIN))
    assert world.mark(world.candidate("head", "rest", "more")) == mark
    derivation.refresh(world.database, world.numbers("rest"), TODAY)
    assert world.mark(world.candidate("head", "rest", "more")) == mark


def test_others_are_not_marked(world: World) -> None:
    ended(world, State.PARTIAL.value, "head", "head", "rest")
    ended(world, State.DONE.value, "more", "more", "stranger")
    world.score(("head", "stranger", "duplicate", CERTAIN), ("more", "stranger", "duplicate", CERTAIN))
    assert world.mark(world.candidate("head", "more", "stranger")) == ""
    assert [one.head for one in remainders.remainders(world.database.connection)] == world.numbers("head")
    assert remainders.remainders(world.database.connection, world.numbers("more", "rest")) == []


def test_nothing_is_left_of_what_is_no_living_contact(world: World) -> None:
    ended(world, State.PARTIAL.value, "head", "head", "gone")
    world.database.connection.execute("UPDATE contact SET state = 'merged' WHERE id = 'gone'")
    assert remainders.remainders(world.database.connection) == []


def test_one_contact_costs_an_index_look_up(world: World) -> None:
    query = f"EXPLAIN QUERY PLAN {remainders._PARTIAL} AND c.number = 1"
    plan = " ".join(str(row) for row in world.database.connection.execute(query))
    assert "operation_partial" in plan and "SCAN" not in plan
