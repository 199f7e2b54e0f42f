"""What was left open: an executor is started for it where none is at work, and what it found is told."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reviewer.domain.errors import ReviewerError
from reviewer.review.desk import Desk
from reviewer.tui.lines import count, shown
from reviewer.tui.screens.browsing import Browsing
from reviewer.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from reviewer.review.found import Found
    from reviewer.review.progress import Progress

_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=15)
"""Between two looks whether an executor is at work: what none could resolve is not tried again and again."""

_NEWS = timedelta(days=1)
"""How long what was found is news to a steward who opens the workbench."""


class Finding(Browsing):
    """Whatever the last instant of an executor was, a workbench that is opened sees that the next one resolves it."""

    def __init__(self, desk: Desk, surroundings: Surroundings) -> None:
        super().__init__(desk, surroundings)
        self._look_at = datetime.min.replace(tzinfo=UTC)
        self._pause = _FIRST_PAUSE
        self._told_of: Found | None = None
        self._waits: datetime | None = None
        self._said = ""

    def look_at_progress(self) -> None:
        """As before; and see that somebody finds out what became of what is under way."""
        super().look_at_progress()
        now = self.progress
        if now is None or not (now.unclear or (now.sending and not now.line_stops)):
            self._pause = _FIRST_PAUSE
        elif self.desk.moment >= self._look_at:
            self._look_at, self._pause = self.desk.moment + self._pause, min(self._pause * 2, _LONGEST_PAUSE)
            self._resume(now.sending + now.unclear)

    def _resume(self, under_way: int) -> None:
        try:
            if sentence := self.surroundings.resume():
                was = "was" if under_way == 1 else "were"
                self.message.say(f"{count(under_way, 'operation')} {was} left open: {shown(sentence)}")
        except ReviewerError as error:
            self.say_error(error)

    def tell_found(self, now: "Progress") -> bool:
        """Say what is to be read back while that lasts, and once what came of it; whether anything was said.

        What the steward does meanwhile is said in the same line: from then on only the end is told.
        """
        found, before = now.found, self._told_of
        if found is None or (found, now.read_back_at) == (before, self._waits):
            return False
        self._told_of, self._waits = found, now.read_back_at
        if found == before and not found.still_open:
            return False
        from reviewer.review.found import told

        if found.still_open:
            if before is not None and before.begun_at == found.begun_at and self.message.sentence != self._said:
                return False
            at = f"{now.read_back_at.astimezone(UTC):%H:%M:%S} UTC" if now.read_back_at else ""
            self._said = shown(told(found, waits=at))
            self.message.say(self._said, holds=self._is_read_back)
        elif found.resolved_at is not None and self.desk.moment - found.resolved_at < _NEWS:
            self.message.say(f"{shown(told(found))}; o shows {'it' if found.operations == 1 else 'them'}", "good")
        else:
            return False
        return True

    def _is_read_back(self) -> bool:
        found = self.progress.found if self.progress else None
        return found is not None and bool(found.still_open)
