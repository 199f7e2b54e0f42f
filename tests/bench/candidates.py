"""From the mirror to the queue: ``python -m tests.bench.candidates [CONTACTS [CHANGED]]`` (100,000, one in a hundred).

Contacts are made by the project's own generator and stored. Then ``reviewer detect`` as it stands, from the mirror to
the queue, each time in a process of its own: over all contacts; with nothing changed; after some contacts have changed
(of six one each gets the surname, given name, phones, emails, date of birth or street of another contact, of fifty one
is gone); and over all again. Printed: seconds and processor seconds by stage, and the largest memory of the process.
(How contacts come in is measured by ``tests.bench.sync``.)
"""

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path

from reviewer.detect.run import detect, score_pairs
from reviewer.domain.record import ReadingRules, make_record
from reviewer.simulator.population import population
from reviewer.store import contacts
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction
from tests.bench.memory import peak_memory

BATCH = 2_000
CHANGED_COLUMNS = ("surname", "given", "phones", "emails", "born", "street")


def fill(database: Database, size: int) -> None:
    """Store a generated population."""
    rules, at = ReadingRules(), datetime.now(UTC)
    records = (make_record(json.dumps(one.contact).encode(), rules) for one in population(size, 1))
    while batch := list(islice(records, BATCH)):
        contacts.write(database, batch, origin="api", read_at=at)


def change(database: Database, many: int, seed: int = 5) -> None:
    """Let so many contacts change, each in one column."""
    chance = random.Random(seed)
    numbers = [number for (number,) in database.connection.execute("SELECT number FROM contact WHERE state = 'live'")]
    columns = [name for (_, name, *_) in database.connection.execute("PRAGMA table_info(comparable)")]
    with transaction(database) as connection:
        for place, number in enumerate(chance.sample(numbers, many)):
            if place % 50 == 0:
                connection.execute("UPDATE contact SET state = 'gone' WHERE number = ?", (number,))
                continue
            column = CHANGED_COLUMNS[place % len(CHANGED_COLUMNS)]
            values = ", ".join(
                f"(SELECT {name} FROM comparable WHERE contact = ?2)" if name == column else name for name in columns
            )
            connection.execute(
                f"INSERT OR REPLACE INTO comparable SELECT {values} FROM comparable WHERE contact = ?1",
                (number, chance.choice(numbers)),
            )


class Stages:
    """Seconds and processor seconds by stage, taken from what progress is told."""

    def __init__(self) -> None:
        self.seconds: dict[str, tuple[float, float]] = {}
        self._stage, self._since = "before", (time.perf_counter(), time.process_time())

    def tell(self, stage: str, done: int, total: int) -> None:
        """``stage`` is on."""
        if stage != self._stage:
            now = (time.perf_counter(), time.process_time())
            before = self.seconds.get(self._stage, (0.0, 0.0))
            self.seconds[self._stage] = (before[0] + now[0] - self._since[0], before[1] + now[1] - self._since[1])
            self._stage, self._since = stage, now


def run(path: Path, full: bool) -> None:
    """Detect once, in this process, and print what it took."""
    stages = Stages()
    with open_database(path) as database:
        report = detect(database, today=date.today(), full=full, progress=stages.tell)
        stages.tell("ended", 0, 0)
        with clocked() as one_pair:
            score_pairs(database, [(1, 2)], today=date.today())
    memory = peak_memory() / 1024**2
    whole = tuple(sum(each) for each in zip(*stages.seconds.values(), strict=True))
    counts = report.counts
    print(
        f"{whole[0]:.1f} s ({whole[1]:.1f} s of processor), {memory:,.0f} MB; "
        f"{counts['compared']:,} pairs compared, {counts['pairs']:,} kept, {report.open:,} candidates open"
    )
    for stage, (wall, processor) in stages.seconds.items():
        print(f"    {stage:20} {wall:6.1f} s ({processor:.1f} s of processor)")
    print(f"    {'one pair scored':20} {one_pair[0]:6.1f} s")


@contextmanager
def clocked() -> Iterator[list[float]]:
    """A list that has the seconds that the block took, afterwards."""
    taken: list[float] = []
    begin = time.perf_counter()
    yield taken
    taken.append(time.perf_counter() - begin)


def in_a_process(title: str, path: Path, *options: str) -> None:
    """Print what a run in a process of its own took."""
    command = [sys.executable, "-m", "tests.bench.candidates", "--run", str(path), *options]
    print(f"{title}: {subprocess.run(command, check=True, capture_output=True, text=True).stdout}", end="", flush=True)


def main(size: int = 100_000, changed: int | None = None) -> None:
    """Find the candidates of a generated population, and find them again after some contacts have changed."""
    many = size // 100 if changed is None else changed
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.db"
        with open_database(path) as database:
            fill(database, size)
        in_a_process(f"{size:,} contacts", path)
        in_a_process("nothing changed", path)
        with open_database(path) as database:
            change(database, many)
        in_a_process(f"{many:,} changed", path)
        in_a_process("all again", path, "--full")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        run(Path(sys.argv[2]), "--full" in sys.argv)
    else:
        main(*(int(argument) for argument in sys.argv[1:]))
