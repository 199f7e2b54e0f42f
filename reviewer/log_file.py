"""The log: one rotating file (0600) that all processes of the program share. Nothing is ever logged to the screen.

A line has the time in UTC, the level, the process id, the logger, the correlation id of the call it is about, and a
message made of ids and counts. Record text and secrets do not belong in a message; as a second net, tokens and
credentials are blotted out, an exception is named without its words (they may quote a record), and of foreign
libraries only the fixed part of a message is kept.
"""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import TracebackType

from reviewer.shared_file import SharedFile
from reviewer.text import visible

LARGEST_BYTES = 2_000_000
OLD_FILES = 5

_correlation: ContextVar[str] = ContextVar("correlation", default="-")

_CREDENTIALS = re.compile(
    r"(?i)(\b(?:bearer|basic)\s+|\b(?:client_secret|access_token|refresh_token|password|authorization)\b[\"']?\s*[=:]\s*[\"']?)"
    r"(?!(?:bearer|basic)\b)[^\s\"'&,;}]+"
)
_USER_INFO = re.compile(r"(?<=://)[^/\s@]+@")
_EXCEPTION = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


@contextmanager
def correlated(identifier: str) -> Iterator[None]:
    """Lines logged inside carry this id: an operation's, or the correlation id of an answer."""
    token = _correlation.set(identifier)
    try:
        yield
    finally:
        _correlation.reset(token)


def start(path: Path, level: int = logging.INFO) -> bool:
    """Send what this process logs to the file, in place of wherever it went; True if the file can be written.

    If it cannot, nothing is logged: a full or read-only disk must not keep a steward from working.
    """
    stop()
    root = logging.getLogger()
    try:
        handler: logging.Handler = _SharedHandler(path)
    except OSError:
        handler = logging.NullHandler()
    handler.setFormatter(_Line())
    handler.set_name(_HANDLER_NAME)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("reviewer").setLevel(level)
    return isinstance(handler, _SharedHandler)


def stop() -> None:
    """Close the log of this process."""
    root = logging.getLogger()
    for handler in [handler for handler in root.handlers if handler.name == _HANDLER_NAME]:
        root.removeHandler(handler)
        handler.close()


_HANDLER_NAME = "reviewer log file"


class _SharedHandler(logging.Handler):
    """Writes to the file that all processes share; a line that cannot be written is lost."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = SharedFile(path, largest=LARGEST_BYTES, old_files=OLD_FILES)

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            self._file.append(f"{self.format(record)}\n".encode("utf-8", "backslashreplace"))
        except Exception:  # noqa: BLE001 - standard error belongs to the screen, and a log must not end the work
            return

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


class _Line(logging.Formatter):
    """One record as text: safe to show, and without what must not be written down."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(process)d %(name)s [%(correlation)s] %(message)s")
        self.converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        """The line, and under it the frames of an exception."""
        copy = logging.makeLogRecord(record.__dict__)
        copy.correlation = visible(_correlation.get())
        copy.msg, copy.args = visible(redacted(_message(record))), None
        copy.exc_text = None
        return super().format(copy)

    def formatException(self, ei: _EXCEPTION) -> str:  # noqa: N802 - the base class names it
        """Where it happened and of which kind, without the exception's own words."""
        kind, _, frames = ei
        lines = []
        while frames is not None:
            code = frames.tb_frame.f_code
            lines.append(f"    {Path(code.co_filename).name}:{frames.tb_lineno} {code.co_name}")
            frames = frames.tb_next
        return "\n".join([*lines, f"    {kind.__module__}.{kind.__qualname__}" if kind else ""])


def redacted(text: str) -> str:
    """The text with tokens, credentials and the user part of addresses blotted out."""
    return _USER_INFO.sub("…@", _CREDENTIALS.sub(r"\1…", text))


def _message(record: logging.LogRecord) -> str:
    """The message; of a foreign library only the fixed first line of it, without what was put in."""
    if record.name == "reviewer" or record.name.startswith("reviewer."):
        return record.getMessage()
    return str(record.msg).partition("\n")[0]
