"""One sync for each database: two would move one cursor."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.domain.errors import BusyError


@contextmanager
def sync_lock(database: Path) -> Iterator[None]:
    """Be the only sync of this database while the block runs. Raises ``BusyError`` if another process is at it."""
    descriptor = os.open(database.with_name(database.name + ".sync"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise BusyError(f"another sync is at work on {database}; wait until it has finished") from error
        yield
    finally:
        os.close(descriptor)
