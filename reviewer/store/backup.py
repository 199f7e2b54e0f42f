"""Backups: a consistent copy of a live database, and the way back."""

import os
import sqlite3
from pathlib import Path

from reviewer.domain.errors import DatabaseError
from reviewer.store.database import Database, clear_errors


def write_backup(database: Database, target: Path) -> Path:
    """Copy the whole database to ``target`` (0600) while others go on using it; returns ``target``.

    The copy is complete or absent: it is written beside the target and renamed. Raises ``DatabaseError``.
    """
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    try:
        os.close(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except OSError as error:
        raise DatabaseError(f"the backup cannot be written to {target} ({error})") from error
    with clear_errors(target):
        copy = sqlite3.connect(partial)
        try:
            database.connection.backup(copy)
        finally:
            copy.close()
    partial.replace(target)
    return target


def restore_backup(source: Path, path: Path) -> Path | None:
    """Put the backup ``source`` in the place of the database ``path``.

    What stood there is kept beside it; its new name is returned (None if there was nothing). A restored
    database remembers that it was restored, so that the executor reads the service before it sends.

    Raises ``DatabaseError`` if ``source`` is no intact database of this program.
    """
    _check_intact(source)
    kept = None
    if path.exists():
        kept = path.with_name(path.name + ".before-restore")
        with clear_errors(path):
            _checkpoint(path)
        path.replace(kept)
    for leftover in ("-wal", "-shm"):
        path.with_name(path.name + leftover).unlink(missing_ok=True)
    with clear_errors(path):
        _copy(source, path)
        with sqlite3.connect(path) as connection:
            connection.execute("INSERT OR REPLACE INTO stamp (key, value) VALUES ('restored', '1')")
        connection.close()
    path.chmod(0o600)
    return kept


def _copy(source: Path, path: Path) -> None:
    os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    original, copy = sqlite3.connect(f"file:{source}?mode=ro", uri=True), sqlite3.connect(path)
    try:
        original.backup(copy)
    finally:
        original.close()
        copy.close()


def _checkpoint(path: Path) -> None:
    connection = sqlite3.connect(path, timeout=5)
    try:
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.close()
    if busy:
        raise DatabaseError(f"{path} is in use; stop the workbench and the executor, then restore")


def _check_intact(source: Path) -> None:
    if not source.is_file():
        raise DatabaseError(f"there is no backup at {source}")
    connection = sqlite3.connect(f"file:{source}?mode=ro", uri=True)
    try:
        verdict = connection.execute("PRAGMA quick_check").fetchone()[0]
        known = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stamp'").fetchone()[0]
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{source} is not an intact database ({error}); nothing was changed") from error
    finally:
        connection.close()
    if verdict != "ok" or not known:
        raise DatabaseError(f"{source} is not an intact backup of this program; nothing was changed")
