"""Bringing a database to the version of this program: once, by one process, after a backup."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reviewer.domain.errors import DatabaseError
from reviewer.store.database import Database

SCHEMA_VERSION = 1
"""Equals the number of migrations; kept in ``user_version`` so that a start costs one read."""


def bring_up_to_date(database: Database) -> None:
    """Apply what is missing, under a file lock: processes that migrate at the same time crash each other.

    Raises ``DatabaseError`` if the database is newer than the program, or lacks a trigger or index after
    migrating.
    """
    if _version(database) == SCHEMA_VERSION:
        return
    with _one_at_a_time(database.path):
        version = _version(database)
        if version == SCHEMA_VERSION:
            return
        if version > SCHEMA_VERSION:
            raise DatabaseError(
                f"the database {database.path} is of version {version}, this program knows {SCHEMA_VERSION}: "
                "install a newer reviewer, nothing was changed"
            )
        _migrate(database, version)


def _migrate(database: Database, version: int) -> None:
    from reviewer.store.backup import write_backup
    from reviewer.store.schema import MIGRATIONS, missing_objects

    if version > 0:
        write_backup(database, database.path.with_name(f"{database.path.name}.before-version-{SCHEMA_VERSION}"))
    MIGRATIONS.apply(database.tables)
    missing = missing_objects(database.connection)
    if missing:
        raise DatabaseError(
            f"after migrating, {database.path} lacks {', '.join(missing)}: restore the backup beside it"
        )
    database.connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def _version(database: Database) -> int:
    version: int = database.connection.execute("PRAGMA user_version").fetchone()[0]
    return version


@contextmanager
def _one_at_a_time(path: Path) -> Iterator[None]:
    lock = os.open(path.with_name(path.name + ".migrating"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
