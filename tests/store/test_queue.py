"""The queue costs the same at any size: no table is read from end to end, and nothing is sorted."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer.domain.errors import NotFoundError
from reviewer.store import queue
from reviewer.store.database import Database, open_database
from reviewer.store.transaction import transaction

KINDS = (None, *queue.KINDS)


def rank_of(number: int) -> float:
    """The rank of the candidate of that number."""
    return -number // 10 / 2 if number <= 500 else 0.0


def fill(database: Database, count: int) -> None:
    """So many candidates of two contacts, of all kinds and states; few of each rank at first, then all of one."""
    with transaction(database) as connection:
        connection.executemany(
            "INSERT INTO contact (number, id, raw, origin, state, name, content, read_at)"
            " VALUES (?, ?, x'', 'api', 'live', ?, '', '')",
            [(number, f"c{number}", f"name {number}") for number in range(1, 102)],
        )
        connection.executemany(
            "INSERT INTO candidate (id, key, kind, rank, verdict, size, state) VALUES (?, ?, ?, ?, 'review', 2, ?)",
            ((n, str(n), queue.KINDS[n % 3], rank_of(n), "open" if n % 5 else "deferred")
             for n in range(1, count + 1)),
        )  # fmt: skip
        connection.executemany(
            "INSERT INTO candidate_member VALUES (?, ?)",
            ((n, contact) for n in range(1, count + 1) for contact in (n % 100 + 1, n % 100 + 2)),
        )


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "small.db") as database:
        fill(database, 1_000)
        yield database


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Database, Database]]:
    folder = tmp_path_factory.mktemp("sizes")
    with open_database(folder / "small.db") as small, open_database(folder / "large.db") as large:
        fill(small, 1_000)
        fill(large, 100_000)
        yield small, large


def plans_of(database: Database, act: Callable[[Database], object]) -> list[str]:
    """The plan lines of every query that an act runs."""
    asked: list[str] = []
    database.connection.set_trace_callback(asked.append)
    act(database)
    database.connection.set_trace_callback(None)
    queries = [query.replace("-Inf", "-9e999") for query in asked]
    assert queries
    return [row[3] for query in queries for row in database.connection.execute(f"EXPLAIN QUERY PLAN {query}")]


ACTS: dict[str, Callable[[Database], object]] = {
    **{f"window of {kind}": lambda database, kind=kind: queue.window(database, kind=kind) for kind in KINDS},  # type: ignore[misc]
    **{
        f"next window of {kind}": lambda database, kind=kind: queue.window(database, kind=kind, after=(-4.5, 86))  # type: ignore[misc]
        for kind in KINDS
    },
    "rows": lambda database: queue.rows(database, [500, 3, 77]),
    "first names": lambda database: queue.first_names(database, [500, 3, 77]),
    "members": lambda database: queue.members(database, 77),
    "one": lambda database: queue.read(database, 77),
    "counts": queue.counts,
}
IDS: dict[str, Callable[[Database], object]] = {
    f"ids of {kind}": lambda database, kind=kind: queue.ids(database, kind=kind)  # type: ignore[misc]
    for kind in KINDS
}


@pytest.mark.parametrize("name", [*ACTS, *IDS, "holding"])
def test_no_query_reads_the_whole_table_or_sorts(small: Database, name: str) -> None:
    act = {**ACTS, **IDS, "holding": lambda database: queue.holding(database, 5)}[name]
    for line in plans_of(small, act):
        assert "TEMP B-TREE" not in line
        assert not line.startswith("SCAN") or line == "SCAN candidate_count", line


@pytest.mark.parametrize("kind", KINDS)
def test_ids_are_read_from_an_index_alone(small: Database, kind: str | None) -> None:
    assert all("COVERING INDEX" in line for line in plans_of(small, IDS[f"ids of {kind}"]))


def steps_of(connection: sqlite3.Connection, act: Callable[[], object]) -> int:
    """How many steps SQLite's virtual machine makes for an act."""
    steps = 0

    def count() -> int:
        nonlocal steps
        steps += 1
        return 0

    connection.set_progress_handler(count, 1)
    act()
    connection.set_progress_handler(None, 1)
    return steps


@pytest.mark.parametrize("name", ACTS)
def test_a_hundred_times_as_many_candidates_cost_not_one_step_more(both: tuple[Database, Database], name: str) -> None:
    act = ACTS[name]
    for database in both:
        act(database)  # statements are compiled once
    small, large = (steps_of(database.connection, lambda database=database: act(database)) for database in both)  # type: ignore[misc]
    assert small == large > 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_place_among_many_of_one_rank_is_found_without_walking_there(
    both: tuple[Database, Database], kind: str | None
) -> None:
    def near_the_end(database: Database, last: int) -> list[queue.Candidate]:
        return queue.window(database, kind=kind, after=(0.0, last - 250), limit=20)

    counts = []
    for database, last in zip(both, (1_000, 100_000), strict=True):
        assert len(near_the_end(database, last)) == 20
        counts.append(steps_of(database.connection, lambda database=database, last=last: near_the_end(database, last)))  # type: ignore[misc]
    assert counts[0] == counts[1] > 0


@pytest.mark.parametrize("kind", KINDS)
def test_windows_give_each_candidate_once_in_the_order_of_ids(small: Database, kind: str | None) -> None:
    seen: list[int] = []
    after = queue.START
    while (rows := queue.window(small, kind=kind, after=after, limit=37)) and len(seen) <= 1_000:
        seen += [row.id for row in rows]
        after = (rows[-1].rank, rows[-1].id)
    assert seen == list(queue.ids(small, kind=kind))
    expected = [n for n in range(1, 1_001) if n % 5 and kind in (None, queue.KINDS[n % 3])]
    assert sorted(seen) == expected
    assert seen == sorted(seen, key=lambda n: (rank_of(n), n))


def test_a_state_has_its_own_windows(small: Database) -> None:
    assert {row.id % 5 for row in queue.window(small, state="deferred", limit=500)} == {0}


def test_rows_come_in_the_order_asked_for_and_missing_ones_are_left_out(small: Database) -> None:
    assert [row.id for row in queue.rows(small, [9, 5000, 2])] == [9, 2]
    assert queue.rows(small, []) == []


def test_first_names_are_few_and_in_the_order_of_the_contacts(small: Database) -> None:
    with transaction(small) as connection:
        connection.executemany("INSERT INTO candidate_member VALUES (7, ?)", [(n,) for n in range(50, 70)])
    assert queue.first_names(small, [7, 9]) == {
        7: ["name 8", "name 9", "name 50"],
        9: ["name 10", "name 11"],
    }


def test_an_unknown_candidate_is_not_found(small: Database) -> None:
    with pytest.raises(NotFoundError, match="no candidate 5000"):
        queue.read(small, 5000)


def test_counts_follow_every_change_of_state_and_kind(small: Database) -> None:
    with transaction(small) as connection:
        connection.execute("UPDATE candidate SET state = 'staged' WHERE id % 4 = 0")
        connection.execute("UPDATE candidate SET kind = 'stitch' WHERE id % 6 = 0")
        connection.execute("UPDATE candidate SET state = 'settled', kind = 'shared' WHERE id % 11 = 0")
        connection.execute("DELETE FROM candidate WHERE id % 7 = 0")
    query = "SELECT state, kind, count(*) FROM candidate GROUP BY state, kind"
    real: dict[str, dict[str, int]] = {}
    for state, kind, count in small.connection.execute(query):
        real.setdefault(state, {})[kind] = count
    assert queue.counts(small) == real
