"""A steward's desk on the small queue, and the workbench on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from reviewer.review.desk import Desk
from reviewer.testing import open_workbench_on
from reviewer.tui.surroundings import Surroundings
from tests.tui.pilot import Bench
from tests.tui.small_queue import steward_desk, write_small_queue

OpenBench = Callable[..., AbstractAsyncContextManager[Bench]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """The desk of the steward ada, at noon of a fixed day."""
    with write_small_queue(tmp_path / "queue.db", hostile=False) as database:
        yield steward_desk(database)


@pytest.fixture
def hostile_desk(tmp_path: Path) -> Iterator[Desk]:
    """The same with contacts whose names attack the screen."""
    with write_small_queue(tmp_path / "hostile.db") as database:
        yield steward_desk(database)


@pytest.fixture
def bench(desk: Desk) -> OpenBench:
    """Opens the workbench on the desk."""

    @asynccontextmanager
    async def opened(size: tuple[int, int] = (120, 36), **changes: object) -> AsyncIterator[Bench]:
        surroundings = Surroundings(environment="training", organisation="ACME", host="api.acme.example", **changes)  # type: ignore[arg-type]
        async with open_workbench_on(desk, size, surroundings=surroundings) as pilot:
            yield Bench(pilot)

    return opened
