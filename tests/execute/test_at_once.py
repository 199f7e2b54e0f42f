"""As many operations at the same time as the rate and the answers need, and no more are taken up than there is room."""

import asyncio
from collections.abc import Iterator

import pytest

from reviewer.execute.at_once import LEAST, MOST, AtOnce, work_through
from tests.execute.scene import until_async


class Client:
    """The pace and the queue of a client, as a test wants them."""

    def __init__(self, pace: float | None = None, waiting: int = 0) -> None:
        self._pace, self.queue = pace, waiting

    def pace(self) -> float | None:
        return self._pace

    def waiting(self) -> int:
        return self.queue


def at_once(client: Client) -> AtOnce:
    return AtOnce(client)  # type: ignore[arg-type]


@pytest.mark.parametrize(("pace", "wanted"), [(None, LEAST), (0.5, LEAST), (5, 10), (50, MOST), (16_667, MOST)])
def test_calls_for_two_seconds_of_the_rate_are_prepared(pace: float | None, wanted: int) -> None:
    assert at_once(Client(pace)).now == wanted


def test_slow_answers_let_more_be_taken_up_and_a_queue_fewer() -> None:
    client = Client(5)
    found = at_once(client)
    for _ in range(100):
        found.look()
    assert found.now == MOST
    client.queue = 9
    for _ in range(100):
        found.look()
    assert found.now == 10


def test_a_short_queue_changes_nothing() -> None:
    found = at_once(Client(5, waiting=2))
    for _ in range(10):
        found.look()
    assert found.now == 10


async def test_only_as_many_are_taken_up_as_there_is_room_for() -> None:
    taken: list[int] = []
    free = asyncio.Event()
    most = under_way = 0

    def several() -> Iterator[int]:
        for number in range(100_000):
            taken.append(number)
            yield number

    async def act(number: int) -> None:
        nonlocal most, under_way
        under_way += 1
        most = max(most, under_way)
        await free.wait()
        under_way -= 1

    working = asyncio.create_task(work_through(several(), act, room=lambda: 7, is_over=lambda: len(taken) >= 50))
    await until_async(lambda: under_way == 7)
    assert len(taken) == 7
    free.set()
    await working
    assert most == 7 and len(taken) == 50


async def test_what_one_raises_is_raised_when_those_under_way_have_ended() -> None:
    ended: list[int] = []

    async def act(number: int) -> None:
        if number == 1:
            raise ValueError("one of them")
        await asyncio.sleep(0.01)
        ended.append(number)

    with pytest.raises(ValueError, match="one of them"):
        await work_through(iter(range(10)), act, room=lambda: 3)
    assert ended == [0, 2]


async def test_giving_up_gives_up_those_under_way() -> None:
    begun, given_up = asyncio.Event(), 0

    async def act(number: int) -> None:
        nonlocal given_up
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            given_up += 1
            raise

    working = asyncio.create_task(work_through(iter(range(10)), act, room=lambda: 3))
    await begun.wait()
    working.cancel()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert given_up == 3
