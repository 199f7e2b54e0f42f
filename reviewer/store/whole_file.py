"""Files for other tools: complete or as they were, private, and never in the place of the database."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_BESIDE = ("", "-wal", "-shm", "-journal")


def is_of_database(target: Path, database: Path) -> bool:
    """Whether ``target`` is the database at that path, or a file that SQLite keeps beside it, by whatever name."""
    for ending in _BESIDE:
        part = database.with_name(database.name + ending)
        if target.resolve() == part.resolve() or (target.exists() and part.exists() and target.samefile(part)):
            return True
    return False


@contextmanager
def whole_file(target: Path) -> Iterator[Path]:
    """An empty file (0600) beside ``target`` that takes its place when the block ends well, and else is gone.

    A link at ``target`` is replaced, not followed. Raises ``OSError``.
    """
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".reviewer-", suffix=".partial")
    os.close(descriptor)
    partial = Path(name)
    try:
        yield partial
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
