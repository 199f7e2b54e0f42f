"""Execution windows: nothing new is sent outside of them; what was begun is finished; a steward may say otherwise."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.domain.window import Windows, windows
from reviewer.execute import executor as module
from reviewer.execute.executor import Executor
from reviewer.execute.recovery import Recovery
from reviewer.genesys.client import GenesysClient
from reviewer.review import stage
from reviewer.review.line import acknowledge
from reviewer.store import audit
from reviewer.store.clock import now
from tests.execute.between import stopped_before
from tests.execute.child import execute, executing
from tests.execute.links import approved_link, changes
from tests.execute.scene import SETTLE, Scene, until_async


def closed(hours: int = 2) -> Windows:
    """Windows of one hour a day, that opens in so many hours."""
    begin = now() + timedelta(hours=hours)
    return windows(f"{begin:%H:%M}-{begin + timedelta(hours=1):%H:%M}", UTC)


def executor_with(scene: Scene, client: GenesysClient, found: Windows, **parts: object) -> Executor:
    made = scene.executor(client)
    sender = replace(made.sender, windows=found)
    return replace(made, sender=sender, recovery=Recovery(sender, SETTLE), **parts)  # type: ignore[arg-type]


async def test_outside_of_the_windows_nothing_is_sent_and_the_opening_is_told(scene: Scene) -> None:
    number, found = await scene.approved(), closed()
    told: list[datetime] = []
    async with scene.client() as client:
        run = await executor_with(scene, client, found, on_closed=told.append).run_once()
    assert scene.state(number) is State.STAGED and run.carried_out == () and run.staged == 1
    assert set(told) == {found.next_opening(now())} and scene.calls(number) == []


async def test_what_a_steward_released_for_any_hour_is_sent_alone(scene: Scene) -> None:
    first, second = await scene.approved(), await scene.approved()
    stage.release(scene.desk, [second], outside_window=True)
    async with scene.client() as client:
        run = await executor_with(scene, client, closed()).run_once()
    assert (scene.state(first), scene.state(second)) == (State.STAGED, State.DONE) and run.carried_out == (second,)


async def test_a_plan_that_was_begun_is_finished_outside_of_the_windows(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0
    await stopped_before(scene, monkeypatch, number)
    monkeypatch.undo()
    acknowledge(scene.desk, "looked at it")
    async with scene.client() as client:
        await executor_with(scene, client, closed()).run_once()
    assert scene.state(number) is State.DONE and scene.sent("patch", number)


async def test_what_waits_for_the_rate_when_the_window_closes_is_not_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    number, found = await scene.approved(), windows("00:00-00:00", UTC)
    async with scene.client() as client:
        executor = executor_with(scene, client, found)
        original = client.merge

        async def closes_meanwhile(*given: object, **how: object) -> object:
            object.__setattr__(executor.sender, "windows", closed())
            return await original(*given, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(client, "merge", closes_meanwhile)
        await executor.run_once()
    assert scene.state(number) is State.STAGED and scene.calls(number) == []
    assert scene.operation(number).outcome == "not sent: the execution window closed while it waited"


async def test_a_link_that_waits_for_the_rate_when_the_window_closes_is_not_begun(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked, found = await approved_link(scene), windows("00:00-00:00", UTC)
    async with scene.client() as client:
        executor = executor_with(scene, client, found)
        original = client.release

        async def closes_meanwhile(*given: object, **how: object) -> object:
            object.__setattr__(executor.sender, "windows", closed())
            return await original(*given, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(client, "release", closes_meanwhile)
        await executor.run_once()
    assert scene.state(linked.operation) is State.STAGED and changes(scene, linked) == []
    assert scene.operation(linked.operation).outcome == "not sent: the execution window closed while it waited"


async def test_a_watching_executor_waits_for_the_window(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    number, told = await scene.approved(), asyncio.Event()
    async with scene.client() as client:
        executor = executor_with(scene, client, closed(), on_closed=lambda at: told.set())
        watching = asyncio.create_task(executor.watch(until_idle=True))
        await told.wait()
        assert scene.state(number) is State.STAGED and not watching.done()
        object.__setattr__(executor.sender, "windows", windows("00:00-00:00", UTC))
        await until_async(lambda: scene.state(number) is State.DONE)
        await watching


async def test_the_command_says_when_the_window_opens_and_now_passes_over_it(scene: Scene, tmp_path: Path) -> None:
    number, found = await scene.approved(), closed()
    setting = {"REVIEWER_WINDOW": found.text, "REVIEWER_TIME_ZONE": "UTC"}
    status, said = execute(scene, tmp_path, **setting)
    assert status == 0 and scene.state(number) is State.STAGED
    assert f"execution window ({found.text}): it opens at {found.next_opening(now()):%Y-%m-%d %H:%M} UTC" in said
    status, said = execute(scene, tmp_path, "--now", **setting)
    assert status == 0 and scene.state(number) is State.DONE, said
    (entry,) = audit.entries(scene.database, "executor")
    assert entry.act == "sends outside of the window" and entry.payload
    assert json.loads(entry.payload) == {"window": found.text}


async def test_watching_outside_of_the_window_is_told_once_and_ends_when_it_is_told(
    scene: Scene, tmp_path: Path
) -> None:
    number, found = await scene.approved(), closed()
    with executing(scene, tmp_path, "--watch", REVIEWER_WINDOW=found.text, REVIEWER_TIME_ZONE="UTC") as process:
        assert process.stderr is not None
        while "it opens at" not in (line := process.stderr.readline()):
            assert line, "it ended without a word"
        process.terminate()
        _, words = process.communicate(timeout=60)
    assert process.returncode == 0 and "it opens at" not in words and scene.state(number) is State.STAGED


def test_a_time_zone_that_is_none_is_told(scene: Scene, tmp_path: Path) -> None:
    status, said = execute(scene, tmp_path, REVIEWER_WINDOW="20:00-06:00", REVIEWER_TIME_ZONE="Europe/Berlim")
    assert status == 4 and "as in Europe/Berlin; 'Europe/Berlim' is none" in said
    status, said = execute(scene, tmp_path, REVIEWER_WINDOW="at night")
    assert status == 4 and 'execute.window must be days and hours, as in "20:00-06:00"' in said
