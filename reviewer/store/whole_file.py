"""Files for other tools: complete or as they were, private, and never in the place of the database."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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
