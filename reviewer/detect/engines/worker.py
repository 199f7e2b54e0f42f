"""The process in which Splink works: ``python -m reviewer.detect.engines.worker JOB``, started by ``engines.process``.

A process of its own, so that nothing that Splink, DuckDB, Spark or Java say reaches the terminal, and nothing of them
is left when it ends. It tells how far it is as JSON lines on what was its standard output; all other words go where
its standard error goes. It ends, with all that it started, when its standard input does: then nobody waits for it.
"""

import json
import os
import shutil
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Any, NamedTuple

from reviewer.detect.engines.backends import Backend, DuckDB, Spark
from reviewer.detect.engines.keys import SEPARATOR
from reviewer.detect.engines.splink_model import settings

CONTACTS_AT_ONCE = 2_000_000
"""Contacts whose pairs are compared at a time, with all others."""


class Job(NamedTuple):
    """What is to be done; paths are absolute. ``folder`` has the contacts, and gets the predictions.

    ``largest`` says for each blocking rule, by its place, how many contacts with one key are brought together.
    """

    backend: str
    master: str
    folder: str
    contacts: int
    threshold: float
    largest: Sequence[int]

    @property
    def contact_file(self) -> Path:
        return Path(self.folder) / "contacts.parquet"

    @property
    def predictions(self) -> Path:
        return Path(self.folder) / "predictions"


Tell = Callable[..., None]


def work(job: Job, tell: Tell) -> None:
    """Predict the pairs, and write those from the threshold on; tells of each step, and of what is too common."""
    chunks = max(1, -(-job.contacts // CONTACTS_AT_ONCE))
    steps = 2 + chunks
    tell(stage="starting", done=0, total=steps)
    backend: Backend = DuckDB(Path(job.folder)) if job.backend == "duckdb" else Spark(Path(job.folder), job.master)
    tell(stage="blocking", done=1, total=steps)
    some = block(backend, job, tell)
    for chunk in range(1, chunks + 1) if some else ():
        tell(stage="comparing", done=1 + chunk, total=steps)
        predict(backend, job, chunk, chunks)
    tell(stage="ending", done=steps, total=steps)
    backend.close()


def block(backend: Backend, job: Job, tell: Tell) -> bool:
    """Keep the keys that bring contacts together and are not too common; returns whether there are any."""
    rule = f"CAST(split_part(key, '{SEPARATOR}', 1) AS INT)"
    backend.read("contacts", job.contact_file)
    backend.make("contact_key", f"SELECT number, {backend.each}(keys) AS key FROM contacts")
    backend.make(
        "shared_key",
        f"SELECT key, {rule} AS rule, count(*) AS holders FROM contact_key GROUP BY key HAVING count(*) > 1",
    )
    crowded = backend.rows(
        f"""SELECT rule, count(*), max(holders), max_by(key, holders) FROM shared_key
            WHERE holders > {_largest(job)} GROUP BY rule ORDER BY rule"""
    )
    tell(crowded=[list(row) for row in crowded])
    backend.make(
        "blocked",
        f"""SELECT k.number, {backend.gathered}(k.key) AS shared_keys FROM contact_key k
            JOIN shared_key s ON s.key = k.key WHERE s.holders <= {_largest(job)} GROUP BY k.number""",
    )
    backend.make("input", "SELECT c.*, b.shared_keys FROM contacts c JOIN blocked b ON b.number = c.number")
    return bool(backend.rows("SELECT number FROM input LIMIT 1"))


def _largest(job: Job) -> str:
    """How many contacts with a key are brought together at most, by the column ``rule``."""
    return f"CASE rule {' '.join(f'WHEN {place} THEN {largest}' for place, largest in enumerate(job.largest))} END"


def predict(backend: Backend, job: Job, chunk: int, chunks: int) -> None:
    """Have Splink compare the pairs of one part of the contacts, and write those that it lets through."""
    from splink import Linker

    linker = Linker(backend.api.register("input"), settings("shared_keys"), validate_settings=False)
    predictions = linker.inference.predict_chunk(
        left_chunk=(chunk, chunks), right_chunk=(1, 1), threshold_match_weight=job.threshold
    )
    query = f"SELECT number_l AS a, number_r AS b FROM {predictions.physical_name}"
    backend.write(query, job.predictions / f"{chunk}")


def main(argument: str) -> int:
    """Do the job that the argument describes; returns the exit status."""
    job = Job(**json.loads(argument))
    told = own_output()

    def tell(**facts: Any) -> None:
        told.write(json.dumps(facts) + "\n")
        told.flush()

    threading.Thread(target=end_when_left, args=(Path(job.folder),), daemon=True).start()
    try:
        work(job, tell)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told in a sentence, and whole in the log
        traceback.print_exc()
        tell(failure=_first_line(error))
        return 1
    return 0


def own_output() -> IO[str]:
    """What was standard output, which goes where standard error goes from now on, also for what is started."""
    own = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return own


def end_when_left(folder: Path) -> None:
    """Wait for the end of standard input: whoever started this is gone, or does not want it any more."""
    while os.read(0, 1024):
        pass
    shutil.rmtree(folder, ignore_errors=True)
    if os.getpgrp() == os.getpid():
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


def _first_line(error: BaseException) -> str:
    """The root of the error: Splink wraps it in the whole query."""
    while error.__cause__ is not None:
        error = error.__cause__
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0]}" if lines else type(error).__name__


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
