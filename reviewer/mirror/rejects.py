"""What could not be taken in: each line or contact with its reason, told at once and kept in a file."""

import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

LONGEST_REASON = 300
"""Characters of a reason; the service's own messages may be long."""


class Rejects:
    """Collects what is rejected from one source.

    ``tell`` hears ``SOURCE:NUMBER: reason`` of each (of pages that the service listed ``SOURCE, page NUMBER: reason``);
    the text may hold anything, so it has to make it visible.
    The rejects file (0600, JSON lines with ``line``, ``reason`` and ``text``) is made when the first one comes, at
    the first of ``places`` that can be written; where none can, ``tell`` hears that once and the act goes on.
    ``appending`` keeps what an earlier run left in it.
    """

    def __init__(
        self, source: str, places: Sequence[Path], tell: Callable[[str], None], *, of_pages: bool = False
    ) -> None:
        self.source = source
        self.appending = False
        self.count = 0
        self.path: Path | None = None
        self._before = ", page " if of_pages else ":"
        self._places = places
        self._tell = tell
        self._file: BinaryIO | None = None

    def add(self, number: int, reason: str, content: bytes, *, cut: bool = False) -> None:
        """Reject entry ``number``; ``cut`` says that ``content`` is only its beginning."""
        reason = reason if len(reason) <= LONGEST_REASON else f"{reason[:LONGEST_REASON]}…"
        self._tell(f"{self.source}{self._before}{number}: {reason}")
        self._keep({"line": number, "reason": reason, "text": content.decode("utf-8", "surrogateescape")}, cut)
        self.count += 1

    def _keep(self, entry: dict[str, object], cut: bool) -> None:
        if self.count == 0:
            self._file = self._opened()
        if self._file is None:
            return
        try:
            self._file.write(json.dumps(entry | ({"cut": True} if cut else {})).encode("ascii") + b"\n")
            self._file.flush()
        except OSError as error:
            self._give_up(error)

    def _opened(self) -> BinaryIO | None:
        failure: OSError | None = None
        for place in self._places:
            try:
                file = _open_private(place, self.appending)
            except OSError as error:
                failure = error
                continue
            self.path = place
            return file
        if failure is not None:
            self._give_up(failure)
        return None

    def _give_up(self, error: OSError) -> None:
        self._tell(f"the rejects of {self.source} are not kept in a file: {error}")
        self._file = self.path = None

    def close(self) -> None:
        """Let go of the file; closing twice is harmless."""
        file, self._file = self._file, None
        if file is not None:
            try:
                file.close()
            except OSError as error:
                self._give_up(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def _open_private(path: Path, appending: bool) -> BinaryIO:
    """A file that only its owner reads, what stood there before included; never through a link that lies there."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    start = os.O_APPEND if appending else os.O_TRUNC
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_NOFOLLOW | start, 0o600)
    try:
        os.fchmod(descriptor, 0o600)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "wb")
