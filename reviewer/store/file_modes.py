"""Who may read the files: they hold personal data."""

import os
import shutil
import stat
from pathlib import Path

from reviewer.domain.errors import DatabaseError


def prepare_folder(folder: Path, group: str | None = None) -> None:
    """Make ``folder`` (0700, or 2770 for a queue group) if it is missing; an existing one is left as it is.

    Raises ``DatabaseError`` if it cannot be made.
    """
    if folder.is_dir():
        return
    try:
        folder.mkdir(parents=True, mode=0o700)
        if group:
            shutil.chown(folder, group=group)
            folder.chmod(0o2770)
    except (OSError, LookupError) as error:
        raise DatabaseError(f"the folder {folder} cannot be made ({error}); choose another with `database`") from error


def prepare_file(path: Path, group: str | None = None) -> None:
    """Make an empty file that nobody else may read, or only the queue group.

    Raises ``DatabaseError`` if it cannot be made.
    """
    try:
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise DatabaseError(
            f"{path} cannot be made ({error}); check the permissions of the folder, or choose another with `database`"
        ) from error
    restrict(path, group)


def restrict(path: Path, group: str | None = None) -> None:
    """Let only the owner read ``path`` (0600), or the queue group too (0660).

    Raises ``DatabaseError`` if the group does not exist or is not ours to give.
    """
    try:
        if group:
            shutil.chown(path, group=group)
        path.chmod(0o660 if group else 0o600)
    except (OSError, LookupError) as error:
        raise DatabaseError(f"{path} cannot be given to the group {group!r} ({error})") from error


def open_lock(path: Path, database: Path, flags: int = 0) -> int:
    """Open a lock file beside a database, for the same people as the database (its group, where a queue has one).

    Raises ``DatabaseError`` if it cannot be used.
    """
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | flags, 0o600)
        if database.exists():
            _open_to_the_same(descriptor, database.stat())
    except OSError as error:
        raise DatabaseError(f"the lock {path} cannot be used ({error.strerror}); check its mode") from error
    return descriptor


def _open_to_the_same(descriptor: int, database: os.stat_result) -> None:
    made = os.fstat(descriptor)
    if made.st_uid != os.geteuid():
        return  # another process made it meanwhile
    if made.st_gid != database.st_gid:
        os.fchown(descriptor, -1, database.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(database.st_mode) & 0o660 | 0o600)  # a read-only database may be writable later
