"""Reading the list of calls, the oldest first, while other processes go on writing it."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from reviewer.api_log.record import LoggedCall
from reviewer.api_log.writing import OLD_FILES
from reviewer.shared_file import numbered

POLL_SECONDS = 0.5
_BEGINNING = b'{"at":'

_decoder = msgspec.json.Decoder(LoggedCall)


@dataclass(frozen=True)
class Wanted:
    """Which calls are asked for; what is not set asks for nothing."""

    since: datetime | None = None
    failed: bool = False
    writes: bool = False
    text: str = ""
    """A part of method and path, capitals aside."""
    correlation_id: str = ""
    """A correlation id, or the beginning of one."""

    def has(self, call: LoggedCall) -> bool:
        """Whether a call is one of them."""
        words = f"{call.method} {call.target} {call.path} {call.command}".casefold()
        return (
            (self.since is None or call.at >= self.since)
            and (call.failed or not self.failed)
            and (call.writes or not self.writes)
            and self.text.casefold() in words
            and call.correlation_id.startswith(self.correlation_id)
        )


def read(path: Path, wanted: Wanted, last: int | None = None) -> list[LoggedCall]:
    """The calls that are wanted, the newest ``last`` of them; none where nothing was ever called.

    Raises ``OSError`` if a file is there and cannot be read.
    """
    found = deque[LoggedCall](maxlen=last)
    with ExitStack() as opened:
        for file in reversed(_files(path, opened)):
            found.extend(call for call in map(_call, file) if call and wanted.has(call))
    return list(found)


def follow(path: Path, wanted: Wanted, sleep: Callable[[float], None] = time.sleep) -> Iterator[LoggedCall]:
    """The calls that are wanted as they come, for ever; ``sleep`` may end it by raising."""
    file = _opened(path)
    if file is not None:
        file.seek(0, os.SEEK_END)
    part = b""
    while True:
        rotated = file is None or not _is_current(file, path)  # asked first, so that nothing written since is missed
        for piece in file or ():
            part += piece
            if part.endswith(b"\n"):
                call, part = _call(part), b""
                if call and wanted.has(call):
                    yield call
        if rotated and (fresh := _opened(path)) is not None:
            if file is not None:
                file.close()
            file, part = fresh, b""
            continue
        sleep(POLL_SECONDS)


def _files(path: Path, opened: ExitStack) -> list[BinaryIO]:
    """The files there are, the newest first: one that is rotated meanwhile is met again, and left out then."""
    found: dict[tuple[int, int], BinaryIO] = {}
    for number in range(OLD_FILES + 1):
        file = _opened(numbered(path, number))
        if file is not None:
            opened.enter_context(file)
            status = os.fstat(file.fileno())
            found.setdefault((status.st_dev, status.st_ino), file)
    return list(found.values())


def _opened(path: Path) -> BinaryIO | None:
    try:
        return path.open("rb")
    except FileNotFoundError:
        return None


def _is_current(file: BinaryIO, path: Path) -> bool:
    with suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    return False


def _call(line: bytes) -> LoggedCall | None:
    """The call of a line; of one that a full disk cut off, the call that was written behind it, if any."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        start = line.rfind(_BEGINNING)
        return _call(line[start:]) if start > 0 else None
