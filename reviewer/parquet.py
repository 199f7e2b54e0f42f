"""Parquet files: rows go out and come back in batches, so that memory stays small. PyArrow comes with an extra."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

from reviewer.domain.errors import ReviewerError
from reviewer.extras import imported

ROWS_AT_ONCE = 50_000
"""Rows that are in memory at a time; written, they are one row group."""

_MAGIC = b"PAR1"


class Kind(Enum):
    """What a column holds; any value may be None, which is missing."""

    TEXT = "text"
    TEXTS = "texts"
    WHOLE = "whole"
    FLAG = "flag"


class ParquetError(ReviewerError):
    """A Parquet file cannot be read."""


def write_rows(path: Path, columns: Mapping[str, Kind], rows: Iterable[Sequence[object]]) -> int:
    """Write rows, each with a value for every column in order; returns how many.

    Raises ``MissingExtraError``, ``OSError``.
    """
    arrow, parquet = pyarrow(), pyarrow("parquet")
    types = {
        Kind.TEXT: arrow.string(), Kind.TEXTS: arrow.list_(arrow.string()), Kind.WHOLE: arrow.int64(),
        Kind.FLAG: arrow.bool_(),
    }  # fmt: skip
    schema = arrow.schema([(name, types[kind]) for name, kind in columns.items()])
    count, left = 0, iter(rows)
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        while batch := list(islice(left, ROWS_AT_ONCE)):
            values = zip(*batch, strict=True)
            arrays = [arrow.array(column, field.type) for column, field in zip(values, schema, strict=True)]
            writer.write_batch(arrow.record_batch(arrays, schema=schema))
            count += len(batch)
    return count


def is_parquet(path: Path) -> bool:
    """Whether it is a Parquet file, or a folder of them as clusters write it."""
    if path.is_dir():
        return bool(parts(path))
    if not path.is_file():  # a pipe would lose what is read of it here
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError:
        return False


def parts(path: Path) -> list[Path]:
    """The files of which a table consists: itself, or those in the folder and in those below; hidden ones are none."""
    if not path.is_dir():
        return [path]
    found = sorted(part for part in path.rglob("*.parquet") if part.is_file())
    return [part for part in found if not any(name.startswith((".", "_")) for name in part.relative_to(path).parts)]


class Table:
    """A Parquet table to be read: the names of its columns, how many rows it has, and its rows in batches.

    Raises ``MissingExtraError``, and ``ParquetError`` where a file is damaged or cannot be read, also on the way.
    """

    def __init__(self, path: Path) -> None:
        self._arrow = pyarrow("parquet")
        self._errors = (pyarrow().ArrowException, OSError)
        self._parts = parts(path)
        self.names: tuple[str, ...] = ()
        self.rows = 0
        for part in self._parts:
            with self._opened(part) as file:
                self.names = self.names or tuple(file.schema_arrow.names)
                self.rows += file.metadata.num_rows

    def batches(self, columns: Sequence[str]) -> Iterator[Any]:
        """Batches (``pyarrow.RecordBatch``) of these columns, at most ``ROWS_AT_ONCE`` rows each."""
        for part in self._parts:
            with self._opened(part) as file:
                left = file.iter_batches(ROWS_AT_ONCE, columns=list(columns))
                while (batch := self._next(part, left)) is not None:
                    yield batch

    def _opened(self, part: Path) -> Any:
        try:
            return self._arrow.ParquetFile(part)
        except self._errors as error:
            raise _unreadable(part, error) from error

    def _next(self, part: Path, batches: Iterator[Any]) -> Any:
        try:
            return next(batches, None)
        except self._errors as error:
            raise _unreadable(part, error) from error


def _unreadable(part: Path, error: Exception) -> ParquetError:
    return ParquetError(f"{part} cannot be read as Parquet: {str(error).splitlines()[0] if str(error) else error!r}")


def pyarrow(part: str = "") -> ModuleType:
    """PyArrow, or a part of it. Raises ``MissingExtraError``."""
    return imported(f"pyarrow.{part}" if part else "pyarrow", extra="splink", purpose="a Parquet file")
