"""How things stand, and letting the line go on after a surprise."""

import json
from datetime import timedelta

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.review import candidate, decide, stage
from reviewer.review.decide import Decided
from reviewer.review.defer import defer
from reviewer.review.line import acknowledge
from reviewer.review.progress import progress
from reviewer.review.steward import present_steward
from reviewer.store import audit, contacts, derivation, line_stops, operations
from reviewer.store.transaction import transaction
from tests.review.people import World


def test_a_stopped_line_goes_on_when_a_steward_says_what_they_found(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    with transaction(world.database) as connection:
        line_stops.raise_stop(connection, decided.operation or 0, "title: promised Mr, got Dr", world.clock())
    assert progress(world.desk).line_stops == ("title: promised Mr, got Dr",)
    with pytest.raises(RefusedError, match="say in a note"):
        acknowledge(world.desk, "  ")
    assert progress(world.desk).line_stops
    assert acknowledge(world.desk, "a colleague changed it") == 1
    assert progress(world.desk).line_stops == ()
    (entry,) = audit.entries(world.database, "line")
    assert entry.payload is not None and entry.steward == "ada"
    assert json.loads(entry.payload) == {"note": "a colleague changed it", "stops": 1}
    with pytest.raises(RefusedError, match="not stopped"):
        acknowledge(world.desk, "again")


def test_the_next_sending_is_that_of_the_operation_whose_turn_comes_first(world: World) -> None:
    decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    hasty = world.desk_of("ada", cool_off=timedelta(minutes=1))
    second = decide.merge(hasty, candidate.view(hasty, world.candidate("c", "d")))
    found = progress(world.desk)
    assert found.staged == 2 and found.next_send == world.clock() + timedelta(minutes=1)
    stage.release(world.desk)
    assert progress(world.desk).next_send == world.clock()
    assert {line.operation for line in found.newest} == {1, second.operation}


def test_nothing_staged_is_nothing_to_send(world: World) -> None:
    found = progress(world.desk)
    assert found.next_send is None and found.staged == 0
    assert found.to_review == {"duplicate": 3, "stitch": 1, "shared": 1}


def test_a_steward_is_the_user_of_the_process_whatever_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "somebody else")
    assert present_steward({}).name != "somebody else"
    assert present_steward({"SUDO_USER": "bea"}).sudo_user == "bea"


def end(world: World, decided: Decided, state: State) -> None:
    with transaction(world.database) as connection:
        if state is not State.VOID:
            operations.move(connection, decided.operation or 0, State.SENDING, world.clock())
        if state is State.DONE_WITH_DIFFERENCES:
            operations.move(connection, decided.operation or 0, State.CONFIRMED, world.clock())
        operations.move(connection, decided.operation or 0, state, world.clock())
    derivation.rebuild(world.database, world.today)


@pytest.mark.parametrize("answer", ["distinct", "merge", "defer"])
def test_what_failed_waits_for_a_steward_until_one_has_answered_it(world: World, answer: str) -> None:
    number = world.candidate("a", "b")
    decided = decide.merge(world.desk, candidate.view(world.desk, number))
    assert progress(world.desk).faulty == 0
    end(world, decided, State.VOID)
    assert progress(world.desk).faulty == 1
    view = candidate.view(world.desk, number)
    if answer == "defer":
        defer(world.desk, view, world.today + timedelta(days=1))
    else:
        {"distinct": decide.distinct, "merge": decide.merge}[answer](world.desk, view)
    assert progress(world.desk).faulty == 0


def test_what_was_merged_elsewhere_is_nothing_to_look_at_once_its_candidate_is_gone(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    contacts.mark_gone(world.database, ["b"])
    end(world, decided, State.MERGED_ELSEWHERE)
    assert progress(world.desk).faulty == 0


def test_differences_count_until_they_are_acknowledged(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    end(world, decided, State.DONE_WITH_DIFFERENCES)
    with transaction(world.database) as connection:
        line_stops.raise_stop(connection, decided.operation or 0, "title: promised Mr, got Dr", world.clock())
    assert progress(world.desk).faulty == 1
    acknowledge(world.desk, "a colleague changed it")
    assert progress(world.desk).faulty == 0
