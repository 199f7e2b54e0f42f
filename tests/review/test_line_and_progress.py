"""How things stand, and letting the line go on after a surprise."""

import json
from datetime import UTC, timedelta

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.domain.window import windows
from reviewer.review import candidate, decide, stage
from reviewer.review.decide import Decided
from reviewer.review.defer import defer
from reviewer.review.desk import Pace
from reviewer.review.line import acknowledge, acknowledgements
from reviewer.review.operations import seen
from reviewer.review.progress import progress
from reviewer.review.steward import present_steward
from reviewer.store import audit, contacts, derivation, line_stops, operations
from reviewer.store.transaction import transaction
from tests.review.people import World


def test_a_stopped_line_goes_on_when_a_steward_says_what_they_found(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    with transaction(world.database) as connection:
        line_stops.raise_stop(connection, decided.operation or 0, "title: promised Mr, got Dr", world.clock())
    assert progress(world.desk).line_stops[0].reason == "title: promised Mr, got Dr"
    with pytest.raises(RefusedError, match="say in a note"):
        acknowledge(world.desk, "  ")
    assert progress(world.desk).line_stops
    (stop,) = acknowledge(world.desk, "a colleague changed it")
    assert progress(world.desk).line_stops == ()
    (entry,) = audit.entries(world.database, "line")
    assert entry.payload is not None and entry.steward == "ada"
    assert json.loads(entry.payload) == {
        "note": "a colleague changed it",
        "stops": [{"stop": stop.id, "operation": decided.operation}],
    }
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
        if state in (State.DONE_WITH_DIFFERENCES, State.PARTIAL):
            operations.move(connection, decided.operation or 0, State.CONFIRMED, world.clock())
        if state is State.PARTIAL:
            operations.move(connection, decided.operation or 0, State.FOLLOWING_UP, world.clock())
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


def stopped_twice(world: World) -> list[int]:
    """Two operations that stopped the line; the numbers of their stops."""
    for pair in (("a", "b"), ("c", "d")):
        decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate(*pair)))
        end(world, decided, State.DONE_WITH_DIFFERENCES)
        with transaction(world.database) as connection:
            line_stops.raise_stop(connection, decided.operation or 0, f"operation {decided.operation}", world.clock())
    return [stop.id for stop in line_stops.open_stops(world.database)]


def test_only_what_was_seen_is_acknowledged(world: World) -> None:
    first, second = stopped_twice(world)
    with pytest.raises(
        RefusedError, match=rf"name each one .*--stop {first}: operation 1; --stop {second}: operation 2"
    ):
        acknowledge(world.desk, "looked at one")
    assert [stop.id for stop in acknowledge(world.desk, "looked at one", [first])] == [first]
    assert [stop.id for stop in progress(world.desk).line_stops] == [second]
    with pytest.raises(RefusedError, match=rf"stop {first} is not open any more; look at {second}"):
        acknowledge(world.desk, "again", [first])
    (looked,) = acknowledgements(world.desk, [1, 2])
    assert looked == (1, "ada", world.clock(), "looked at one")


@pytest.mark.parametrize("state", [State.VOID, State.FAILED, State.PARTIAL])
def test_a_faulty_end_that_was_seen_waits_for_nobody(world: World, state: State) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    number = decided.operation or 0
    with pytest.raises(RefusedError, match="is staged: u takes it back"):
        seen(world.desk, number, "?")
    end(world, decided, state)
    with pytest.raises(RefusedError, match="say in a note"):
        seen(world.desk, number, " ")
    assert progress(world.desk).faulty == 1
    seen(world.desk, number, "settled by hand")
    assert progress(world.desk).faulty == 0
    entry = list(audit.entries(world.database, f"operation:{number}"))[-1]
    assert entry.payload is not None and (entry.act, entry.steward) == ("seen", "ada")
    assert json.loads(entry.payload) == {"state": state.value, "note": "settled by hand"}
    with pytest.raises(RefusedError, match="looked at already, by ada"):
        seen(world.desk, number, "again")


def test_seeing_what_stopped_the_line_lets_it_go_on(world: World) -> None:
    _, second = stopped_twice(world)
    seen(world.desk, 1, "fine")
    assert [stop.id for stop in progress(world.desk).line_stops] == [second]


def test_what_is_sent_next_waits_for_the_window_unless_it_was_released_for_any_hour(world: World) -> None:
    nights = windows("20:00-06:00", UTC)
    desk = world.desk_of("ada", cool_off=timedelta(0), pace=Pace(nights))
    decide.merge(desk, candidate.view(desk, world.candidate("a", "b")))
    assert progress(desk).next_send == nights.next_opening(world.clock())
    found = stage.staging(desk)
    assert found.opens_at == found.begins_at == nights.next_opening(world.clock()) and found.window == "20:00-06:00"
    stage.release(desk)
    assert progress(desk).next_send == nights.next_opening(world.clock())
    stage.release(desk, outside_window=True)
    assert progress(desk).next_send == world.clock()


def test_the_staging_area_counts_every_call_and_leaves_its_share_of_the_rate_free(world: World) -> None:
    desk = world.desk_of("ada", pace=Pace(share_free=0.2))
    assert stage.staging(desk)[:2] == (0, 0) and stage.staging(desk).done_at is None
    decide.merge(desk, candidate.view(desk, world.candidate("a", "b")))
    decide.merge(desk, candidate.view(desk, world.candidate("c", "d")))
    found = stage.staging(desk)
    assert (found.operations, found.calls, found.per_minute) == (2, sum(row.calls for row in stage.staged(desk)), 240)
    stopped_at = world.clock()
    with transaction(world.database) as connection:
        line_stops.raise_stop(connection, 1, "a surprise", stopped_at)
    assert stage.staging(desk).done_at is None and stage.staging(desk).line_stopped
