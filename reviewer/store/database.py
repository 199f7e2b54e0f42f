"""One connection to the database of one environment, opened with the guarantees that the rest relies on."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.domain.errors import BusyError, DatabaseError, RefusedError, ReviewerError

if TYPE_CHECKING:
    from sqlite_utils import Database as Tables

BUSY_SECONDS = 15.0
"""How long a statement waits for another process's write before it gives up."""
_FULL_BYTES = 1_000_000
"""A disk with less than this left is called full."""


@dataclass
class Database:
    """An open database.

    ``connection`` is a plain ``sqlite3`` connection in autocommit mode: reads go through it directly (importing
    sqlite_utils costs a third of the first paint); writes happen inside ``transaction``.
    """

    path: Path
    connection: sqlite3.Connection = field(repr=False)

    @cached_property
    def tables(self) -> "Tables":
        """The same connection through sqlite-utils, for migrations and bulk writes."""
        from sqlite_utils import Database as Tables

        return Tables(self.connection, recursive_triggers=False)

    def changes(self) -> int:
        """A number that is another one once another connection has changed the database; cheap to ask."""
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version

    def close(self) -> None:
        """Close the connection; closing twice is harmless."""
        self.connection.close()

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        """Close; a fault of SQLite in the block, in a read for one, becomes a sentence as by ``clear_errors``."""
        self.close()
        if isinstance(error, sqlite3.Error) and (told := _told(error, self.path)) is not None:
            raise told from error


@contextmanager
def clear_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's faults into sentences that say what to do; nothing that was committed is touched.

    Raises ``BusyError`` for a locked database, ``DatabaseError`` for a full disk, a damaged file and the rest,
    ``RefusedError`` for what a trigger refuses.
    """
    try:
        yield
    except sqlite3.Error as error:
        told = _told(error, path)
        if told is None:
            raise
        raise told from error


def _told(error: sqlite3.Error, path: Path) -> ReviewerError | None:
    """The sentence for a fault of the file or the disk, or for a guard's refusal; None for one of the program."""
    name = getattr(error, "sqlite_errorname", "") or ""
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")):  # the last: it stopped while it opened it
        return BusyError(f"the database {path} is locked by another process; try again when it has finished")
    if name.startswith("SQLITE_FULL") or "disk is full" in str(error) or _is_full(name, path):
        return DatabaseError(
            f"the disk that holds {path} is full; free some space and try again: what was decided before this is safe"
        )
    if name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
        return DatabaseError(
            f"the database {path} is damaged ({error}); restore the newest backup with `reviewer restore FILE`"
        )
    if name == "SQLITE_CONSTRAINT_TRIGGER":  # the triggers on approvals say what they refuse
        return RefusedError(str(error))
    if name.startswith("SQLITE_READONLY"):
        return DatabaseError(f"the database {path} is read-only; check the permissions of the file and its folder")
    if name.startswith(("SQLITE_CANTOPEN", "SQLITE_IOERR")):
        return DatabaseError(f"the database {path} cannot be read or written ({error}); check the folder and disk")
    return None


def _is_full(name: str, path: Path) -> bool:
    """Whether an error of input or output comes from a full disk: SQLite does not always tell."""
    if not name.startswith("SQLITE_IOERR"):
        return False
    try:
        disk = os.statvfs(path.parent)
    except OSError:
        return False
    return disk.f_bavail * disk.f_frsize < _FULL_BYTES


def open_database(path: Path, *, create: bool = True, group: str | None = None) -> Database:
    """Open the database at ``path``, made or migrated first where that is needed.

    ``group`` is the queue group of a shared jump host: files become 0660 in a 2770 directory instead of 0600.

    Raises ``DatabaseError`` if the file is missing (``create`` false), on a network file system, damaged, or
    newer than this program; ``BusyError`` if it stays locked.
    """
    from reviewer.store.file_modes import prepare_file, prepare_folder
    from reviewer.store.file_system import refuse_network_file_system
    from reviewer.store.migration import bring_up_to_date

    path = path.expanduser().absolute()
    exists = os.path.exists(path)  # noqa: PTH110 - False where it may not be looked at; making it says why
    if not exists and not create:
        raise DatabaseError(f"there is no database at {path}; run `reviewer sync` or `reviewer load contacts` first")
    prepare_folder(path.parent, group)
    refuse_network_file_system(path.parent)
    if not exists:
        prepare_file(path, group)
    with clear_errors(path):
        connection = _connect(path)
        try:
            database = Database(path, connection)
            bring_up_to_date(database)
        except BaseException:
            connection.close()
            raise
    return database


def _connect(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    connection.execute("PRAGMA synchronous = FULL")  # a decision survives a power cut, not only a crash
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA trusted_schema = OFF")
    return connection
