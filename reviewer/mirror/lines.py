"""The lines of a file or of standard input, numbered, one at a time, however long one of them is."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple, Protocol, TypeVar

from reviewer.domain.errors import ReviewerError

LONGEST_LINE = 4 * 1024 * 1024
"""Bytes. The service takes no request above half a megabyte, so no contact comes near this."""

_MOST_READ = LONGEST_LINE + len(b"\r\n")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_Entry = TypeVar("_Entry")


class FileError(ReviewerError):
    """A file cannot be read."""


class Line(NamedTuple):
    """A line without its end. ``cut`` is true where it was longer than ``LONGEST_LINE``; the rest is dropped."""

    number: int
    content: bytes
    cut: bool


class LineSource(Protocol):
    """Where lines come from: what it is called, and how far it is read, in ``unit`` (``size`` 0: not known)."""

    source: str
    size: int
    consumed: int
    unit: str

    def __iter__(self) -> Iterator[Line]:
        """The lines, once; raises ``FileError`` or ``ParquetError`` where reading stops short."""


class Lines:
    """Iterates over the lines that are not blank; raises ``FileError`` where reading stops short.

    ``source`` is what the file is called; ``consumed`` how many bytes have been read so far, of ``size`` in all (0:
    not known).
    """

    def __init__(self, stream: BinaryIO, source: str, size: int = 0) -> None:
        self._stream = stream
        self.source = source
        self.size = size
        self.consumed = 0
        self.unit = "bytes"

    def __iter__(self) -> Iterator[Line]:
        number = 0
        while content := self._read():
            number += 1
            if len(content) == _MOST_READ and not content.endswith(b"\n"):
                self._skip_to_the_end()
            if number == 1:
                content = content.removeprefix(_BYTE_ORDER_MARK)
            content = content.rstrip(b"\r\n")
            if content.strip():
                yield Line(number, content[:LONGEST_LINE], len(content) > LONGEST_LINE)

    def _read(self) -> bytes:
        try:
            content = self._stream.readline(_MOST_READ)
        except OSError as error:
            raise FileError(f"{self.source} cannot be read: {error.strerror or error}") from error
        self.consumed += len(content)
        return content

    def _skip_to_the_end(self) -> None:
        while content := self._read():
            if content.endswith(b"\n"):
                return


def batches(entries: Iterator[_Entry], size: int) -> Iterator[list[_Entry]]:
    """The entries in lists of ``size``, the last one shorter."""
    while batch := list(islice(entries, size)):
        yield batch
