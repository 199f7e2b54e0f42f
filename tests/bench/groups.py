"""Deriving the queue: ``python -m tests.bench.groups [CONTACTS]`` (100,000 by default).

Half as many pairs as contacts, in groups of two to nine with weak pairs between, and one component in which a fifth
of a hundred thousand hang in a chain. Printed: processor seconds of deriving all for the first time and again, of
deriving around 20,000 contacts and around one of the chain, the memory, and the ratio of each to reading the pairs.
"""

import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from itertools import islice
from pathlib import Path
from random import Random

from reviewer.domain.record import ReadingRules, make_record
from reviewer.store import contacts, derivation, near_pairs, pairs
from reviewer.store.database import Database, open_database
from reviewer.store.pairs import PairRow
from reviewer.store.transaction import transaction

CHAIN = 20_000
TOUCHED = 20_000
BATCH = 2_000


def fill(database: Database, size: int) -> None:
    """Contacts without content, and pairs among them; the chain is of those of the lowest numbers."""
    rules, at = ReadingRules(), datetime.now(UTC)
    records = (make_record(b'{"id": "c%d", "type": "Curated"}' % number, rules) for number in range(1, size + 1))
    while batch := list(islice(records, BATCH)):
        contacts.write(database, batch, origin="api", read_at=at)
    pairs.update_scores(database, (_pair(*found) for found in _pairs(size)), "bench")


def _pairs(size: int) -> Iterator[tuple[int, int, float, str]]:
    """Numbers, weight and verdict: the chain, then groups of which most are two contacts."""
    random = Random(1)
    chain = min(CHAIN, size // 5)
    yield from ((number, number + 1, 9.0, "review") for number in range(1, chain))
    number = chain + 1
    while number < size - 20:
        members = random.choices((2, 3, 4, 9), (20, 5, 1, 0.1))[0]
        for first in range(members - 1):
            weight, verdict = random.choice(((20.0, "auto"), (9.0, "review"), (5.0, "review"), (4.0, "veto")))
            yield number + first, number + first + 1, weight + random.random(), verdict
        if random.random() < 0.3:
            yield number, number + members + 5, random.uniform(-3, 3), "review"
        number += members + 1


def _pair(a: int, b: int, weight: float, verdict: str) -> PairRow:
    return PairRow(a, b, "duplicate", weight, 0.99, None, verdict, '{"reasons": [], "factors": []}')


def seconds(act: Callable[[], object]) -> float:
    """Processor time of an act, its system calls included."""
    begin = time.process_time()
    act()
    return time.process_time() - begin


def main(size: int = 100_000) -> None:
    """Derive the queue in each way."""
    today, random = date.today(), Random(2)
    touched = random.sample(range(1, size + 1), min(TOUCHED, size // 5))
    with tempfile.TemporaryDirectory() as folder, open_database(Path(folder) / "bench.db") as database:
        fill(database, size)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with transaction(database) as connection:
            reading = seconds(lambda: sum(1 for _ in near_pairs.all_pairs(connection)))
        taken = {
            "reading the pairs": reading,
            "all, first": seconds(lambda: derivation.rebuild(database, today)),
            "all, again": seconds(lambda: derivation.rebuild(database, today)),
            f"around {len(touched):,}": seconds(lambda: derivation.refresh(database, touched, today)),
            "around one of the chain": seconds(lambda: derivation.refresh(database, [1], today)),
            "around one of no chain": seconds(lambda: derivation.refresh(database, [size // 2], today)),
        }
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        (count,) = database.connection.execute("SELECT count(*) FROM pair").fetchone()
        (candidates,) = database.connection.execute("SELECT count(*) FROM candidate").fetchone()
    print(f"{size:,} contacts, {count:,} pairs, {candidates:,} candidates, {(memory - before) / 1024:,.0f} MB more")
    for what, took in taken.items():
        print(f"{what:28} {took:8.3f} s  {took / reading:6.1f} ×")


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
