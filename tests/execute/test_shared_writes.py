"""Writes that are ready together wait for the disk once; each is whole or not at all, and its fault is its own."""

import asyncio
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.errors import BusyError, RefusedError
from reviewer.execute.shared_writes import SharedWrites
from reviewer.store import stamp
from reviewer.store.database import Database, open_database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        yield opened


def _commits(database: Database) -> list[str]:
    seen: list[str] = []
    database.connection.set_trace_callback(lambda said: seen.append(said) if said == "COMMIT" else None)
    return seen


def _on_disk(database: Database, key: str) -> str | None:
    """What another process sees."""
    other = sqlite3.connect(database.path)
    try:
        row = other.execute("SELECT value FROM stamp WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None
    finally:
        other.close()


async def test_what_is_ready_together_is_one_commit_and_on_disk_before_anybody_goes_on(database: Database) -> None:
    writes, commits = SharedWrites(database), _commits(database)

    async def one(number: int) -> str | None:
        await writes.write(lambda: stamp.write(database, f"key {number}", "here"))
        return _on_disk(database, f"key {number}")

    assert await asyncio.gather(*map(one, range(5))) == ["here"] * 5
    assert commits == ["COMMIT"]
    await one(7)
    assert commits == ["COMMIT", "COMMIT"]


async def test_what_one_raises_takes_back_its_own_writes_alone(database: Database) -> None:
    writes = SharedWrites(database)

    def refused() -> None:
        stamp.write(database, "bad", "half")
        raise RefusedError("no")

    good = [writes.write(lambda key=key: stamp.write(database, key, "here")) for key in ("a", "b")]  # type: ignore[misc]
    answers = await asyncio.gather(good[0], writes.write(refused), good[1], return_exceptions=True)
    assert isinstance(answers[1], RefusedError) and answers[0] is None and answers[2] is None
    assert [_on_disk(database, key) for key in ("a", "bad", "b")] == ["here", None, "here"]


async def test_where_nothing_can_be_written_everybody_hears_it(
    database: Database,
) -> None:
    writes = SharedWrites(database)
    database.connection.execute("PRAGMA busy_timeout = 0")
    other = sqlite3.connect(database.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    acts = [writes.write(lambda: stamp.write(database, "a", "here")) for _ in range(2)]
    answers = await asyncio.gather(*acts, return_exceptions=True)
    other.close()
    assert all(isinstance(one, BusyError) for one in answers)
    await writes.write(lambda: stamp.write(database, "a", "here"))
    assert _on_disk(database, "a") == "here"


async def test_one_that_gave_up_while_it_waited_writes_nothing(database: Database) -> None:
    writes = SharedWrites(database)
    task = asyncio.create_task(writes.write(lambda: stamp.write(database, "a", "here")))
    loop = asyncio.get_running_loop()
    loop.call_soon(task.cancel)
    await asyncio.gather(task, return_exceptions=True)
    await writes.write(lambda: stamp.write(database, "b", "here"))
    assert _on_disk(database, "a") is None and _on_disk(database, "b") == "here"
