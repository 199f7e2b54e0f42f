"""The rate of what is at work, on the status line: there while it is true, and it costs an idle screen nothing."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from reviewer.review.desk import Desk
from reviewer.store.api_rates import ApiRate, RateBoard
from reviewer.testing import open_workbench_on, screen_text, wait_for
from reviewer.tui.surroundings import Surroundings
from tests.tui.small_queue import NOON

MINUTE = timedelta(minutes=1)


@dataclass
class Hands:
    """A clock that is moved by hand."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


def tell_of_another_process(path: Path, process: int, command: str, used: int) -> None:
    """What another process's board writes."""
    from reviewer.store.clock import text_of

    with sqlite3.connect(path) as other:
        other.execute(
            "INSERT OR REPLACE INTO api_rate VALUES (?, ?, ?, 300, ?)", (process, command, used, text_of(NOON + MINUTE))
        )
    other.close()


async def test_the_rate_comes_with_what_is_at_work_and_goes_with_its_window(desk: Desk) -> None:
    clock, path = Hands(), desk.database.path
    async with open_workbench_on(replace(desk, clock=clock)) as pilot:
        top: Callable[[], str] = lambda: screen_text(pilot).splitlines()[0]  # noqa: E731
        assert "rate" not in top()
        tell_of_another_process(path, 1, "execute", 212)
        await wait_for(pilot, lambda: "│ rate 212/300" in top())
        tell_of_another_process(path, 2, "sync", 80)
        await wait_for(pilot, lambda: "│ rate 212/300 + 80/300 (sync)" in top())
        clock.now += 2 * MINUTE
        await wait_for(pilot, lambda: "rate" not in top())


async def test_what_is_alone_at_work_is_named_unless_it_is_the_executor(desk: Desk) -> None:
    board = RateBoard(desk.database.path)
    board.tell(ApiRate("load ids", 80, 300, NOON + MINUTE), NOON)
    async with open_workbench_on(desk) as pilot:
        assert "│ rate 80/300 (load ids)" in screen_text(pilot)
    board.withdraw(NOON)


@pytest.mark.parametrize(("width", "shown"), [(120, True), (80, True), (60, False)])
async def test_the_rate_gives_way_to_what_a_steward_needs_more(desk: Desk, width: int, shown: bool) -> None:
    path = desk.database.path
    tell_of_another_process(path, 1, "execute", 212)
    surroundings = Surroundings(environment="acme-production-of-the-north", production=True)
    async with open_workbench_on(desk, (width, 24), surroundings=surroundings) as pilot:
        top = screen_text(pilot).splitlines()[0]
    assert ("rate 212/300" in top) is shown
    assert "PRODUCTION" in top and "to review" in top
