"""A window of the rate limit, as far as the answers tell of it.

An answer gives the end of its window in whole seconds from its making. Which way they are rounded is not documented,
so one answer tells the end to two seconds; many answers of one window tell it to one; and what then remains is the
rounding itself, which stays the same and is learned from where the count began again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

SLACK = 0.02
"""Seconds by which two clocks, or the milliseconds of one, may differ."""


LONGEST = 3600
"""Seconds: the service's limits are per minute, so a window that would last longer than this is not believed."""
MOST = 10**9
"""Calls: a number beyond this is none."""


class Told(NamedTuple):
    """What one answer tells: calls used and allowed in its window, whole seconds until that ends."""

    used: int
    allowed: int
    reset: int


def told_by(headers: Mapping[str, str]) -> Told | None:
    """What an answer's headers tell of the rate; ``None`` if they tell nothing that makes sense."""
    values = [_whole(headers.get(f"inin-ratelimit-{name}")) for name in ("count", "allowed", "reset")]
    used, allowed, reset = values
    if used is None or allowed is None or reset is None:
        return None
    sensible = 0 <= used <= MOST and 1 <= allowed <= MOST and 0 <= reset <= LONGEST
    return Told(used, allowed, reset) if sensible else None


@dataclass
class Window:
    """What is known of the window that calls count against; times are in seconds on the monotonic clock.

    ``low`` and ``high`` bound the end plus the part of a second that the service's rounding adds (0 to 1), which
    ``Rounding`` takes off again.
    """

    used: int
    """The highest count that was told."""
    allowed: int
    low: float
    high: float
    begun: float
    """When its first call was sent, as far as this process knows."""
    ours: int = 0
    """Calls of this process that the count is known to hold."""
    last_sent: float = 0.0
    """When the latest call that it counted was sent: it had not ended then."""
    told: bool = True
    """Whether an answer told of it; else it is assumed to follow the one before."""
    used_before: int = 0
    """The highest count of the window before, where this one is assumed."""
    not_before: float = 0.0
    """The end of the window before, where this one is assumed."""

    @classmethod
    def of(cls, told: Told, sent: float, received: float) -> "Window":
        """The window that an answer tells of, where nothing was known before."""
        low, high = sent + told.reset, received + told.reset + 1
        return cls(told.used, told.allowed, low, high, begun=sent, ours=1, last_sent=sent)

    def assumed_next(self, length: float, ended: float, now: float) -> "Window":
        """The window after this one, until an answer tells of it: it began when this one ended, or begins now."""
        low, high = self.low + length - 1, now + length + 2
        return Window(0, self.allowed, low, high, now, told=False, used_before=self.used, not_before=ended)

    def is_before(self, told: Told, sent: float) -> bool:
        """Whether an answer tells of a later window than this one."""
        return sent + told.reset > self.high + SLACK

    def is_behind(self, told: Told, sent: float, received: float) -> bool:
        """Whether an answer is a late one, of a window before this one."""
        return sent < self.begun and received + told.reset + 1 < self.low - SLACK

    def learn(self, told: Told, sent: float, received: float) -> None:
        """Take in another answer of this window."""
        low, high = sent + told.reset, received + told.reset + 1
        if not self.told and (low > self.high or high < self.low):
            self.low, self.high = low, high  # the assumption was wrong
        if told.reset > 1:  # a service may never say 0, so 1 can be anything below
            self.low = max(self.low, low)
        self.high = min(self.high, high)
        self.low = min(self.low, self.high)
        self.used = max(self.used, told.used)
        self.allowed = told.allowed
        self.ours += 1
        self.last_sent = max(self.last_sent, sent)
        self.told = True

    def used_by_others(self, uncertain: int) -> int:
        """Calls of others with the same token that the count must hold; ``uncertain`` of ours may be in it too."""
        return max(0, self.used - self.ours - uncertain) if self.told else 0


class Rounding:
    """How much of a second the service's rounding adds to the end it tells: between 0 and 1, learned at each end."""

    def __init__(self) -> None:
        self._least, self._most = 0.0, 1.0

    def earliest(self, window: Window) -> float:
        """The earliest time at which the window can end."""
        return min(window.low - self._most, self.latest(window))

    def latest(self, window: Window) -> float:
        """The latest time at which the window can end."""
        return window.high - self._least

    def outlasted(self, window: Window) -> None:
        """The window is over; it had not ended when the last call that it counted was sent."""
        if window.told:
            self._narrow(0.0, window.high - window.last_sent + SLACK)

    def ended(self, window: Window, at: float) -> None:
        """The window is known to have ended by then: an answer counted in a later one."""
        self._narrow(window.low - at - SLACK, 1.0)

    def _narrow(self, least: float, most: float) -> None:
        least, most = max(self._least, least), min(self._most, most)
        if least > most:
            least, most = 0.0, 1.0  # what was learned does not hold any more
        self._least, self._most = least, most


def _whole(text: str | None) -> int | None:
    try:
        return int(text) if text is not None else None
    except ValueError:
        return None
