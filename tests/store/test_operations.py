"""The journal: a contact is in one live operation at most, and only known moves are made."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.journal import END_STATES, LIVE_STATES, TRANSITIONS, ForbiddenTransitionError, State
from reviewer.store import line_stops, operations
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.store.world import NOON, decide, fresh, stage


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with fresh(tmp_path, 5) as opened:
        yield opened


def test_every_live_state_leads_to_an_end_and_no_end_leads_anywhere() -> None:
    assert frozenset(State) == END_STATES | LIVE_STATES and not END_STATES & LIVE_STATES
    for start in LIVE_STATES:
        reached, frontier = {start}, [start]
        while frontier:
            for after in TRANSITIONS.get(frontier.pop(), frozenset()) - reached:
                reached.add(after)
                frontier.append(after)
        assert reached & END_STATES, start


def test_a_contact_is_in_one_live_operation_at_most(database: Database) -> None:
    first = stage(database, 1, 2)
    with pytest.raises(RefusedError, match=f"c2 is already part of operation {first}"):
        stage(database, 2, 3)
    assert operations.held_contacts(database.connection) == {1: first, 2: first}
    assert operations.held_contacts(database.connection, [2, 3]) == {2: first}
    assert operations.holder_of(database, "contact:c3") is None
    with transaction(database) as connection:
        operations.move(connection, first, State.WITHDRAWN, NOON)
    second = stage(database, 2, 3)
    assert operations.held_contacts(database.connection) == {2: second, 3: second}


@pytest.mark.parametrize("end", sorted(END_STATES))
def test_an_operation_lets_go_of_its_contacts_at_its_end_and_not_before(database: Database, end: State) -> None:
    operation = stage(database, 1)
    way = {
        State.DONE: [State.SENDING, State.CONFIRMED],
        State.DONE_WITH_DIFFERENCES: [State.SENDING, State.CONFIRMED],
        State.PARTIAL: [State.SENDING, State.UNCLEAR, State.CONFIRMED, State.FOLLOWING_UP],
    }.get(end, [])
    with transaction(database) as connection:
        for state in way:
            operations.move(connection, operation, state, NOON)
            assert operations.holder_of(database, "contact:c1") == operation
        operations.move(connection, operation, end, NOON)
    assert operations.holder_of(database, "contact:c1") is None
    assert operations.read(database, operation).state is end


def test_a_move_that_the_table_does_not_have_is_refused_and_changes_nothing(database: Database) -> None:
    operation = stage(database, 1)
    with (
        pytest.raises(ForbiddenTransitionError, match="staged cannot become done"),
        transaction(database) as connection,
    ):
        operations.move(connection, operation, State.DONE, NOON)
    assert operations.read(database, operation).state is State.STAGED


def test_one_that_names_an_identifier_twice_is_not_in_its_own_way(database: Database) -> None:
    with transaction(database) as connection:
        number = operations.write(
            connection, decision=decide(database), kind="stitch", steps=[], calls=2, send_after=NOON, at=NOON,
            holds=["identifier:SocialInstagram:1", "identifier:SocialInstagram:1"],
        )  # fmt: skip
    assert operations.holder_of(database, "identifier:SocialInstagram:1") == number


def test_operations_are_due_when_their_time_has_come(database: Database) -> None:
    operation = stage(database, 1)
    second = timedelta(seconds=1)
    assert operations.due(database, NOON - second) == []
    assert [one.id for one in operations.due(database, NOON)] == [operation]
    with transaction(database) as connection:
        assert operations.release(connection, [operation], NOON - second) == 1
        assert operations.release(connection, [operation], NOON) == 0
    assert [one.id for one in operations.due(database, NOON - second)] == [operation]


def test_half_a_sign_in_what_the_service_says_stops_nothing(database: Database) -> None:
    operation = stage(database, 1)
    with transaction(database) as connection:
        operations.move(connection, operation, State.FAILED, NOON, outcome="refused: \ud800")
        operations.update_step(connection, operation, 1, error="\udfff")
        line_stops.raise_stop(connection, operation, "last name: promised \ud800, got nothing", NOON)
    assert operations.read(database, operation).outcome == "refused: \\ud800"
    assert line_stops.open_stops(database)[0].reason == "last name: promised \\ud800, got nothing"


def test_an_unknown_operation_is_not_found(database: Database) -> None:
    with pytest.raises(NotFoundError, match="no operation 9"):
        operations.read(database, 9)


def test_an_operation_keeps_what_came_out_of_it_unless_another_does(database: Database) -> None:
    first, second = stage(database, 1), stage(database, 2)
    with transaction(database) as connection:
        assert operations.keep(connection, first, "contact:c3")
        assert not operations.keep(connection, first, "contact:c3")
        assert not operations.keep(connection, second, "contact:c3")
    assert operations.holder_of(database, "contact:c3") == first
    with transaction(database) as connection:
        operations.move(connection, first, State.WITHDRAWN, NOON)
    assert operations.holder_of(database, "contact:c3") is None
