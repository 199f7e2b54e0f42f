"""A progress line on standard error, where somebody is there to see it."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

_SECONDS_BETWEEN = 0.1


@contextmanager
def stage_line() -> Iterator[Callable[[str, int, int], None]]:
    """A function ``tell(stage, done, total)`` that keeps one line up to date; ``total`` 0 is not known."""
    if not sys.stderr.isatty():
        yield lambda stage, done, total: None
        return
    last = 0.0
    shown = False

    def tell(stage: str, done: int, total: int) -> None:
        nonlocal last, shown
        now = time.monotonic()
        if now - last < _SECONDS_BETWEEN and done != total:
            return
        last, shown = now, True
        share = f" of {total:,} ({done / total:.0%})" if total else ""
        click.echo(f"\r\x1b[2K{stage}: {done:,}{share}", nl=False, err=True)

    try:
        yield tell
    finally:
        if shown:
            click.echo("\r\x1b[2K", nl=False, err=True)
