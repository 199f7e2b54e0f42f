"""What an executor found left open when it began, as a steward is told it: how many, and how they ended.

An executor was killed, the machine went down, a backup was restored: what was under way then has neither a known
outcome nor anybody who works on it, until the next executor has read the service.
"""

from datetime import datetime
from typing import NamedTuple

from reviewer.domain.journal import State
from reviewer.review.desk import Desk
from reviewer.store import left_open
from reviewer.store.clock import moment_of


class Found(NamedTuple):
    """What the last executor found that found something. ``became`` is state → how many were resolved to it.

    ``still_open`` are not resolved yet; ``resolved_at`` is when the last one was, None where none is.
    """

    begun_at: datetime
    became: dict[str, int]
    still_open: int
    resolved_at: datetime | None

    @property
    def operations(self) -> int:
        """How many were found."""
        return sum(self.became.values()) + self.still_open


def found(desk: Desk) -> Found | None:
    """What was found last; None if nothing ever was."""
    stored = left_open.newest(desk.database)
    if stored is None:
        return None
    resolved_at = moment_of(stored.resolved_at) if stored.resolved_at else None
    return Found(moment_of(stored.begun_at), stored.became, stored.still_open, resolved_at)


def read_back_at(desk: Desk) -> datetime | None:
    """From when on all that is unclear now can be read back: the service is given its settle time first."""
    missed_at = left_open.read_back_after(desk.database)
    return moment_of(missed_at) + desk.pace.settle if missed_at else None


def told(one: Found, *, waits: str = "") -> str:
    """In a sentence; ``waits`` is the time from which on the last one can be read back, in words, if one waits.

    For example: recovered: 3 operations: 2 done, 1 void.
    """
    operations = f"{one.operations:,} operation{'' if one.operations == 1 else 's'}"
    if not one.still_open:
        return f"recovered: {operations}: {_counted(one.became)}"
    last = f", the last from {waits} on" if waits else ""
    so_far = f"; so far {_counted(one.became)}" if one.became else ""
    return f"left open: {one.still_open:,} of {operations} to be read back{last}{so_far}"


def _counted(became: dict[str, int]) -> str:
    """How they ended, the most frequent first; what had no effect is staged again."""
    again = State.STAGED.value
    ordered = sorted(became.items(), key=lambda one: (-one[1], one[0] == again, one[0]))
    return ", ".join(f"{number:,} {state}{' again' if state == again else ''}" for state, number in ordered)
