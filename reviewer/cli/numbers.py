"""One number or several that follow each other, as an argument of a command."""

import re
from typing import NamedTuple

import click

_NUMBERS = re.compile(r"(\d{1,18})(?:-(\d{1,18}))?").fullmatch


class Numbers(NamedTuple):
    """From ``first`` to ``last``, both included; the same number twice is one alone."""

    first: int
    last: int

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"


class NumbersType(click.ParamType[Numbers]):
    """``12`` or ``12-40``."""

    name = "number"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Numbers:
        """The numbers. Raises ``click.BadParameter``."""
        if isinstance(value, Numbers):
            return value
        found = _NUMBERS(str(value))
        if not found or int(found[1]) > int(found[2] or found[1]):
            self.fail(f"{str(value)!r} is neither a number nor several as in 12-40", param, ctx)
        return Numbers(int(found[1]), int(found[2] or found[1]))
