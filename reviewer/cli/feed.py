"""A file, or standard input, that a command takes in line by line."""

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from reviewer.cli.rejecting import rejects_of
from reviewer.mirror.lines import FileError, Lines, LineSource
from reviewer.mirror.rejects import Rejects
from reviewer.parquet import is_parquet

STANDARD_INPUT = "stdin"


class Feed(NamedTuple):
    """The lines, and where what is wrong with them goes."""

    lines: Lines
    rejects: Rejects


class PairsFeed(NamedTuple):
    """The same of a file of pairs, which may be a Parquet file."""

    lines: LineSource
    rejects: Rejects


@contextmanager
def open_feed(file: Path) -> Iterator[Feed]:
    """The lines of ``file`` (`-`: of standard input); rejects lie beside it, or where logs are if they cannot.

    Raises ``FileError`` if it cannot be opened.
    """
    given = _text(str(file), file)
    try:
        opened = _stream(file)
    except OSError as error:
        raise FileError(f"{given} cannot be read: {error.strerror or error}") from error
    with opened as stream, _rejects(file) as rejects:
        yield Feed(Lines(stream, _text(file.name, file), _size(file)), rejects)


@contextmanager
def open_pairs_feed(file: Path) -> Iterator[PairsFeed]:
    """The same, where ``file`` may also be a Parquet file, or a folder of them as Spark writes it.

    Raises ``MissingExtraError``, ``ParquetError`` and ``UnknownPairsError`` for one of these.
    """
    if str(file) == "-" or not is_parquet(file):
        with open_feed(file) as feed:
            yield PairsFeed(*feed)
        return
    from reviewer.mirror.parquet_lines import ParquetLines

    lines = ParquetLines(file, _text(file.name, file))
    with _rejects(file) as rejects:
        yield PairsFeed(lines, rejects)


def _rejects(file: Path) -> Rejects:
    from reviewer import locations

    state = locations.state_directory() / f"{file.name if str(file) != '-' else STANDARD_INPUT}.rejects.jsonl"
    places = [state] if str(file) == "-" else [file.with_name(state.name), state]
    return rejects_of(_text(str(file), file), places)


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
