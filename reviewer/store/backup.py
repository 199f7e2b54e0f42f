"""Backups: a consistent copy of a live database, and the way back."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from reviewer.domain.errors import BusyError, DatabaseError, RefusedError
from reviewer.store.database import Database, clear_errors
from reviewer.store.file_modes import prepare_file, restrict
from reviewer.store.migration import SCHEMA_VERSION
from reviewer.store.whole_file import is_of_database, whole_file

_BESIDE = ("-wal", "-shm")


def write_backup(database: Database, target: Path, *, overwrite: bool = False) -> Path:
    """Copy the whole database to ``target`` (0600) while others go on using it; returns ``target``.

    The copy is one file, complete or absent: it is written beside the target and renamed. Raises ``RefusedError``
    if there is such a file already and it is not to be overwritten, ``DatabaseError``.
    """
    if is_of_database(target, database.path):
        raise DatabaseError(f"{target} belongs to the database itself: write the backup to another file")
    if os.path.lexists(target) and not overwrite:
        raise RefusedError(f"{target} exists already: choose another file, or overwrite it with --force")
    try:
        with whole_file(target) as partial, clear_errors(target), closing(sqlite3.connect(partial)) as copy:
            database.connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, that can be read from a read-only place too
    except OSError as error:
        raise DatabaseError(f"the backup cannot be written to {target} ({error})") from error
    return target


def restore_backup(
    source: Path, path: Path, group: str | None = None, *, any_organization: bool = False
) -> Path | None:
    """Put the backup ``source`` in the place of the database ``path``.

    What stood there is kept beside it, under a name that nothing has yet, which is returned (None if there was
    nothing). A restored database remembers that it was restored, so that the executor reads the service before it
    sends. ``group`` is the queue group, as with ``open_database``.

    Raises ``DatabaseError`` if ``source`` is no intact database of this program, ``RefusedError`` if it is of another
    organisation than the database in place (unless ``any_organization``), ``BusyError`` if another process has the
    database open; then nothing was changed.
    """
    _check_intact(source)
    if path.exists() and path.samefile(source):
        raise DatabaseError(f"{source} is the database itself: nothing was changed")
    if not any_organization:
        _refuse_another_organization(source, path)
    partial = path.with_name(path.name + ".restoring")
    partial.unlink(missing_ok=True)
    prepare_file(partial, group)
    try:
        with clear_errors(path):
            _copy(source, partial)
        kept = _set_aside(path)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    restrict(path, group)
    return kept


def _refuse_another_organization(source: Path, path: Path) -> None:
    theirs, ours = _organization(source), _organization(path)
    if theirs and ours and theirs[0] != ours[0]:
        raise RefusedError(
            f"the backup {source} is of the organisation {theirs[1]} ({theirs[0]}), but the database {path} is of "
            f"{ours[1]} ({ours[0]}): choose the matching environment, or restore it all the same with --force"
        )


def _organization(path: Path) -> tuple[str, str] | None:
    """The id and name of the organisation that a database is of; None if it has none, or is too damaged to tell."""
    if not path.exists():
        return None
    query = "SELECT key, value FROM stamp WHERE key IN ('organization', 'organization_name')"
    try:
        with closing(_read_only(path)) as connection:
            stamped = dict(connection.execute(query).fetchall())
    except sqlite3.DatabaseError:
        return None
    return (stamped["organization"], stamped.get("organization_name", "")) if "organization" in stamped else None


def _copy(source: Path, partial: Path) -> None:
    with closing(_read_only(source)) as original, closing(sqlite3.connect(partial)) as copy:
        original.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        with copy:
            copy.execute("INSERT OR REPLACE INTO stamp (key, value) VALUES ('restored', '1')")


def _set_aside(path: Path) -> Path | None:
    """Rename the database; a damaged one goes with what SQLite keeps beside it."""
    if not path.exists():
        return None
    _refuse_open(path)
    number = 1
    while (kept := path.with_name(f"{path.name}.before-restore{f'-{number}' if number > 1 else ''}")).exists():
        number += 1
    path.replace(kept)
    for ending in _BESIDE:
        beside = path.with_name(path.name + ending)
        if beside.exists():
            beside.replace(kept.with_name(kept.name + ending))
    return kept


def _refuse_open(path: Path) -> None:
    """Leaving the write-ahead log takes the whole database: it fails while anybody else has it open."""
    with closing(sqlite3.connect(path, timeout=1)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.DatabaseError as error:
            if error.sqlite_errorname.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
                raise BusyError(f"{path} is in use; stop the workbench and the executor, then restore") from error
            # a damaged database is what one restores for


def _read_only(source: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True)


def _check_intact(source: Path) -> None:
    if not source.is_file():
        raise DatabaseError(f"there is no backup at {source}")
    try:
        with closing(_read_only(source)) as connection:
            (verdict,) = connection.execute("PRAGMA quick_check").fetchone()
            (known,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'stamp'").fetchone()
            (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        raise DatabaseError(f"{source} is not an intact database ({error}); nothing was changed") from error
    if verdict != "ok" or not known or version < 1:
        raise DatabaseError(f"{source} is not an intact backup of this program; nothing was changed")
    if version > SCHEMA_VERSION:
        raise DatabaseError(
            f"the backup {source} is of version {version}, this program knows {SCHEMA_VERSION}: "
            "install a newer reviewer, nothing was changed"
        )
