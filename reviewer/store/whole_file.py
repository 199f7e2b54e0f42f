"""Files for other tools: complete or as they were, private, and never in the place of the database."""

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from reviewer.domain.errors import RefusedError, ReviewerError

Written = TypeVar("Written")

_BESIDE = ("", "-wal", "-shm", "-journal")


def is_of_database(target: Path, database: Path) -> bool:
    """Whether ``target`` is the database at that path, or a file that SQLite keeps beside it, by whatever name."""
    real = os.path.realpath(target)
    for ending in _BESIDE:
        part = database.with_name(database.name + ending)
        if real == os.path.realpath(part) or (target.exists() and part.exists() and target.samefile(part)):
            return True
    return False


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """An empty file (0600) beside ``target`` that takes its place when the block ends well, and else is gone.

    A link at ``target`` stays, and what it leads to is replaced: it may be /dev/stdout. Raises ``OSError``.
    """
    place = Path(os.path.realpath(target))  # unlike resolve, it bears links in a circle
    descriptor, name = tempfile.mkstemp(dir=place.parent, prefix=".reviewer-", suffix=".partial")
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(place)
    finally:
        partial.unlink(missing_ok=True)


def put(target: Path, write: Callable[[Path], Written], *, database: Path, overwrite: bool) -> Written:
    """Let ``write`` fill a file that takes the place of ``target`` once it is whole; returns what ``write`` does.

    Raises ``RefusedError`` if it is the database itself, or a file that is there already and not to be overwritten,
    ``ReviewerError`` if the file cannot be written.
    """
    if is_of_database(target, database):
        raise RefusedError(f"{target} belongs to the database itself: write to another file")
    if target.is_file() and not overwrite and not target.absolute().is_relative_to("/dev"):  # /dev/stdout may be a file
        raise RefusedError(f"{target} exists already: choose another file, or overwrite it with --force")
    try:
        if target.exists() and not target.is_file():  # a pipe or a terminal, in whose place no file can be put
            return write(target)
        with whole_file(target) as partial:
            return write(partial)
    except OSError as error:
        raise ReviewerError(f"{target} cannot be written ({error.strerror}); choose another file") from error
