"""Writing: all or nothing, one after another, and with a clear word where it cannot be."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.errors import BusyError, DatabaseError, RefusedError
from reviewer.store import database as opening
from reviewer.store import stamp
from reviewer.store.database import Database, clear_errors, open_database
from reviewer.store.transaction import transaction
from tests.store.processes import run_all

COUNTING = """
import sys
from pathlib import Path
from reviewer.store import stamp
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
with open_database(Path(sys.argv[1])) as database:
    for _ in range(50):
        with transaction(database):
            stamp.write(database, "count", str(int(stamp.read(database, "count") or 0) + 1))
"""

FILLING = """
import resource, sys
from pathlib import Path
from reviewer.domain.errors import DatabaseError
from reviewer.store import stamp
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
with open_database(Path(sys.argv[1])) as database:
    stamp.write(database, "decided", "yes")
    size = max(path.stat().st_size for path in Path(sys.argv[1]).parent.iterdir())
    resource.setrlimit(resource.RLIMIT_FSIZE, (size + 4096, resource.RLIM_INFINITY))
    try:
        with transaction(database):
            stamp.write(database, "decided", "no")
            stamp.write(database, "much", "x" * 1_000_000)
    except DatabaseError as error:
        print(error)
    print(stamp.read(database, "decided"))
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        yield opened


def test_four_processes_that_read_and_then_write_lose_nothing_and_never_find_it_locked(database: Database) -> None:
    run_all(COUNTING, *[(database.path,)] * 4)
    assert stamp.read(database, "count") == "200"


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    with pytest.raises(KeyError), transaction(database):
        stamp.write(database, "one", "1")
        raise KeyError
    assert stamp.read(database, "one") is None
    assert not database.connection.in_transaction


def test_an_inner_block_reaches_the_disk_with_the_outer_one(database: Database) -> None:
    with open_database(database.path) as other:
        with transaction(database):
            with transaction(database):
                stamp.write(database, "inner", "1")
            assert stamp.read(other, "inner") is None
        assert stamp.read(other, "inner") == "1"
    with pytest.raises(KeyError), transaction(database):
        with transaction(database):
            stamp.write(database, "inner", "2")
        raise KeyError
    assert stamp.read(database, "inner") == "1"


def test_an_inner_block_that_fails_takes_back_its_own_part_if_the_outer_one_goes_on(database: Database) -> None:
    with transaction(database):
        stamp.write(database, "outer", "1")
        with pytest.raises(RefusedError), transaction(database):
            stamp.write(database, "inner", "1")
            raise RefusedError("no")
        stamp.write(database, "after", "1")
    assert [stamp.read(database, key) for key in ("outer", "inner", "after")] == ["1", None, "1"]


def test_a_locked_database_is_busy_and_says_so(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(opening, "BUSY_SECONDS", 0.05)
    with open_database(database.path) as other, transaction(database):
        with pytest.raises(BusyError, match="locked by another process"), transaction(other):
            pass
        assert stamp.read(other, "organization") is None, "reading goes on"


def test_a_full_database_says_so_and_keeps_what_was_decided(database: Database) -> None:
    stamp.write(database, "decided", "yes")
    (pages,) = database.connection.execute("PRAGMA page_count").fetchone()
    database.connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DatabaseError, match=r"disk that holds .* is full"), transaction(database):
        stamp.write(database, "decided", "no")
        stamp.write(database, "much", "x" * 1_000_000)
    assert stamp.read(database, "decided") == "yes"
    database.connection.execute("PRAGMA max_page_count = 100000")
    stamp.write(database, "decided", "again")
    assert stamp.read(database, "decided") == "again"


def test_a_disk_that_takes_no_more_is_told_and_what_was_decided_is_kept(database: Database) -> None:
    (said,) = run_all(FILLING, (database.path,))
    message, decided = said.splitlines()
    assert str(database.path) in message and decided == "yes"
    assert stamp.read(database, "decided") == "yes"


def test_a_fault_of_the_program_stays_what_it_is(database: Database) -> None:
    with pytest.raises(sqlite3.IntegrityError), transaction(database) as connection:
        connection.execute("INSERT INTO stamp VALUES ('key', NULL)")


def test_a_process_that_stopped_while_it_opened_the_database_is_told_as_a_lock(tmp_path: Path) -> None:
    error = sqlite3.OperationalError("locking protocol")
    error.sqlite_errorname = "SQLITE_PROTOCOL"
    with pytest.raises(BusyError, match="locked by another process"), clear_errors(tmp_path / "queue.db"):
        raise error
