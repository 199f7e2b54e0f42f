"""One sync for each database: two would move one cursor."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.domain.errors import BusyError
from reviewer.store.file_modes import open_lock


@contextmanager
def sync_lock(database: Path) -> Iterator[None]:
    """Be the only sync of this database while the block runs.

    Raises ``BusyError`` if another process is at it, ``DatabaseError`` if the lock file cannot be used.
    """
    descriptor = open_lock(database.with_name(database.name + ".sync"), database, os.O_CREAT)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"another sync is at work on {database}; wait until it has finished") from error
        yield
    finally:
        os.close(descriptor)
