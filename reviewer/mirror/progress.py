"""How far a long act has come, told to whoever waits for it."""

from collections.abc import Callable

Progress = Callable[[str, int, int], None]
"""``tell(what, done, total)``; a ``total`` of 0 is not known. What it raises ends the act."""


def silent(what: str, done: int, total: int) -> None:
    """For those who do not want to be told."""
