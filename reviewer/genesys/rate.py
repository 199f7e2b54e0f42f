"""Keeping to the rate that the service's own answers allow: spread evenly, never guessed.

Every answer tells how many calls of the current window are used, how many are allowed, and in how many whole
seconds the window ends (``genesys.window`` makes of that what can be known). Calls are spread so that they are
through when the window may end; the last of them is kept for the time in which it may have ended: if its answer
counts from the start again, nothing was waited for in vain, and either way the end of the next window is known
better.
"""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

from reviewer.genesys.window import Rounding, Told, Window, told_by

Clock = Callable[[], float]
Sleep = Callable[[float], Awaitable[object]]

QUICK_CALLS = 4
"""Calls that may go at once after a pause, so that opening one candidate does not feel slow."""

HURRY = 1.5
"""How many times faster than the even pace calls may go to catch up: what lay idle is not made up in a burst."""

LONGEST_REFUSAL = 300.0
"""Seconds that one 429 can hold everybody up, whatever it asks for: after that the service is asked again."""

USUAL_LENGTH = 60.0
"""Seconds of a window until one was seen from its beginning: the service's limits are per minute."""

_LONGEST_NAP = 0.1
_RETRY_MARGIN = 1.0
_SOON = 1.0
"""Seconds after the end of a window in which the next one still tells its whole length."""
_ENOUGH_TO_JUDGE = 0.25
"""Part of a window from which the pace of others is judged: a few calls in its first second say little."""
_WELL_KNOWN = 0.1
"""Seconds within which the end of a window need not be known better."""


class RateSnapshot(NamedTuple):
    """For the status line: calls used and allowed in this window, and the seconds to its end; 0 until told."""

    used: int
    allowed: int
    seconds: float = 0.0


class Ticket:
    """A call that was let through; given back once with what became of it."""

    __slots__ = ("interval", "sent")

    def __init__(self, sent: float, interval: float = 0.0) -> None:
        self.sent = sent
        self.interval = interval
        """Seconds by which it put off the turns behind it."""


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
        self._window: Window | None = None
        self._rounding = Rounding()
        self._length = USUAL_LENGTH
        self._next_slot = -math.inf
        self._blocked_until = -math.inf
        self._flying: set[Ticket] = set()
        self._lost: list[Ticket] = []
        self._unlimited = False
        self._landed = asyncio.Event()
        self._waiting = 0

    @property
    def waiting(self) -> int:
        """Calls that wait for their turn now."""
        return self._waiting

    @property
    def pace(self) -> float | None:
        """Calls a second that may be sent on average, once an answer told it; None until then and without a limit."""
        return None if self._window is None else self._budget(self._window) / self._length

    async def admit(self) -> Ticket:
        """Wait until one more call may be sent; callers are served in the order they came."""
        self._waiting += 1
        try:
            return await self._admit()
        finally:
            self._waiting -= 1

    async def _admit(self) -> Ticket:
        async with self._turn:
            while self._window is None and self._flying and not self._unlimited:
                # The first call of a token finds out what is allowed; the others wait for what it learns.
                self._landed.clear()
                await self._landed.wait()
            while (delay := self._delay()) > 0:
                await self._sleep(min(delay, _LONGEST_NAP))
            return self._take()

    def answered(self, ticket: Ticket, headers: Mapping[str, str]) -> None:
        """Take in what an answer tells of the rate. Call once for each admitted call that was answered."""
        if not self._land(ticket):
            return  # it was another token's
        told = told_by(headers)
        if told is None:
            self._unlimited = self._window is None
            return
        now, window = self._clock(), self._window
        if window is None:
            self._window = self._newly_told(told, ticket.sent, now)
        elif window.is_behind(told, ticket.sent, now):
            return
        elif not window.told:
            self._confirm(window, told, ticket.sent, now)
        elif window.is_before(told, ticket.sent):
            self._window = self._next_window(window, told, ticket.sent, now)
        else:
            window.learn(told, ticket.sent, now)
        self._lost = [lost for lost in self._lost if lost.sent > ticket.sent]  # the others are in the count now

    def lost(self, ticket: Ticket) -> None:
        """An admitted call got no answer; it may have been counted."""
        if self._land(ticket):
            self._lost.append(ticket)

    def unused(self, ticket: Ticket) -> None:
        """An admitted call was not sent after all, or was not counted: the next one gets its turn."""
        if self._land(ticket):
            self._next_slot -= ticket.interval

    def refused(self, retry_after: float) -> None:
        """The service asked for a pause of that many seconds: nobody sends before it is over."""
        pause = min(retry_after, LONGEST_REFUSAL) + _RETRY_MARGIN
        self._blocked_until = max(self._blocked_until, self._clock() + pause)

    def new_token(self) -> None:
        """Limits belong to a token, so a new one starts a window of its own."""
        self._window = None
        self._flying.clear()
        self._lost.clear()
        self._unlimited = False
        self._landed.set()

    def seconds_to_room(self) -> float | None:
        """Until the window has certainly ended, if it is used up; ``None`` if it is not, or if none is known."""
        window = self._window
        if window is None or self._used(window) < window.allowed:
            return None
        return max(0.0, self._rounding.latest(window) - self._clock())

    def snapshot(self) -> RateSnapshot:
        """Used and allowed as last told; used is 0 once the window has ended."""
        window = self._window
        if window is None:
            return RateSnapshot(0, 0)
        seconds = self._rounding.latest(window) - self._clock()
        return RateSnapshot(window.used, window.allowed, seconds) if seconds > 0 else RateSnapshot(0, window.allowed)

    def _land(self, ticket: Ticket) -> bool:
        """Whether the call was of this token and had not landed yet."""
        flew = ticket in self._flying
        self._flying.discard(ticket)
        self._landed.set()
        return flew

    def _next_window(self, before: Window, told: Told, sent: float, now: float) -> Window:
        """The window of an answer that counts in a later one than was thought."""
        if told.used < before.used:
            self._rounding.outlasted(before)
            self._rounding.ended(before, now)
            if sent < self._rounding.latest(before) + _SOON:
                self._length = max(1.0, told.reset)
        return self._newly_told(told, sent, now)

    def _newly_told(self, told: Told, sent: float, now: float) -> Window:
        """The window of the first answer that tells of it; a window is at least as long as what is left of it."""
        self._length = max(self._length, told.reset)
        return Window.of(told, sent, now)

    def _confirm(self, window: Window, told: Told, sent: float, now: float) -> None:
        """The first answer of a window that was assumed to have begun."""
        if told.used >= window.used_before:
            self._rounding = Rounding()  # it had not, so what was learned of the end does not hold
        elif window.begun < window.not_before + _SOON:
            self._length = max(1.0, told.reset)
        window.learn(told, sent, now)

    def _used(self, window: Window) -> int:
        """The most calls that the window can have counted: those told, those on their way, those lost since."""
        return window.used + len(self._flying) + len(self._lost)

    def _budget(self, window: Window) -> int:
        """Calls of a window that are ours to send."""
        return max(1, int(window.allowed * self._share))

    def _left(self, window: Window, now: float) -> int:
        """How many calls may still be sent in the window, with what others of this token will probably use."""
        others = window.used_by_others(len(self._flying) + len(self._lost))
        begun = min(window.begun, self._rounding.earliest(window) - self._length)
        seen = max(self._length * _ENOUGH_TO_JUDGE, now - begun)
        expected = others / seen * max(0.0, self._rounding.latest(window) - now)
        return self._budget(window) - self._used(window) - round(expected)

    def _delay(self) -> float:
        """Seconds until a call may be sent; at most 0 if now."""
        now = self._clock()
        window = self._window
        if window is None:
            return self._blocked_until - now
        earliest, latest = self._rounding.earliest(window), self._rounding.latest(window)
        may_go = max(self._blocked_until, self._next_slot)
        if now < latest:
            left = self._left(window, now)
            if left < 1:
                may_go = max(may_go, latest)
            elif left == 1 and latest - earliest > _WELL_KNOWN:
                may_go = max(may_go, (earliest + latest) / 2)
        return may_go - now

    def _take(self) -> Ticket:
        now = self._clock()
        ticket = Ticket(now)
        window = self._window
        if window is not None:
            if now >= (ended := self._rounding.latest(window)):
                self._rounding.outlasted(window)
                self._window = window = window.assumed_next(self._length, ended, now)
                self._lost.clear()
            even = self._length / self._budget(window)
            left = max(1, self._left(window, now))
            interval = max(even / HURRY, (self._rounding.earliest(window) - now) / left)
            self._next_slot = max(self._next_slot, now - QUICK_CALLS * interval) + interval
            ticket.interval = interval
        self._flying.add(ticket)
        return ticket
