"""Who may read the files: they hold personal data."""

import os
import shutil
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
