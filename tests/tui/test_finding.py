"""What an executor found left open is told: while it is read back, once when it ended, and not over what one does."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from reviewer.domain.journal import State
from reviewer.review import candidate, decide
from reviewer.review.desk import Desk
from reviewer.store import left_open, operations
from reviewer.store.transaction import transaction
from reviewer.testing import wait_for
from reviewer.tui.surroundings import Surroundings
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import NOON

BOTH_SIZES = pytest.mark.parametrize("size", [(80, 24), (120, 36)])


@dataclass
class Executor:
    """Counts how often somebody wanted an executor for what is under way; says ``sentence``."""

    sentence: str = "the executor was started (process 7)"
    asked: int = 0

    def __call__(self) -> str:
        self.asked += 1
        return self.sentence


def approve(desk: Desk, number: int) -> list[int]:
    """So many approved operations."""
    from reviewer.review import queue

    found = []
    for one in list(queue.all_numbers(desk, kind="duplicate"))[:number]:
        found.append(decide.merge(desk, candidate.view(desk, one)).operation or 0)
    return found


def move(desk: Desk, number: int, *states: State) -> None:
    with transaction(desk.database) as connection:
        for state in states:
            operations.move(connection, number, state, NOON, outcome="")


def lose_answer(desk: Desk, number: int) -> None:
    """An executor sent it, and was killed or heard nothing."""
    move(desk, number, State.SENDING, State.UNCLEAR)
    with transaction(desk.database) as connection:
        operations.update_step(connection, number, 1, state="unclear", answered_at="2026-11-23T12:00:00.000000Z")


def executor_begins(desk: Desk) -> None:
    left_open.begin(desk.database, NOON, restored=False)


@BOTH_SIZES
async def test_what_was_left_open_is_told_while_it_is_read_back_and_once_when_it_ended(
    bench: OpenBench, desk: Desk, size: tuple[int, int]
) -> None:
    first, second, third = approve(desk, 3)
    for number in (first, second, third):
        lose_answer(desk, number)
    executor_begins(desk)
    async with bench(size) as it:
        assert it.said == "left open: 3 of 3 operations to be read back, the last from 12:02:00 UTC on"
        assert it.said in it.text
        move(desk, first, State.CONFIRMED, State.DONE)
        await wait_for(it.pilot, lambda: it.said.endswith("so far 1 done"))
        assert it.said.startswith("left open: 2 of 3 operations")
        move(desk, second, State.VOID)
        move(desk, third, State.STAGED)
        await wait_for(it.pilot, lambda: it.said.startswith("recovered"))
        assert it.said == "recovered: 3 operations: 1 done, 1 void, 1 staged again; o shows them"
        await it.press("j")
        await it.press("n", "escape")
        it.screen.look_at_progress()
        assert "recovered" not in it.said


async def test_progress_is_not_told_over_what_the_steward_does_but_the_end_is(bench: OpenBench, desk: Desk) -> None:
    first, second = approve(desk, 2)
    for number in (first, second):
        lose_answer(desk, number)
    executor_begins(desk)
    async with bench() as it:
        assert it.said.startswith("left open")
        it.screen.message.say("note: kept")
        move(desk, first, State.CONFIRMED, State.DONE)
        it.screen.look_at_progress()
        assert it.said == "note: kept"
        move(desk, second, State.CONFIRMED, State.DONE)
        it.screen.look_at_progress()
        assert it.said == "recovered: 2 operations: 2 done; o shows them"


async def test_the_time_follows_what_becomes_unclear_later(bench: OpenBench, desk: Desk) -> None:
    first, second = approve(desk, 2)
    lose_answer(desk, first)
    move(desk, second, State.SENDING)
    executor_begins(desk)
    async with bench() as it:
        assert "the last from 12:02:00 UTC on" in it.said
        move(desk, second, State.UNCLEAR)
        with transaction(desk.database) as connection:
            operations.update_step(connection, second, 1, state="unclear", answered_at="2026-11-23T12:00:07.000000Z")
        it.screen.look_at_progress()
        assert it.said == "left open: 2 of 2 operations to be read back, the last from 12:02:07 UTC on"


async def test_an_executor_is_wanted_for_what_is_under_way_and_not_again_at_once(bench: OpenBench, desk: Desk) -> None:
    lose_answer(desk, approve(desk, 1)[0])
    executor = Executor()
    async with bench(resume=executor) as it:
        assert executor.asked == 1
        assert it.said == "1 operation was left open: the executor was started (process 7)"
        it.screen.look_at_progress()
        assert executor.asked == 1


async def test_where_an_executor_is_at_work_nothing_is_said_of_it(bench: OpenBench, desk: Desk) -> None:
    lose_answer(desk, approve(desk, 1)[0])
    executor = Executor("")
    async with bench(resume=executor) as it:
        assert executor.asked == 1 and "left open" not in it.said


async def test_none_is_wanted_where_nothing_is_under_way_or_the_line_is_stopped(bench: OpenBench, desk: Desk) -> None:
    from reviewer.store import line_stops

    number = approve(desk, 1)[0]
    executor = Executor()
    async with bench(resume=executor) as it:
        assert executor.asked == 0
        with transaction(desk.database) as connection:
            line_stops.raise_stop(connection, number, "a surprise", NOON)
        move(desk, number, State.SENDING, State.CONFIRMED, State.FOLLOWING_UP)
        it.screen.look_at_progress()
        assert executor.asked == 0


async def test_what_was_found_long_ago_is_no_news(desk: Desk) -> None:
    from reviewer.testing import open_workbench_on, workbench

    number = approve(desk, 1)[0]
    lose_answer(desk, number)
    executor_begins(desk)
    move(desk, number, State.VOID)
    for days, told in ((0, True), (2, False)):
        later = NOON + timedelta(days=days)
        at = replace(desk, clock=lambda later=later: later)  # type: ignore[misc]
        async with open_workbench_on(at, (120, 36), surroundings=Surroundings()) as pilot:
            assert ("recovered: 1 operation: 1 void; o shows it" in workbench(pilot).message.sentence) is told
