"""What a run of the detector keeps beside the database, to do only what has changed the next time.

It is derived data in a file of its own: it can be thrown away at any time, is in no backup, and counts only while the
database is stamped with the token that stands in it. While there is a stamp, the database notes which contacts change.
"""

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from glob import escape
from pathlib import Path

from reviewer.store import stamp
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

_STAMP = "compared"
_SUFFIX = ".partial"


def file_of(database: Database) -> Path:
    """Where the run is kept."""
    return database.path.with_name(database.path.name + ".compared")


def token(database: Database) -> str | None:
    """What the kept run must name to count; None where none is kept."""
    return stamp.read(database, _STAMP)


def new_token() -> str:
    """A token that no other run has."""
    return secrets.token_hex(16)


def watch(database: Database) -> str:
    """The token of the kept run. Where none is kept it is a token of no run, and changes are noted from now on.

    So a first run does not lose what changes while it is on.
    """
    with transaction(database):
        known = token(database)
        if known is None:
            known = new_token()
            stamp.write(database, _STAMP, known)
    return known


def changes(database: Database, after: int = 0) -> tuple[int, list[int]]:
    """A mark for ``settle``, and the numbers of contacts that have changed since the kept run, each once.

    With ``after``, an earlier mark, only those that have changed since it was given.

    Read it before the contacts: what changes in between is noted again.
    """
    (last,) = database.connection.execute("SELECT coalesce(max(id), 0) FROM changed_contact").fetchone()
    query = "SELECT DISTINCT number FROM changed_contact WHERE id > ? AND id <= ? ORDER BY 1"
    rows = database.connection.execute(query, (after, last))
    return last, [number for (number,) in rows]


def settle(database: Database, last: int, kept: str | None) -> None:
    """Changes up to the mark ``last`` are in the run with the token ``kept`` (None: none is kept from now on).

    Joins a running transaction: the run counts once that has ended.
    """
    with transaction(database) as connection:
        connection.execute("DELETE FROM changed_contact WHERE id <= ?", (last,))
        if kept is None:
            stamp.erase(database, _STAMP)
        else:
            stamp.write(database, _STAMP, kept)


def throw_away(database: Database) -> None:
    """Forget the kept run, and what a killed process left of one: the next one does all anew."""
    with transaction(database) as connection:
        stamp.erase(database, _STAMP)
        connection.execute("DELETE FROM changed_contact")
        _remove_left(database)
    with suppress(FileNotFoundError):
        file_of(database).unlink()


def _remove_left(database: Database) -> None:
    """Remove what processes that were killed while they wrote a run have left: nobody else writes one meanwhile."""
    for left in file_of(database).parent.glob(f"{escape(_prefix(database))}*{_SUFFIX}"):
        left.unlink(missing_ok=True)


def _prefix(database: Database) -> str:
    return f".{file_of(database).name}-"


@contextmanager
def place_for(database: Database) -> Iterator[Path]:
    """A new file beside the kept one, open to the same people as the database, that takes its place at the end.

    Call it inside a transaction, so that one process at a time writes a run. It need not reach the disk: what is torn
    by a crash is told by its sums. Raises ``OSError``.
    """
    target = file_of(database)
    _remove_left(database)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=_prefix(database), suffix=_SUFFIX)
    partial = Path(name)
    try:
        known = database.path.stat()
        with suppress(PermissionError):  # then only its owner reads it, and others start anew
            if os.fstat(descriptor).st_gid != known.st_gid:
                shutil.chown(partial, group=known.st_gid)
            os.fchmod(descriptor, known.st_mode & 0o660)
        os.close(descriptor)
        yield partial
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
