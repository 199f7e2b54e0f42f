"""Many unfinished operations are resolved side by side, with few calls, and what is found is told as it is found."""

import asyncio
from datetime import timedelta

from reviewer.domain.journal import State
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from tests.execute.scene import Scene


async def left_open(scene: Scene, count: int) -> list[int]:
    """Operations whose merge took effect, and whose answer was lost."""
    approved = [await scene.approved() for _ in range(count)]
    scene.fault("merge", "drop_after", count=count)
    async with scene.client() as client:
        sender = scene.executor(client).sender
        for number in approved:
            await sender.carry_out(scene.operation(number))
    assert {scene.state(one) for one in approved} == {State.UNCLEAR}
    return approved


async def test_the_contacts_of_many_operations_are_read_in_few_calls_and_progress_is_told(scene: Scene) -> None:
    approved = await left_open(scene, 20)
    calls: list[CallRecord] = []
    told: list[tuple[str, int, int]] = []
    resolved: list[int] = []
    async with GenesysClient(scene.connection(), on_call=calls.append) as client:
        recovery = scene.executor(client, settle=timedelta(0)).recovery
        found = await recovery.recover(
            wait=False,
            on_resolved=resolved.append,
            on_progress=lambda stage, done, total: told.append((stage, done, total)),
        )
    assert sorted(found) == sorted(resolved) == approved
    assert {scene.state(one) for one in approved} == {State.DONE}
    reads = [call for call in calls if call.path.endswith("unresolved")]
    assert len(reads) <= 4, "forty members and twenty merged contacts"
    assert told == [("resolving what was left open", done, 20) for done in range(1, 21)]


async def test_nothing_more_is_taken_up_when_it_is_told_to_end_and_the_next_run_goes_on(scene: Scene) -> None:
    approved = await left_open(scene, 3)
    stop = asyncio.Event()
    stop.set()
    async with scene.client() as client:
        recovery = scene.executor(client, settle=timedelta(0)).recovery
        assert await recovery.recover(wait=False, is_over=stop.is_set) == []
        assert {scene.state(one) for one in approved} == {State.UNCLEAR}
        assert sorted(await recovery.recover(wait=False)) == approved


async def test_what_is_not_readable_yet_keeps_nobody_from_being_resolved(scene: Scene) -> None:
    early, late = await left_open(scene, 2)
    connection = scene.database.connection
    connection.execute(
        "UPDATE operation_step SET answered_at = '2026-01-01T00:00:00.000000Z', boot = '' WHERE operation = ?", (late,)
    )
    async with scene.client() as client:
        recovery = scene.executor(client, settle=timedelta(hours=1)).recovery
        assert await recovery.recover(wait=False) == [late]
        assert (recovery.pause({}) or 0) > 3000
    assert scene.state(early) is State.UNCLEAR
