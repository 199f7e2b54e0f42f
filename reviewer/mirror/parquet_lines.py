"""The rows of a Parquet file of pairs as lines of JSON, so that they are read like those of any other file."""

import json
from collections.abc import Iterator
from pathlib import Path

from reviewer.mirror.lines import Line
from reviewer.mirror.pair_lines import columns_of_pairs
from reviewer.parquet import Table


class ParquetLines:
    """Iterates over the rows, in batches of bounded memory; columns that say nothing of pairs are not read.

    ``path`` is a file, or a folder of files as Spark writes it. Raises ``MissingExtraError``, ``ParquetError`` if it
    cannot be read (also on the way), ``UnknownPairsError`` if it has no columns of ids.
    """

    def __init__(self, path: Path, source: str) -> None:
        self._table = Table(path)
        self._columns = columns_of_pairs(self._table.names, source)
        self.source = source
        self.size = self._table.rows
        self.consumed = 0
        self.unit = "rows"

    def __iter__(self) -> Iterator[Line]:
        for batch in self._table.batches(self._columns):
            for row in batch.to_pylist():
                self.consumed += 1
                yield Line(self.consumed, json.dumps(row, default=_text).encode("ascii"), False)


def _text(value: object) -> str:
    """A value that JSON does not have, as text: bytes, decimal numbers, times."""
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
