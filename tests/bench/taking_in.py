"""Taking contacts in: ``python -m tests.bench.taking_in [CONTACTS]`` (100,000 unless another number is given).

Made once by the project's own generator. Printed: contacts a second for working out the columns (our own code), for
storing them (SQLite), and for a second time, when nothing changed; and the detector on the same mirror.
"""

import json
import resource
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

from reviewer.detect.run import detect
from reviewer.domain.record import ReadingRules, make_record
from reviewer.simulator.population import population
from reviewer.store import contacts, derivation
from reviewer.store.database import open_database

BATCH = 2_000


def main(size: int = 100_000) -> None:
    """Take a generated population in, twice, then find its candidates."""
    raw = [json.dumps(one.contact).encode() for one in population(size, 1)]
    rules = ReadingRules()
    begin = time.perf_counter()
    records = [make_record(one, rules) for one in raw]
    _say("columns worked out", size, time.perf_counter() - begin)
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as database:
        for what in ("stored", "seen again, unchanged"):
            begin = time.perf_counter()
            for start in range(0, size, BATCH):
                contacts.write(database, records[start : start + BATCH], origin="api", read_at=datetime.now(UTC))
            _say(what, size, time.perf_counter() - begin)
        begin = time.perf_counter()
        report = detect(database, today=date.today())
        found = time.perf_counter() - begin
        begin = time.perf_counter()
        candidates = derivation.rebuild(database, date.today())
        derived = time.perf_counter() - begin
        print(f"{report.counts['pairs']:,} pairs in {found:.1f} s, {candidates:,} candidates in {derived:.1f} s more")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory, the generated contacts included: {peak:,.0f} MB")


def _say(what: str, count: int, seconds: float) -> None:
    print(f"{what}: {count / seconds:,.0f} contacts/s ({seconds:.1f} s)")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
