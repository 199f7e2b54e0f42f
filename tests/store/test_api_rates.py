"""The rate of each process: told without waiting, true for its window only."""

import sqlite3
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from reviewer.store.api_rates import ApiRate, RateBoard, current
from reviewer.store.database import open_database
from tests.store.world import NOON

MINUTE = timedelta(minutes=1)


def test_a_rate_is_shown_until_its_window_ends_or_the_process_does(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    board = RateBoard(path)
    with open_database(path) as database:
        board.tell(ApiRate("sync", 7, 300, NOON + MINUTE), NOON)
        board.tell(ApiRate("sync", 9, 300, NOON + MINUTE), NOON)
        assert current(database, NOON) == (ApiRate("sync", 9, 300, NOON + MINUTE),)
        assert current(database, NOON + MINUTE) == ()
        board.withdraw(NOON)
        assert current(database, NOON) == ()


_OTHER = """
import sys
from pathlib import Path
from reviewer.store.api_rates import ApiRate, RateBoard
from tests.store.test_api_rates import MINUTE, NOON
RateBoard(Path(sys.argv[1])).tell(ApiRate(sys.argv[2], 1, 300, NOON + MINUTE), NOON)
"""


def test_each_process_has_its_own_and_the_executor_comes_first(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    with open_database(path) as database:
        for command in ("detect", "execute"):
            subprocess.run([sys.executable, "-c", _OTHER, str(path), command], check=True)
        board = RateBoard(path)
        board.tell(ApiRate("sync", 2, 300, NOON + MINUTE), NOON)
        assert [rate.command for rate in current(database, NOON)] == ["execute", "detect", "sync"]
        board.tell(ApiRate("sync", 3, 300, NOON + 3 * MINUTE), NOON + MINUTE)
        assert database.connection.execute("SELECT count(*) FROM api_rate").fetchone() == (1,), "what ended goes"
        board.withdraw(NOON)


def test_a_busy_missing_or_older_database_costs_the_rate_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    RateBoard(path).tell(ApiRate("sync", 1, 300, NOON + MINUTE), NOON)
    assert not path.exists()
    with open_database(path) as database:
        board = RateBoard(path)
        database.connection.execute("BEGIN IMMEDIATE")
        board.tell(ApiRate("sync", 1, 300, NOON + MINUTE), NOON)
        database.connection.execute("ROLLBACK")
        assert current(database, NOON) == ()
        board.tell(ApiRate("sync", 2, 300, NOON + MINUTE), NOON)
        assert [rate.used for rate in current(database, NOON)] == [2]
        board.withdraw(NOON)
    sqlite3.connect(tmp_path / "old.db").close()
    RateBoard(tmp_path / "old.db").tell(ApiRate("sync", 1, 300, NOON + MINUTE), NOON)


def test_its_connection_syncs_no_commit_and_never_moves_the_log_into_the_database(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    open_database(path).close()
    board = RateBoard(path)
    board.tell(ApiRate("sync", 1, 300, NOON + MINUTE), NOON)
    assert board._connection is not None
    pragmas = [
        board._connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "wal_autocheckpoint")
    ]
    assert pragmas == [1, 0]
    board.withdraw(NOON)


def test_a_rate_that_another_thread_is_telling_is_told_before_it_is_withdrawn(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    open_database(path).close()
    board, order = RateBoard(path), list[str]()
    began, go_on = threading.Event(), threading.Event()
    write = board._write

    def slowly(*given: Any) -> None:
        order.append("begun")
        began.set()
        go_on.wait(10)
        write(*given)
        order.append("written")

    board._write = slowly  # type: ignore[method-assign, assignment]
    telling = threading.Thread(target=board.tell, args=(ApiRate("execute", 1, 300, NOON + MINUTE), NOON))
    telling.start()
    assert began.wait(10)
    board._write = write  # type: ignore[method-assign]

    def withdraw() -> None:
        board.withdraw(NOON)
        order.append("withdrawn")

    withdrawing = threading.Thread(target=withdraw)
    withdrawing.start()
    withdrawing.join(0.1)
    go_on.set()
    telling.join()
    withdrawing.join()
    board.tell(ApiRate("execute", 2, 300, NOON + MINUTE), NOON)
    assert order == ["begun", "written", "withdrawn"]
    with open_database(path) as database:
        assert current(database, NOON) == ()
