"""Keeping to the rate that the service's own answers allow: spread evenly, never guessed.

Every answer tells how many calls of the current window are used, how many are allowed, and in how many whole
seconds the window ends. The seconds are rounded, and which way is not documented, so the end of a window is known
only to a second: calls are spread to be through by its earliest possible end, and what no longer fits waits for its
latest.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

QUICK_CALLS = 4
"""Calls that may go at once after a pause, so that opening one candidate does not feel slow."""

LONGEST_REFUSAL = 300.0
"""Seconds that one 429 can hold everybody up, whatever it asks for: after that the service is asked again."""

_ROUNDING = 1.0
_LONGEST_NAP = 1.0
_RETRY_MARGIN = 1.0


class RateSnapshot(NamedTuple):
    """For the status line: calls used and allowed in this window; both 0 until an answer told them."""

    used: int
    allowed: int


@dataclass
class _Window:
    """What is known of the window that calls now count against; times are on the monotonic clock."""

    used: int
    allowed: int
    started: float
    earliest_end: float
    latest_end: float
    told: bool = True
    """Whether an answer told its end; else it is assumed to be as long as those before."""


class Rate:
    """The pace of one token. ``share_left_free`` (0 to 0.9) of what is allowed is left for others."""

    def __init__(
        self, share_left_free: float = 0.0, *, clock: Clock = time.monotonic, sleep: Sleep = asyncio.sleep
    ) -> None:
        if not 0 <= share_left_free <= 0.9:
            raise ValueError("the share left free must be between 0 and 0.9")
        self._share = 1 - share_left_free
        self._clock = clock
        self._sleep = sleep
        self._turn = asyncio.Lock()
        self._window: _Window | None = None
        self._length = 0.0
        self._next_slot = -math.inf
        self._blocked_until = -math.inf
        self._in_flight = 0
        self._unlimited = False
        self._landed = asyncio.Event()

    async def admit(self) -> None:
        """Wait until one more call may be sent; callers are served in the order they came."""
        async with self._turn:
            while self._window is None and self._in_flight and not self._unlimited:
                # The first call of a token finds out what is allowed; the others wait for what it learns.
                self._landed.clear()
                await self._landed.wait()
            while (delay := self._delay()) > 0:
                await self._sleep(min(delay, _LONGEST_NAP))
            self._take()

    def answered(self, headers: Mapping[str, str]) -> None:
        """Take in what an answer tells of the rate. Call once for each admitted call that was answered."""
        self._land()
        allowed = _whole(headers.get("inin-ratelimit-allowed"))
        used = _whole(headers.get("inin-ratelimit-count"))
        reset = _whole(headers.get("inin-ratelimit-reset"))
        if allowed is None or used is None or reset is None or allowed < 1:
            self._unlimited = self._window is None
            return
        now = self._clock()
        window, end = self._window, now + reset
        if window is None or now >= window.latest_end or end > window.latest_end + _ROUNDING:
            self._length = max(self._length, float(reset))
            self._window = _Window(used + self._in_flight, allowed, now, end - _ROUNDING, end + _ROUNDING)
        elif end > (window.earliest_end - _ROUNDING if window.told else window.started + _ROUNDING):
            self._refine(window, used, allowed, end)
        # Otherwise the answer is a late one of the window before, and says nothing of this one.

    def lost(self) -> None:
        """An admitted call got no answer."""
        self._land()

    def refused(self, retry_after: float) -> None:
        """The service asked for a pause of that many seconds: nobody sends before it is over."""
        pause = min(retry_after, LONGEST_REFUSAL) + _RETRY_MARGIN
        self._blocked_until = max(self._blocked_until, self._clock() + pause)

    def new_token(self) -> None:
        """Limits belong to a token, so a new one starts a window of its own."""
        self._window = None
        self._unlimited = False

    def seconds_to_room(self) -> float | None:
        """Until the window has certainly ended, if it is used up; ``None`` if it is not, or if none is known."""
        window = self._window
        if window is None or window.used < window.allowed:
            return None
        return max(0.0, window.latest_end - self._clock())

    def snapshot(self) -> RateSnapshot:
        """Used and allowed as last told; used is 0 once the window has ended."""
        window = self._window
        if window is None:
            return RateSnapshot(0, 0)
        return RateSnapshot(window.used if self._clock() < window.latest_end else 0, window.allowed)

    def _land(self) -> None:
        self._in_flight = max(0, self._in_flight - 1)
        self._landed.set()

    def _refine(self, window: _Window, used: int, allowed: int, end: float) -> None:
        # Answers overtake each other, so a smaller count says nothing unless this was the only call out.
        window.used = used if self._in_flight == 0 else max(window.used, used)
        window.allowed = allowed
        if not window.told:
            window.told, window.earliest_end, window.latest_end = True, -math.inf, math.inf
        window.earliest_end = max(window.earliest_end, end - _ROUNDING)
        window.latest_end = min(window.latest_end, end + _ROUNDING)

    def _delay(self) -> float:
        """Seconds until a call may be sent; at most 0 if now."""
        now = self._clock()
        delay = self._blocked_until - now
        window = self._window
        if window is None:
            return delay
        if now >= window.latest_end:
            return max(delay, self._next_slot - now)
        if window.used >= self._budget(window):
            return max(delay, window.latest_end - now)
        return max(delay, self._next_slot - now)

    def _take(self) -> None:
        self._in_flight += 1
        window = self._window
        if window is None:
            return
        now = self._clock()
        if now >= window.latest_end:
            end = now + self._length
            self._window = window = _Window(0, window.allowed, now, end - _ROUNDING, end, told=False)
        left = self._budget(window) - window.used
        interval = max(0.0, window.earliest_end - now) / left
        self._next_slot = max(self._next_slot, now - QUICK_CALLS * interval) + interval
        window.used += 1

    def _budget(self, window: _Window) -> int:
        return max(1, int(window.allowed * self._share))


def _whole(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
