"""What is said while the service is waited for, so that no wait looks like a program that hangs."""

import sys
from collections.abc import Callable
from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

import click

from reviewer.cli.output import narrate
from reviewer.domain.window import Windows

if TYPE_CHECKING:
    from reviewer.genesys.errors import ApiError

_MOST_NAMED = 10
"""Operations that one sentence names."""

_CLEARED = "\r\x1b[2K"


def tell_retrying(error: "ApiError", seconds: float) -> None:
    """A call went wrong and is tried again in so many seconds: said once until one succeeds."""
    what = str(error.status) if error.status else "no answer"
    _say(f"waiting for the service ({what}, tries again in {ceil(seconds)} s): {error.call}")


def settle_told() -> Callable[[float, list[int]], None]:
    """A function that says which operations are waited for, and how long; once for each of them."""
    told: set[int] = set()

    def tell(seconds: float, operations: list[int]) -> None:
        new = [number for number in operations if number not in told]
        told.update(new)
        if new:
            _say(f"waiting {ceil(seconds)} s until {_named(new)} can be read back")

    return tell


def closed_told(windows: Windows) -> Callable[[datetime], None]:
    """A function that says once when the next execution window opens."""
    told: set[datetime] = set()

    def tell(opens_at: datetime) -> None:
        if opens_at not in told:
            told.add(opens_at)
            there = f"{opens_at.astimezone(windows.zone):%Y-%m-%d %H:%M} {windows.zone}"
            _say(
                f"nothing is sent outside of the execution window ({windows.text}): it opens at {there} "
                f"({opens_at:%H:%M} UTC); --now sends nevertheless"
            )

    return tell


def _named(operations: list[int]) -> str:
    if len(operations) == 1:
        return f"operation {operations[0]}"
    named, others = operations[:_MOST_NAMED], len(operations) - _MOST_NAMED
    return f"operations {', '.join(map(str, named))}" + (f" and {others:,} others" if others > 0 else "")


def _say(sentence: str) -> None:
    """A line of its own, also where a progress line stands."""
    if sys.stderr.isatty():
        click.echo(_CLEARED, nl=False, err=True)
    narrate(sentence)
