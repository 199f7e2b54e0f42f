"""From the mirror to the queue: ``python -m tests.bench.candidates [CONTACTS]`` (100,000 by default).

Contacts are made by the project's own generator and stored; then the detector finds the candidates among them, and
the queue is derived. Printed: pairs, candidates, and seconds for each of the two. (How contacts come in is measured
by ``tests.bench.sync``.)
"""

import json
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from reviewer.detect.run import detect
from reviewer.domain.record import ReadingRules, make_record
from reviewer.simulator.population import population
from reviewer.store import contacts, derivation
from reviewer.store.database import Database, open_database

BATCH = 2_000


def fill(database: Database, size: int) -> None:
    """Store a generated population."""
    rules, at = ReadingRules(), datetime.now(UTC)
    records = (make_record(json.dumps(one.contact).encode(), rules) for one in population(size, 1))
    while batch := list(islice(records, BATCH)):
        contacts.write(database, batch, origin="api", read_at=at)


def main(size: int = 100_000) -> None:
    """Find the candidates of a generated population."""
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as database:
        fill(database, size)
        begin = time.perf_counter()
        report = detect(database, today=date.today())
        found = time.perf_counter()
        candidates = derivation.rebuild(database, date.today())
        derived = time.perf_counter()
    print(f"{report.counts['pairs']:,} pairs in {found - begin:.1f} s, ", end="")
    print(f"{candidates:,} candidates in {derived - found:.1f} s more")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
