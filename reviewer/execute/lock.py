"""One executor for each database: an OS lock that a stopped process keeps and a dead one frees."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.domain.errors import BusyError
from reviewer.store.file_modes import open_lock

_ATTEMPTS, _BETWEEN_SECONDS = 10, 0.02
"""Whoever asks whether an executor is running holds the lock for an instant; that is no executor."""


def lock_path(database: Path) -> Path:
    """The lock file beside a database; the same however the database is named, so that two names are one lock."""
    real = database.expanduser().resolve()
    return real.with_name(real.name + ".executor")


@contextmanager
def executor_lock(database: Path) -> Iterator[None]:
    """Be the executor of this database while the block runs.

    Raises ``BusyError`` if another process is, ``DatabaseError`` if the lock file cannot be used.
    """
    descriptor = open_lock(lock_path(database), database, os.O_CREAT)
    try:
        if not _taken(descriptor):
            holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise BusyError(f"another executor (process {holder}) is at work on {database}")
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(descriptor)


def is_running(database: Path) -> bool:
    """Whether an executor holds the lock now. Raises ``DatabaseError`` if the lock file cannot be used."""
    if not lock_path(database).exists():
        return False
    descriptor = open_lock(lock_path(database), database)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _taken(descriptor: int) -> bool:
    for attempt in range(_ATTEMPTS):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if attempt + 1 < _ATTEMPTS:
                time.sleep(_BETWEEN_SECONDS)
    return False
