"""When what is staged will have been sent: its calls at the rate of the token, in the windows that are allowed."""

from datetime import datetime, timedelta
from typing import NamedTuple

from reviewer.domain.window import Windows

USUAL_RATE = 300
"""Calls a minute of a token whose answers have not told theirs yet (section 5 of the API contract)."""


class Waiting(NamedTuple):
    """What is staged, in sum: the operations, the calls they need, when the first and the last of them is due."""

    operations: int
    calls: int
    first_due: datetime
    last_due: datetime


class Forecast(NamedTuple):
    """Sending begins and is done at these instants if nothing comes between; ``per_minute`` calls are made."""

    begins_at: datetime
    done_at: datetime
    per_minute: int


def forecast(
    waiting: Waiting, moment: datetime, *, allowed: int | None, share_free: float, windows: Windows
) -> Forecast:
    """Until when all of it is sent at the latest.

    ``allowed`` is what the answers allow the token a minute, None until they did. The calls take their time from when
    the first may be sent; and the last one is not sent before it has cooled off. Many operations are done sooner, since
    those under way together read their contacts together: for 100 merges 120 to 145 calls were made instead of 200.
    """
    per_minute = max(1, int((allowed or USUAL_RATE) * (1 - share_free)))
    begins = windows.next_opening(max(moment, waiting.first_due))
    each = timedelta(minutes=1) / per_minute
    all_sent = windows.end_of_work(begins, waiting.calls * each)
    last = windows.next_opening(max(moment, waiting.last_due))
    of_the_last = windows.end_of_work(last, each * waiting.calls / max(1, waiting.operations))
    return Forecast(begins, max(all_sent, of_the_last), per_minute)
