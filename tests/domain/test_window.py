"""Execution windows: nights that span midnight, days of the week, and the days on which the clock is changed."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from reviewer.domain.window import ALWAYS, Windows, windows

BERLIN = ZoneInfo("Europe/Berlin")
NIGHTS = windows("20:00-06:00", BERLIN)


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-25T19:59", "2026-11-25T20:00"),
        ("2026-11-25T20:00", "2026-11-25T20:00"),
        ("2026-11-26T00:00", "2026-11-26T00:00"),
        ("2026-11-26T05:59", "2026-11-26T05:59"),
        ("2026-11-26T06:00", "2026-11-26T20:00"),
    ],
)
def test_a_night_spans_midnight(at: str, opening: str) -> None:
    assert NIGHTS.next_opening(berlin(at)) == berlin(opening)
    assert NIGHTS.is_open(berlin(at)) is (at == opening)


def test_without_rules_it_is_always_open() -> None:
    at = berlin("2026-11-25T12:00")
    assert ALWAYS.is_open(at) and windows("", BERLIN) is ALWAYS
    assert ALWAYS.end_of_work(at, timedelta(hours=1)) == at + timedelta(hours=1)


WORKING_WEEK = windows("Mo-Fr 20:00-06:00, Sa-Su", BERLIN)


@pytest.mark.parametrize(
    ("at", "opening"),
    [
        ("2026-11-27T19:00", "2026-11-27T20:00"),  # a Friday
        ("2026-11-28T06:00", "2026-11-28T06:00"),  # its night goes over into the weekend
        ("2026-11-29T23:59", "2026-11-29T23:59"),
        ("2026-11-30T00:00", "2026-11-30T20:00"),  # no window begins on a Sunday evening
        ("2026-12-01T05:00", "2026-12-01T05:00"),
    ],
)
def test_days_of_the_week_and_windows_that_touch(at: str, opening: str) -> None:
    assert WORKING_WEEK.next_opening(berlin(at)) == berlin(opening)


def test_windows_that_touch_are_one() -> None:
    (weekend,) = islice(WORKING_WEEK.spans(berlin("2026-11-27T21:00")), 1)
    assert weekend == (berlin("2026-11-27T20:00"), berlin("2026-11-30T00:00"))


def test_days_may_go_over_the_end_of_the_week() -> None:
    assert windows("Sa-Mo 08:00-09:00", UTC).rules[0].days == {5, 6, 0}
    assert windows("We", UTC).next_opening(datetime(2026, 11, 26, tzinfo=UTC)) == datetime(2026, 12, 2, tzinfo=UTC)


def test_a_window_of_all_day_every_day_is_open_and_ends_no_search() -> None:
    whole = windows("00:00-00:00", BERLIN)
    assert whole.is_open(berlin("2026-11-25T12:00"))
    assert whole.end_of_work(berlin("2026-11-25T12:00"), timedelta(days=30)) == berlin("2026-12-25T12:00")


def test_a_night_is_an_hour_shorter_or_longer_when_the_clock_is_changed() -> None:
    (spring,) = islice(NIGHTS.spans(berlin("2026-03-28T21:00")), 1)
    (autumn,) = islice(NIGHTS.spans(berlin("2026-10-24T21:00")), 1)
    assert spring.end - spring.begin == timedelta(hours=9) and spring.end == berlin("2026-03-29T06:00")
    assert autumn.end - autumn.begin == timedelta(hours=11) and autumn.end == berlin("2026-10-25T06:00")


def test_an_hour_that_the_clock_skips_counts_from_the_first_instant_behind_it() -> None:
    skipped = windows("02:30-04:00", BERLIN)
    assert skipped.next_opening(berlin("2026-03-28T12:00")) == berlin("2026-03-29T03:00")
    ends = windows("20:00-02:30", BERLIN)
    assert not ends.is_open(berlin("2026-03-29T03:00")) and ends.is_open(berlin("2026-03-29T01:59"))
    inside = windows("02:10-02:50", BERLIN)
    assert inside.next_opening(berlin("2026-03-28T12:00")) == berlin("2026-03-30T02:10")


def test_an_hour_that_the_clock_shows_twice_counts_the_first_time() -> None:
    twice = windows("20:00-02:30", BERLIN)
    assert twice.is_open(berlin("2026-10-25T02:29")) and not twice.is_open(berlin("2026-10-25T02:29", fold=1))


def test_work_rests_outside_of_the_windows() -> None:
    begin = berlin("2026-11-25T12:00")
    assert NIGHTS.end_of_work(begin, timedelta(hours=10)) == berlin("2026-11-26T06:00")
    assert NIGHTS.end_of_work(begin, timedelta(hours=11)) == berlin("2026-11-26T21:00")
    assert NIGHTS.end_of_work(berlin("2026-11-26T05:00"), timedelta(hours=2)) == berlin("2026-11-26T21:00")


@pytest.mark.parametrize("text", ["20-6", "24:00-06:00", "Mo-Fr20:00-06:00", "Mon", "20:00-06:00;Sa", "Mo -Fr", ","])
def test_what_gives_no_windows_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="gives no windows"):
        windows(text, BERLIN)


def test_every_part_of_a_rule_is_read() -> None:
    made: Windows = windows("Mo-Fr 20:00-06:00,Sa-Su", BERLIN)
    assert [sorted(rule.days) for rule in made.rules] == [[0, 1, 2, 3, 4], [5, 6]]
    assert made.text == "Mo-Fr 20:00-06:00,Sa-Su"
