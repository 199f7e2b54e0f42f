"""How old what was read of the contacts may be when a call that changes them goes.

A call waits for its turn, and the contacts may change meanwhile. So their age is looked at when the turn has come:
what is too old is not sent, but read again. Operations are taken up at a pace at which that is the exception.
"""

import time

FRESH_SECONDS = 5.0
"""Age up to which what was read is sent on, counted from the answer that brought it."""

_TURNS = 8
"""Turns of other calls that may come in between, however slow the pace is: else nothing would ever be sent."""


MOST_READINGS = 3
"""How often one attempt reads the contacts anew because what was read had grown too old; then others come first."""

GROWN_OLD = "what was read of its contacts had grown old"


def longest_age(pace: float | None) -> float:
    """Seconds that a reading may be old when its call goes, at so many calls a second."""
    return FRESH_SECONDS if not pace else max(FRESH_SECONDS, _TURNS / pace)


def is_fresh(at: float, pace: float | None) -> bool:
    """Whether what was read ``at`` that second of the monotonic clock may still be sent on."""
    return time.monotonic() - at <= longest_age(pace)
