"""When what is staged will be done: its calls at the rate, from the first that is due, in the windows."""

from datetime import UTC, datetime, timedelta

from reviewer.domain.forecast import Waiting, forecast
from reviewer.domain.window import ALWAYS, windows

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_calls_take_their_time_from_the_first_that_is_due() -> None:
    found = forecast(
        Waiting(100, 480, NOON + 10 * MINUTE, NOON + 10 * MINUTE), NOON, allowed=300, share_free=0.2, windows=ALWAYS
    )
    assert found == (NOON + 10 * MINUTE, NOON + 12 * MINUTE, 240)


def test_the_usual_rate_is_taken_until_answers_have_told_theirs() -> None:
    found = forecast(Waiting(1, 300, NOON, NOON), NOON, allowed=None, share_free=0.0, windows=ALWAYS)
    assert found == (NOON, NOON + MINUTE, 300)


def test_the_last_is_not_sent_before_it_has_cooled_off() -> None:
    found = forecast(Waiting(2, 4, NOON, NOON + 10 * MINUTE), NOON, allowed=120, share_free=0.0, windows=ALWAYS)
    assert found.done_at == NOON + 10 * MINUTE + timedelta(seconds=1)


def test_what_was_due_long_ago_begins_now() -> None:
    found = forecast(
        Waiting(1, 2, NOON - 5 * MINUTE, NOON - 5 * MINUTE), NOON, allowed=120, share_free=0.0, windows=ALWAYS
    )
    assert found == (NOON, NOON + timedelta(seconds=1), 120)


def test_sending_waits_for_the_window_and_goes_on_in_the_next() -> None:
    nights = windows("20:00-06:00", UTC)
    long = Waiting(1000, 60 * 11 * 10, NOON, NOON)
    found = forecast(long, NOON, allowed=10, share_free=0.0, windows=nights)
    assert found.begins_at == NOON + timedelta(hours=8)
    assert found.done_at == datetime(2026, 11, 26, 21, tzinfo=UTC)
