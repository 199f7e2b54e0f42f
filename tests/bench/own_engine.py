"""This project's detector as an engine of ``tests.bench.detect``: a child process of its own.

``python -m tests.bench.own_engine match FOLDER STARTED`` reads the normalised columns out of the mirror in FOLDER,
blocks, compares, fits the model and weighs; it writes ``reviewer.npz`` (a, b, weight) and ``reviewer.json``. What
follows in `reviewer detect` (the policy, the writing of the queue) is not part of matching for any engine here.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np

from reviewer.detect.columns import columns_of
from reviewer.store import comparables
from reviewer.store.database import open_database
from tests.bench.memory import peak_memory
from tests.bench.quality import matched


def match(folder: Path, started: float) -> None:
    """Match, and write what was found and what it took."""
    with open_database(folder / "mirror.db") as database:
        columns = columns_of(comparables.rows(database))
    loaded, spent = time.time(), time.process_time()
    result = matched(columns)
    ended, used = time.time(), time.process_time()
    figures = {
        "wall": ended - started,
        "cpu": used,
        "memory": peak_memory(),
        "matching": ended - loaded,
        "matching cpu": used - spent,
        "stages": result.seconds,
    }
    scored, numbers = result.scored, columns.numbers
    np.savez(folder / "reviewer.npz", a=numbers[scored.a], b=numbers[scored.b], weight=scored.weights)
    (folder / "reviewer.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    match(Path(sys.argv[2]), float(sys.argv[3]))
