"""A file that several processes append whole lines to, and rotate: one of them at a time, the others follow."""

import fcntl
import grp
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


class SharedFile:
    """Open for appending; 0600, or 0660 of a group that shares it.

    When it would grow beyond ``largest`` bytes it becomes ``NAME.1``, that one ``NAME.2``, and so on to ``old_files``.
    Raises ``OSError`` if it cannot be opened or is no file of its own (a link, say), and ``LookupError`` if there is
    no such group.
    """

    def __init__(self, path: Path, *, largest: int, old_files: int, group: str | None = None) -> None:
        self.path = path
        self._largest = largest
        self._old_files = old_files
        self._group = group
        self._torn = False
        if group is None:  # the folder of a group has a mode of its own
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file = self._open(path)

    def append(self, line: bytes) -> None:
        """Add a line, which ends with a line feed. Raises ``OSError`` if it cannot be written as a whole."""
        if not self._is_current():
            self._reopen()
        if 0 < os.fstat(self._file).st_size > self._largest - len(line):
            self.rotate()
        if self._torn:
            line = b"\n" + line  # what another process wrote since cannot be told from the torn line
        # One call to the system for each line, so that lines of several processes do not mix.
        self._torn = os.write(self._file, line) < len(line)
        if self._torn:
            raise OSError(f"{self.path} took a part of a line only")

    def rotate(self) -> None:
        """Begin a new file, unless another process was faster."""
        with self._alone():
            if self._is_current():
                self._number_on()
            self._reopen()

    def remove(self, is_unwanted: Callable[[bytes], bool]) -> int:
        """Remove lines from all files; returns how many. Raises ``OSError`` if one cannot be written anew.

        A new file is begun first, so that nobody writes to what is being written anew; what another process is writing
        in this very instant may stay.
        """
        with self._alone():
            self._number_on()
            self._reopen()
            return sum(
                self._remove_from(numbered(self.path, one), is_unwanted) for one in range(1, self._old_files + 1)
            )

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """While the block runs, no other process renames files."""
        lock = self._open(self.path.with_name(f"{self.path.name}.lock"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)

    def _number_on(self) -> None:
        for number in range(self._old_files, 0, -1):
            with suppress(FileNotFoundError):
                numbered(self.path, number - 1).replace(numbered(self.path, number))

    def _remove_from(self, path: Path, is_unwanted: Callable[[bytes], bool]) -> int:
        if not path.exists():
            return 0
        lines = path.read_bytes().splitlines(keepends=True)
        kept = [line for line in lines if not is_unwanted(line)]
        if len(kept) < len(lines):
            fresh = path.with_name(f"{path.name}.fresh")
            with os.fdopen(self._open(fresh), "wb") as file:
                file.truncate(0)
                file.writelines(kept)
            fresh.replace(path)
        return len(lines) - len(kept)

    def close(self) -> None:
        """Close the file; closing twice is harmless."""
        if self._file >= 0:
            os.close(self._file)
        self._file = -1

    def _reopen(self) -> None:
        self.close()
        self._file = self._open(self.path)

    def _is_current(self) -> bool:
        """Whether what is open is what bears the name now."""
        try:
            return self._file >= 0 and os.path.samestat(os.fstat(self._file), self.path.stat())
        except OSError:
            return False

    def _open(self, path: Path) -> int:
        mode = 0o660 if self._group else 0o600
        # Never through a link: in a group's folder anyone of the group could lay one to another's private file.
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        file = os.open(path, flags, mode)
        try:
            found = os.fstat(file)
            if not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
                raise OSError(f"{path} is not a file of its own")
            if found.st_uid == os.geteuid():
                if self._group:
                    os.fchown(file, -1, grp.getgrnam(self._group).gr_gid)
                os.fchmod(file, mode)
        except BaseException:
            os.close(file)
            raise
        return file


def numbered(path: Path, number: int) -> Path:
    """The name of the file that was rotated so many times; 0 is the present one."""
    return path.with_name(f"{path.name}.{number}") if number else path
