"""Bringing a database to the version of this program: once, by one process, after a backup."""

import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.domain.errors import DatabaseError
from reviewer.store.database import Database

SCHEMA_VERSION = 14
"""Equals the number of migrations; kept in ``user_version`` so that a start costs one read."""


def bring_up_to_date(database: Database) -> None:
    """Apply what is missing, under a file lock: processes that migrate at the same time crash each other.

    The same lock covers the change to the write-ahead log, for which SQLite does not wait.

    Raises ``DatabaseError`` if the database is newer than the program, is none of this program, or lacks a trigger
    or index after migrating.
    """
    if _is_ready(database):
        return
    with _one_at_a_time(database.path):
        version = version_of(database)
        if version > SCHEMA_VERSION:
            raise DatabaseError(
                f"the database {database.path} is of version {version}, this program knows {SCHEMA_VERSION}: "
                "install a newer reviewer, nothing was changed"
            )
        if version == 0 and _is_foreign(database):
            raise DatabaseError(f"{database.path} is a database of another program: choose another with `database`")
        database.connection.execute("PRAGMA journal_mode = WAL")
        if version < SCHEMA_VERSION:
            _migrate(database, version)


def _is_ready(database: Database) -> bool:
    (mode,) = database.connection.execute("PRAGMA journal_mode").fetchone()
    return version_of(database) == SCHEMA_VERSION and mode == "wal"


def _migrate(database: Database, version: int) -> None:
    from reviewer.store.backup import write_backup
    from reviewer.store.schema import MIGRATIONS, missing_objects

    if version > 0:
        write_backup(
            database, database.path.with_name(f"{database.path.name}.before-version-{SCHEMA_VERSION}"), overwrite=True
        )
    MIGRATIONS.apply(database.tables)
    missing = missing_objects(database.connection)
    if missing:
        raise DatabaseError(
            f"after migrating, {database.path} lacks {', '.join(missing)}: restore the backup beside it"
        )
    database.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def version_of(database: Database) -> int:
    """The version that the database says it is of; 0 before the first migration is complete."""
    version: int = database.connection.execute("PRAGMA user_version").fetchone()[0]
    return version


def _is_foreign(database: Database) -> bool:
    """Whether somebody else's tables are in it; a first migration that was interrupted leaves its own record."""
    tables = {name for (name,) in database.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    return bool(tables) and "_sqlite_migrations" not in tables


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    lock = _open_lock(path)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


def _open_lock(path: Path) -> int:
    """The lock file, open; whoever may open the database may open it."""
    beside = path.with_name(path.name + ".migrating")
    try:
        lock = os.open(beside, os.O_CREAT | os.O_RDWR, 0o600)
        if os.fstat(lock).st_uid == os.geteuid():
            database = path.stat()
            if database.st_gid != os.fstat(lock).st_gid:
                os.fchown(lock, -1, database.st_gid)
            os.fchmod(lock, stat.S_IMODE(database.st_mode))
    except OSError as error:
        raise DatabaseError(f"{beside} cannot be opened ({error}); check the permissions of the folder") from error
    return lock
