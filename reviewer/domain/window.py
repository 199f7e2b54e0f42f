"""Execution windows: the hours in which operations may begin to be sent, by the clock on somebody's wall.

``Mo-Fr 20:00-06:00, Sa-Su``: days and hours, the days alone are whole days, the hours alone are those of every day. A
window that ends at or before its beginning ends on the next day and belongs to the day on which it began.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY, _HOUR = f"(?:{'|'.join(_DAYS)})", r"(?:[01]\d|2[0-3]):[0-5]\d"
_RULE = rf"(?:{_DAY}(?:-{_DAY})?(?: {_HOUR}-{_HOUR})?|{_HOUR}-{_HOUR})"
PATTERN = rf"^{_RULE}(?:, ?{_RULE})*$"
"""What a setting of windows looks like."""

_PARTS = re.compile(
    rf"(?:(?P<first>{_DAY})(?:-(?P<last>{_DAY}))?)? ?(?:(?P<begin>{_HOUR})-(?P<end>{_HOUR}))?"
).fullmatch
_MIDNIGHT = time(0)
_WEEK = timedelta(days=7)


class Rule(NamedTuple):
    """Hours of some days of the week (Monday is 0)."""

    days: frozenset[int]
    begin: time
    end: time


class Span(NamedTuple):
    """From one instant to another, the second one not included; both are UTC."""

    begin: datetime
    end: datetime


@dataclass(frozen=True)
class Windows:
    """When sending is allowed; without rules, always. ``zone`` is where the hours are those of the wall clock."""

    rules: tuple[Rule, ...] = ()
    zone: tzinfo = UTC
    text: str = ""
    """The rules as they were written."""

    def is_open(self, moment: datetime) -> bool:
        """Whether an operation may begin to be sent now."""
        return self.next_opening(moment) == moment

    def next_opening(self, moment: datetime) -> datetime:
        """``moment`` itself where it lies in a window, else the beginning of the next one."""
        return moment if not self.rules else max(moment, next(self.spans(moment)).begin)

    def spans(self, moment: datetime) -> Iterator[Span]:
        """The windows from ``moment`` on, the one that it lies in first; those that touch are one."""
        pending: Span | None = None
        day = moment.astimezone(self.zone).date() - timedelta(days=2)
        while True:
            for span in sorted(self._of_day(day)):
                if pending and span.begin <= pending.end and pending.end - pending.begin < _WEEK:
                    pending = Span(pending.begin, max(pending.end, span.end))
                    continue
                if pending and pending.end > moment:
                    yield pending
                pending = span
            day += timedelta(days=1)

    def end_of_work(self, begin: datetime, work: timedelta) -> datetime:
        """When work that begins at ``begin`` at the earliest, and rests outside of the windows, is done."""
        if not self.rules:
            return begin + work
        for span in self.spans(begin):
            start = max(begin, span.begin)
            if start + work <= span.end:
                return start + work
            work -= max(timedelta(0), span.end - start)
        raise AssertionError("windows never end")

    def _of_day(self, day: date) -> Iterator[Span]:
        for rule in self.rules:
            if day.weekday() in rule.days:
                last = day if rule.end > rule.begin else day + timedelta(days=1)
                span = Span(_instant(day, rule.begin, self.zone), _instant(last, rule.end, self.zone))
                if span.begin < span.end:
                    yield span


ALWAYS = Windows()


def windows(text: str, zone: tzinfo) -> Windows:
    """The windows that a setting gives; empty text is always. Raises ``ValueError`` for text that gives none."""
    if not text:
        return ALWAYS
    if not re.match(PATTERN, text):
        raise ValueError(f"{text!r} gives no windows")
    return Windows(tuple(_rule(part.strip()) for part in text.split(",")), zone, text)


def _rule(text: str) -> Rule:
    found = _PARTS(text)
    if found is None:
        raise ValueError(f"{text!r} is no window")
    first = _DAYS.index(found["first"]) if found["first"] else 0
    last = _DAYS.index(found["last"] or found["first"]) if found["first"] else 6
    days = frozenset((first + day) % 7 for day in range((last - first) % 7 + 1))
    begin, end = (time.fromisoformat(found[name]) if found[name] else _MIDNIGHT for name in ("begin", "end"))
    return Rule(days, begin, end)


def _instant(day: date, at: time, zone: tzinfo) -> datetime:
    """The first instant at which the wall clock shows at least that time; it may skip it, or show it twice."""
    instant = datetime.combine(day, at, zone).astimezone(UTC)
    wall = instant.astimezone(zone)
    if wall.replace(tzinfo=None) == datetime.combine(day, at):
        return instant
    skipped = datetime.combine(day, at, zone).replace(fold=1).astimezone(UTC)
    while skipped < instant:  # the clock was put forward between the two: at the first instant behind that
        middle = skipped + (instant - skipped) / 2
        if instant - skipped <= timedelta(seconds=1):
            break
        if middle.astimezone(zone).replace(tzinfo=None) >= datetime.combine(day, at):
            instant = middle
        else:
            skipped = middle
    return instant.replace(microsecond=0)
