"""A clock that nobody can set: the seconds since this machine was started, those in which it slept included.

The settle time must not end early because the wall clock was set forward (by hand, by NTP after a start, by a machine
that was restored). Within one boot this clock alone says how long ago something was.
"""

import time
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from reviewer.store.clock import moment_of

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class SinceBoot(NamedTuple):
    """An instant on that clock: which boot of which machine, and the seconds since then."""

    boot: str
    seconds: float


NO_SUCH_CLOCK = SinceBoot("", 0.0)
"""Where the system does not tell: then the wall clock has to do."""


def since_boot() -> SinceBoot:
    """The present instant."""
    try:
        return SinceBoot(_BOOT_ID.read_text("ascii").strip(), time.clock_gettime(time.CLOCK_BOOTTIME))
    except (OSError, UnicodeDecodeError, AttributeError):
        return NO_SUCH_CLOCK


def remaining(seconds: float, then: str, then_since_boot: SinceBoot, now: datetime, now_since_boot: SinceBoot) -> float:
    """What is left of a time of so many ``seconds`` that began at ``then`` (as the database keeps instants).

    Within one boot its own clock decides. After another boot, or on another machine, neither clock alone can be
    trusted to have run in between: the longer of what the wall clock and the time since that boot leave is waited.
    Negative or more than ``seconds`` where a clock ran backwards: the caller lets the time begin anew.
    """
    by_wall = seconds - (now - moment_of(then)).total_seconds()
    if not now_since_boot.boot or not then_since_boot.boot:
        return by_wall
    if now_since_boot.boot == then_since_boot.boot:
        return seconds - (now_since_boot.seconds - then_since_boot.seconds)
    return max(by_wall, seconds - now_since_boot.seconds)
