"""A progress line on standard error, where somebody is there to see it."""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_SECONDS_BETWEEN = 0.1


_SECONDS_TO_JUDGE = 3.0
"""From when on the time that is left is told: before that it would be guessed from a few."""


@contextmanager
def stage_line() -> Iterator[Callable[[str, int, int], None]]:
    """A function ``tell(stage, done, total)`` that keeps one line up to date; ``total`` 0 is not known."""
    line = StageLine(sys.stderr.isatty())
    try:
        yield line.tell
    finally:
        line.clear()


class StageLine:
    """One line on a terminal's standard error: the stage, how far it has come, and about how long it still takes."""

    def __init__(self, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._is_shown = shown
        self._clock = clock
        self._last = -math.inf
        self._stage: tuple[str, float, int] | None = None
        self._on_screen = False

    def tell(self, stage: str, done: int, total: int) -> None:
        """So many of ``total`` are done; a ``total`` of 0 is not known."""
        now = self._clock()
        if self._stage is None or self._stage[0] != stage or done < self._stage[2]:
            self._stage = (stage, now, done)
        if not self._is_shown or (now - self._last < _SECONDS_BETWEEN and done != total):
            return
        self._last, self._on_screen = now, True
        share = f" of {total:,} ({done / total:.0%}{self._left(done, total, now)})" if total else ""
        click.echo(f"\r\x1b[2K{stage}: {done:,}{share}", nl=False, err=True)

    def clear(self) -> None:
        """Take the line away, for others to write there."""
        if self._on_screen:
            self._on_screen = False
            click.echo("\r\x1b[2K", nl=False, err=True)

    def _left(self, done: int, total: int, now: float) -> str:
        """About how long the stage still takes, at the pace it had so far."""
        assert self._stage is not None
        _, began, before = self._stage
        if done >= total or done <= before or now - began < _SECONDS_TO_JUDGE:
            return ""
        seconds = (now - began) / (done - before) * (total - done)
        return f", about {round(seconds)} s left" if seconds < 90 else f", about {round(seconds / 60)} min left"
