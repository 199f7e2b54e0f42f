"""How many operations are under way at the same time, and the working through of many of them.

As many as the rate and the service's answers need: an operation waits for its answers most of the time, so to use a
rate of r calls a second at l seconds an answer, r × l calls must be on their way. More than that only wait for their
turn, while what was read of their contacts grows old. So calls for two seconds of the rate are prepared; where none
waits for its turn although there is more to do, the answers are slow, and one more is taken up.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from reviewer.genesys.client import GenesysClient

T = TypeVar("T")

LEAST, MOST = 4, 32
"""Operations at the same time; the rate is kept by the client, and no two touch one contact."""

SECONDS_AHEAD = 2.0
"""Seconds of the rate for which calls are prepared; well under the age at which a reading is too old to be sent on."""

_LOOK_SECONDS = 0.05
_LONG_QUEUE = 4
"""Calls that wait for their turn when answers are certainly not what is waited for."""


@dataclass
class AtOnce:
    """How many operations may be under way now. Ask ``look`` from time to time."""

    client: GenesysClient
    _more: int = 0

    @property
    def now(self) -> int:
        """Between ``LEAST`` and ``MOST``."""
        prepared = math.ceil((self.client.pace() or 0) * SECONDS_AHEAD)
        return min(MOST, max(LEAST, prepared) + self._more)

    def look(self) -> None:
        """Take in whether calls wait for their turn."""
        waiting = self.client.waiting()
        if waiting == 0:
            self._more = min(self._more + 1, MOST - LEAST)
        elif waiting > _LONG_QUEUE:
            self._more = max(0, self._more - 1)


async def work_through(
    several: Iterator[T],
    act: Callable[[T], Awaitable[None]],
    *,
    room: Callable[[], int],
    look: Callable[[], None] = lambda: None,
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """Act on each, up to ``room()`` at the same time; the next is taken only when there is room for it.

    Nothing more is taken up when ``is_over()``, or when one of the acts raised: that is raised when those under way
    have ended.
    """
    under_way: set[asyncio.Task[None]] = set()
    raised: list[asyncio.Task[None]] = []
    clock = asyncio.get_running_loop().time
    looked = clock()
    try:
        while not raised:
            while len(under_way) < room() and not is_over() and (one := next(several, None)) is not None:
                under_way.add(asyncio.ensure_future(_awaited(act(one))))
            if not under_way:
                break
            done, under_way = await asyncio.wait(under_way, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
            raised = [task for task in done if _has_raised(task)]
            if clock() - looked >= _LOOK_SECONDS:
                looked = clock()
                look()
    except asyncio.CancelledError:
        for task in under_way:
            task.cancel()
        raise
    finally:
        if under_way:
            await asyncio.wait(under_way)
    for task in (*raised, *under_way):
        task.result()


async def _awaited(act: Awaitable[None]) -> None:
    await act


def _has_raised(task: asyncio.Task[None]) -> bool:
    return task.cancelled() or task.exception() is not None
