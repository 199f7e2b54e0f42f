"""How the queue behaves as it grows: ``python -m tests.bench.queue_window [SMALL LARGE]``.

Two databases, of 1,000 and of 1,000,000 candidates unless other numbers are given. In turns, so that a busy machine
hurts both alike, each is asked for the next candidate as the workbench asks (a window of the list, the candidate's
row, its members and their names). Printed: medians in milliseconds, their ratio, and the number of SQLite's
virtual-machine steps, which does not depend on the machine.
"""

import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

from reviewer.store import queue
from reviewer.store.database import Database, open_database

ROUNDS = 200
WINDOW = 30


def filled(path: Path, candidates: int) -> Database:
    """A database with so many open candidates of two contacts each."""
    database = open_database(path)
    connection = database.connection
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute("BEGIN")
    connection.executemany(
        """INSERT INTO contact (id, raw, origin, state, name, content, read_at)
           VALUES (?, x'7b7d', 'api', 'live', ?, '', '')""",
        ((f"contact-{number}", f"Person {number}") for number in range(2000)),
    )
    connection.executemany(
        "INSERT INTO candidate (key, kind, rank, verdict, size, state) VALUES (?, ?, ?, 'review', 2, 'open')",
        ((f"contacts:{n}", ("duplicate", "stitch")[n % 5 == 0], -20 + (n * 7919 % candidates) / candidates * 25)
         for n in range(candidates)),
    )  # fmt: skip
    connection.executemany(
        "INSERT INTO candidate_member (candidate, contact) VALUES (?, ?)",
        ((n + 1, 1 + (n * 2 + side) % 2000) for n in range(candidates) for side in (0, 1)),
    )
    connection.execute("COMMIT")
    return database


def next_candidate(database: Database, after: queue.Position) -> queue.Position:
    """What the workbench reads when it moves on; returns where it stands then."""
    rows = queue.window(database, after=after, limit=WINDOW)
    queue.first_names(database, [row.id for row in rows])
    shown = queue.read(database, rows[0].id)
    queue.members(database, shown.id)
    queue.counts(database)
    return (shown.rank, shown.id)


def steps(database: Database, after: queue.Position) -> int:
    """Virtual-machine steps of one move."""
    counted = 0

    def count() -> int:
        nonlocal counted
        counted += 1
        return 0

    database.connection.set_progress_handler(count, 1)
    try:
        next_candidate(database, after)
    finally:
        database.connection.set_progress_handler(None, 1)
    return counted


def main(small: int = 1_000, large: int = 1_000_000) -> None:
    """Measure both sizes in turns and print what came of it."""
    with tempfile.TemporaryDirectory() as folder:
        databases = {size: filled(Path(folder) / f"{size}.db", size) for size in (small, large)}
        places: dict[int, queue.Position] = dict.fromkeys(databases, queue.START)
        times: dict[int, list[float]] = {size: [] for size in databases}
        for _ in range(ROUNDS):
            for size, database in databases.items():
                begin = time.perf_counter()
                places[size] = next_candidate(database, places[size])
                times[size].append((time.perf_counter() - begin) * 1000)
        medians = {size: statistics.median(found) for size, found in times.items()}
        for size, database in databases.items():
            print(f"{size:>9,} candidates: {medians[size]:.3f} ms a move, {steps(database, places[size]):,} steps")
            database.close()
        print(f"ratio of the medians: {medians[large] / medians[small]:.2f} (SQLite {sqlite3.sqlite_version})")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
