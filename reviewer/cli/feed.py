"""A file, or standard input, that a command takes in line by line."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from reviewer.cli.rejecting import rejects_of
from reviewer.mirror.lines import FileError, Lines
from reviewer.mirror.rejects import Rejects

STANDARD_INPUT = "stdin"


class Feed(NamedTuple):
    """The lines, and where what is wrong with them goes."""

    lines: Lines
    rejects: Rejects


@contextmanager
def open_feed(file: Path) -> Iterator[Feed]:
    """The lines of ``file`` (`-`: of standard input); rejects lie beside it, or where logs are if they cannot.

    Raises ``FileError`` if it cannot be opened.
    """
    from reviewer import locations

    source, given = _text(file.name, file), _text(str(file), file)
    state = locations.state_directory() / f"{file.name if str(file) != '-' else STANDARD_INPUT}.rejects.jsonl"
    places = [state] if str(file) == "-" else [file.with_name(state.name), state]
    try:
        opened = _stream(file)
    except OSError as error:
        raise FileError(f"{given} cannot be read: {error.strerror or error}") from error
    with opened as stream, rejects_of(given, places) as rejects:
        yield Feed(Lines(stream, source, _size(file)), rejects)


def _text(name: str, file: Path) -> str:
    """A name of the file: as it was given in messages, alone in the database; bytes that are no text are escaped."""
    if str(file) == "-":
        return STANDARD_INPUT
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _stream(file: Path) -> AbstractContextManager[BinaryIO]:
    return nullcontext(sys.stdin.buffer) if str(file) == "-" else file.open("rb")


def _size(file: Path) -> int:
    """Bytes, 0 where that is not known (standard input, a pipe)."""
    return file.stat().st_size if file.is_file() else 0
