"""The rate that a process tells the workbench: what its client knows, no more often than it changes."""

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import telling_rate
from reviewer.cli.telling_rate import rate_told
from reviewer.genesys.rate import RateSnapshot
from reviewer.store.api_rates import ApiRate, RateBoard, current
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from tests.cli.conftest import Said


class Paced:
    """What is asked of a client."""

    def __init__(self) -> None:
        self.told = RateSnapshot(0, 0)
        self.asked = 0

    def rate(self) -> RateSnapshot:
        self.asked += 1
        return self.told


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for is in a database
            await asyncio.sleep(0.005)


def shown(database: Database) -> list[tuple[str, int, int]]:
    return [(rate.command, rate.used, rate.allowed) for rate in current(database, now())]


async def test_the_rate_is_told_while_calls_are_made_and_withdrawn_after(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_rate, "TELL_SECONDS", 0.005)
    tells: list[int] = []
    tell = RateBoard.tell

    def counted(board: RateBoard, rate: ApiRate, moment: datetime) -> None:
        tells.append(rate.used)
        tell(board, rate, moment)

    monkeypatch.setattr(RateBoard, "tell", counted)
    path, client = tmp_path / "queue.db", Paced()
    paced: Any = client
    with open_database(path) as database:
        async with rate_told(paced, path, "sync"):
            await until(lambda: client.asked > 3)
            assert shown(database) == [], "nothing was called yet"
            client.told = RateSnapshot(7, 300, 40.0)
            await until(lambda: shown(database) == [("sync", 7, 300)])
            asked = client.asked
            await until(lambda: client.asked > asked + 5)
            client.told = RateSnapshot(9, 300, 40.0)
            await until(lambda: shown(database) == [("sync", 9, 300)])
        assert shown(database) == []
    assert tells == [7, 9], "what did not change is not written again"


async def test_without_a_database_nothing_is_told_and_nothing_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_rate, "TELL_SECONDS", 0.005)
    client: Any = Paced()
    client.told = RateSnapshot(7, 300, 40.0)
    async with rate_told(client, tmp_path / "queue.db", "person"):
        await until(lambda: client.asked > 3)
    assert not os.listdir(tmp_path)  # noqa: PTH208 - in an async function a Path may not be asked


def test_status_tells_the_rates_too(reviewer: Callable[..., Said], queued: Path) -> None:
    board, moment = RateBoard(queued), now()
    board.tell(ApiRate("execute", 212, 300, moment + timedelta(minutes=1)), moment)
    assert "rate of execute: 212 of 300 calls used, until" in reviewer("status").out
    (rate,) = reviewer("status", "--json").json()["rates"]
    assert (rate["command"], rate["used"], rate["allowed"]) == ("execute", 212, 300)
    board.withdraw(moment)
    assert "rate of" not in reviewer("status").out
