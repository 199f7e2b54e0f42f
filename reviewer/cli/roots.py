"""Roots of the audit as they are typed, and as they are found in a log."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, TextIO

import click

if TYPE_CHECKING:
    from reviewer.store.audit_check import Root

_ROOT = re.compile(r"(?<![0-9a-f])(?:(\d+):)?([0-9a-f]{64})(?![0-9a-f])")


class RootType(click.ParamType["Root"]):
    """ENTRY:HASH, or the HASH alone."""

    name = "ENTRY:HASH"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> "Root":
        """The root. Fails for text that is none."""
        found = _ROOT.fullmatch(str(value).strip().lower())
        if not found:
            self.fail("a root is ENTRY:HASH or HASH, the hash in 64 hexadecimal digits", param, ctx)
        return _root(found)


def roots_in(file: TextIO) -> "Iterator[Root]":
    """The roots in lines of a log, or of a file of roots; other lines are passed over."""
    for line in file:
        for found in _ROOT.finditer(line.lower()):
            yield _root(found)


def _root(found: "re.Match[str]") -> "Root":
    from reviewer.store.audit_check import Root

    return Root(int(found[1]) if found[1] else None, found[2])
