"""An executor that stays: what ends it, what it waits out, and that it is quiet while there is nothing to do."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from reviewer.domain.errors import BusyError
from reviewer.domain.journal import State
from reviewer.execute import executor as module
from reviewer.genesys.bulk import BulkFailure
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import CannotConnect, ServiceUnavailable, WrongCredentials
from reviewer.store import line_stops
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.scene import Scene, until_async


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL_SECONDS", 0.01)
    monkeypatch.setattr(module, "LONGEST_PAUSE", 0.02)


async def test_it_sends_what_is_approved_while_it_watches_and_ends_when_it_is_told(scene: Scene) -> None:
    async with scene.client() as client:
        executor = scene.executor(client)
        watching = asyncio.create_task(executor.watch())
        first = await scene.approved()
        await until_async(lambda: scene.state(first) is State.DONE)
        second = await scene.approved()
        await until_async(lambda: scene.state(second) is State.DONE)
        executor.stop.set()
        run = await watching
    assert set(run.carried_out) == {first, second}


async def test_while_there_is_nothing_to_do_the_service_is_not_called(scene: Scene) -> None:
    calls: list[CallRecord] = []
    async with GenesysClient(scene.connection(), on_call=calls.append) as client:
        executor = scene.executor(client)
        polled = 0
        has_work = executor._has_work

        def counting() -> bool:
            nonlocal polled
            polled += 1
            return has_work()

        object.__setattr__(executor, "_has_work", counting)
        watching = asyncio.create_task(executor.watch())
        await until_async(lambda: polled > 20)
        executor.stop.set()
        await watching
    assert [call.path for call in calls if "token" not in call.path] == ["/api/v2/organizations/me"]


async def test_until_idle_ends_when_nothing_is_staged(scene: Scene) -> None:
    operation = await scene.approved()
    async with scene.client() as client:
        run = await scene.executor(client).watch(until_idle=True)
    assert run.carried_out == (operation,) and run.staged == 0


async def test_until_idle_ends_when_the_line_is_stopped(scene: Scene) -> None:
    operation = await scene.approved()
    with transaction(scene.database) as connection:
        line_stops.raise_stop(connection, operation, "a surprise", now())
    async with scene.client() as client:
        run = await scene.executor(client).watch(until_idle=True)
    assert run.stopped == ("a surprise",) and scene.state(operation) is State.STAGED


async def test_until_idle_ends_when_all_that_is_left_cannot_be_read(scene: Scene) -> None:
    operation = await scene.approved()
    async with scene.client() as client:

        async def refused(ids: Any) -> Any:
            from reviewer.genesys.bulk import BulkAnswer

            return BulkAnswer(failed={id_: BulkFailure(403, "forbidden", "") for id_ in ids})

        client.bulk_unresolved = refused  # type: ignore[method-assign]
        run = await scene.executor(client).watch(until_idle=True)
    assert run.staged == 1 and len(run.passed_over) == 1 and scene.state(operation) is State.STAGED


@pytest.mark.parametrize(
    "error",
    [CannotConnect("h", "", "GET"), ServiceUnavailable(503, "", "", "", "GET"), BusyError("the database is locked")],
    ids=["network", "service", "database"],
)
async def test_what_passes_is_waited_out(scene: Scene, error: Exception) -> None:
    operation, left = await scene.approved(), 3
    async with scene.client() as client:
        read = client.bulk_unresolved

        async def failing(ids: Any) -> Any:
            nonlocal left
            left -= 1
            if left >= 0:
                raise error
            return await read(ids)

        client.bulk_unresolved = failing  # type: ignore[method-assign]
        await scene.executor(client).watch(until_idle=True)
    assert scene.state(operation) is State.DONE and len(scene.calls(operation)) == 1


@pytest.mark.parametrize(
    "error",
    [WrongCredentials(401, "", "", "", "POST"), CannotConnect("h", "", "GET", certificate=True)],
    ids=["secret", "certificate"],
)
async def test_what_does_not_pass_by_itself_ends_it(scene: Scene, error: Exception) -> None:
    operation = await scene.approved()
    async with scene.client() as client:

        async def failing(ids: Any) -> Any:
            raise error

        client.bulk_unresolved = failing  # type: ignore[method-assign]
        with pytest.raises(type(error)):
            await scene.executor(client).watch()
    assert scene.state(operation) is State.STAGED


async def test_carried_pairs_are_judged_again_when_the_run_has_ended_its_operations(scene: Scene) -> None:
    from reviewer.execute.journaling import Journal
    from reviewer.execute.recovery import Recovery
    from reviewer.execute.sending import Sender
    from reviewer.store import contacts, derivation, pairs
    from tests.execute.scene import SETTLE
    from tests.review.people import RULES, TWO_FACTORS, scored

    operation, other = await scene.approved(), await scene.pair()
    member, third = scene.members(operation)[0], f"pair-{int(scene.members(operation)[0].split('-')[1]) + 1}-a"
    numbers = contacts.by_ids(scene.database, [member, third])
    a, b = sorted(one.number for one in numbers.values())
    pairs.update_scores(scene.database, [scored(a, b, "duplicate", {**TWO_FACTORS})])
    derivation.rebuild(scene.database, scene.desk.today)
    asked: list[tuple[list[tuple[int, int]], State]] = []
    async with scene.client() as client:
        sender = Sender(
            client,
            Journal(scene.database, RULES),
            rescore=lambda database, found, today: asked.append((list(found), scene.state(operation))),
        )
        from reviewer.execute.executor import Executor

        await Executor(sender, Recovery(sender, SETTLE)).run_once()
    canonical = contacts.by_ids(scene.database, [scene.operation(operation).canonical or ""])
    (merged,) = [one.number for one in canonical.values()]
    third_number = numbers[third].number
    assert asked == [([tuple(sorted((third_number, merged)))], State.DONE)]
    assert other


async def test_it_looks_around_at_the_start_and_again_while_it_watches_without_work(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0

    async def look_around() -> None:
        nonlocal looks
        looks += 1

    async with scene.client() as client:
        plain = scene.executor(client)
        executor = replace(plain, look_around=look_around)
        await executor.run_once()
        assert looks == 1
        await executor.run_once()
        assert looks == 1
        monkeypatch.setattr(module, "LOOK_SECONDS", 0.01)
        watching = asyncio.create_task(executor.watch())
        await until_async(lambda: looks > 3)
        executor.stop.set()
        await watching
