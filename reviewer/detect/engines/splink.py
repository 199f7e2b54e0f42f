"""Pairs that Splink proposes, on DuckDB or Spark: contacts go out as a file, predictions come back as one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reviewer.detect.blocking import Blocks
from reviewer.detect.columns import Columns, Ints
from reviewer.detect.compared import Progress
from reviewer.detect.engines.contact_file import write_contacts
from reviewer.detect.engines.keys import SEPARATOR, KeyRule, key_rules
from reviewer.detect.engines.process import EngineError, told
from reviewer.detect.engines.worker import Job
from reviewer.extras import require
from reviewer.parquet import Table
from reviewer.store import comparable_export
from reviewer.store.database import Database
from reviewer.text import visible

THRESHOLD = -8.0
"""Weight in Splink's model from which pairs come back to be judged: low, for it only keeps out what is hopeless."""

NAMES = {"duckdb": "DuckDB", "spark": "Spark"}
"""The backends, and what they call themselves."""


@dataclass(frozen=True)
class Engine:
    """How Splink is to run: ``backend`` is duckdb or spark, ``master`` is where Spark's cluster is.

    ``folder`` is where the files lie that go to and fro (None: where temporary files do); a cluster's machines must
    see it under the same path. ``log`` gets what the engine says.
    """

    backend: str
    master: str
    folder: Path | None
    log: Path
    threshold: float = THRESHOLD


@dataclass(frozen=True)
class Predictions:
    """What an engine proposes, kept in a file until it is asked for."""

    file: Path
    left_out: tuple[str, ...]

    def blocks(self, columns: Columns, progress: Progress) -> Blocks:
        """The pairs by their places; those of contacts that are no more are left out."""
        width = max(len(columns), 1)
        a, b = (columns.places(numbers) for numbers in self._numbers(progress))
        known = (a >= 0) & (b >= 0) & (a != b)
        keys = np.unique(np.minimum(a, b)[known] * width + np.maximum(a, b)[known])
        return Blocks(keys // width, keys % width, np.ones(len(keys), dtype=np.int64), self.left_out)

    def _numbers(self, progress: Progress) -> tuple[Ints, Ints]:
        """The contact numbers of every pair; what the file has in other columns is not read."""
        found: tuple[list[Ints], list[Ints]] = ([np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)])
        table, done = Table(self.file), 0
        for batch in table.batches(("a", "b")):
            for name, numbers in zip(("a", "b"), found, strict=True):
                numbers.append(np.asarray(batch.column(name), dtype=np.int64))
            done += batch.num_rows
            progress("reading predictions", done, table.rows)
        return np.concatenate(found[0]), np.concatenate(found[1])


@contextmanager
def predictions(database: Database, engine: Engine, progress: Progress) -> Iterator[Predictions]:
    """Let the engine predict the pairs of all live contacts; its files are gone when the block ends.

    Raises ``MissingExtraError``, ``EngineError``, ``DatabaseError``.
    """
    require_installed(engine.backend)
    with _private_folder(engine.folder) as folder:
        try:
            found = _predicted(database, engine, folder, progress)
        except OSError as error:
            raise _not_written(error, folder) from error
        yield found


@contextmanager
def _private_folder(parent: Path | None) -> Iterator[Path]:
    """A folder (0700) that is gone with all that is in it when the block ends."""
    try:
        folder = tempfile.TemporaryDirectory(prefix="reviewer-", dir=parent, ignore_cleanup_errors=True)
    except OSError as error:
        raise _not_written(error, parent) from error
    with folder as name:
        yield Path(name).resolve()


def _not_written(error: OSError, folder: Path | None) -> EngineError:
    place = error.filename or folder or tempfile.gettempdir()
    return EngineError(
        f"{place} cannot be written: {error.strerror or error}; the setting `engine_folder` names another place"
    )


def require_installed(backend: str) -> None:
    """Make sure that there is all that a backend needs. Raises ``MissingExtraError``, ``EngineError``."""
    if backend == "duckdb":
        require("splink", "duckdb", "pyarrow", extra="splink", purpose="`--engine splink`")
        return
    require("splink", "pyspark", "pyarrow", extra="spark", purpose="`--backend spark`")
    home = os.environ.get("JAVA_HOME")
    if shutil.which("java", path=f"{home}/bin" if home else None) is None:
        where = f"JAVA_HOME leads to {home}, where none is" if home else "there is none on the PATH"
        raise EngineError(f"Spark needs Java 17 or newer, and {where}: install it, or set JAVA_HOME")


def _predicted(database: Database, engine: Engine, folder: Path, progress: Progress) -> Predictions:
    expected = comparable_export.count(database)
    rules = key_rules(expected)
    job = Job(engine.backend, engine.master, str(folder), 0, engine.threshold, [rule.largest for rule in rules])
    count = write_contacts(
        database, job.contact_file, rules, lambda done: progress("writing contacts for Splink", done, expected)
    )
    left_out: tuple[str, ...] = ()
    job.predictions.mkdir()
    if count > 1:
        for facts in told(job._replace(contacts=count), engine.log):
            if "stage" in facts:
                progress(f"Splink on {NAMES[engine.backend]}, {facts['stage']}", facts["done"], facts["total"])
            for place, *crowd in facts.get("crowded", ()):
                left_out += (_too_common(rules[place], *crowd),) if rules[place].told else ()
    return Predictions(job.predictions, left_out)


def _too_common(rule: KeyRule, values: int, holders: int, key: str) -> str:
    """A sentence on a rule of which some values bring too many contacts together; ``key`` is the commonest."""
    end = "; contacts with it were compared only where something else agrees too"
    if rule.values:
        value = visible(key.partition(SEPARATOR)[2])
        others = f", {values - 1:,} more by over {rule.largest} each" if values > 1 else ""
        return f"{rule.name} {value} is held by {holders:,} contacts{others}{end}"
    are = "value is" if values == 1 else "values are"
    return f"{rule.name}: {values:,} {are} too common, the commonest has {holders:,} contacts{end}"
