"""Reads after a merge: what may pass is waited for, what lags is asked again, and one bad contact holds up no other."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute.index_lag import IndexLag
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.contacts import HeldIdentifier
from reviewer.genesys.errors import MissingPermission, RequestRejected, ServiceUnavailable
from reviewer.store import line_stops
from tests.execute.between import go_on, stopped_before
from tests.execute.scene import Scene, until_async
from tests.execute.test_following_up import crowded, without_phone


@pytest.mark.parametrize("endpoint", ["unresolved", "identifiers"])
async def test_an_answer_that_is_cut_off_for_a_while_gives_no_step_up(scene: Scene, endpoint: str) -> None:
    operation, _ = await crowded(scene)
    scene.fault(endpoint, "not_json", count=3)
    await scene.run()
    assert scene.state(operation) is State.FOLLOWING_UP
    scene.served.write("faults", {})
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome


async def test_a_look_up_that_is_cut_off_for_a_while_is_made_later(scene: Scene) -> None:
    operation = await scene.approved_stitch()
    scene.fault("lookup", "not_json", count=3)
    await scene.run()
    scene.served.write("faults", {})
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome


async def test_what_was_refused_is_told_although_the_end_cannot_be_proved(scene: Scene) -> None:
    operation = await without_phone(scene)
    scene.fault("patch", "error_before", status=422)
    async with scene.client() as client:

        async def forbidden(contact_id: str) -> list[HeldIdentifier]:
            raise MissingPermission(403, "", "", "", "GET identifiers")

        client.identifiers = forbidden  # type: ignore[method-assign]
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and "remove: " in found.outcome and "GET identifiers" in found.outcome


async def test_a_login_that_refuses_oddly_ends_no_operation(scene: Scene) -> None:
    operation = await without_phone(scene)
    async with scene.client() as client:

        async def no_token(*_: Any, **how: Any) -> Any:
            raise RequestRejected(422, "", "", "", "POST /oauth/token")

        client.patch = no_token  # type: ignore[method-assign]
        with pytest.raises(RequestRejected):
            await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP
    await scene.run()
    assert scene.state(operation) is State.DONE


@pytest.mark.parametrize("call", ["identifiers", "unresolved"])
async def test_one_contact_that_cannot_be_read_does_not_hold_up_the_others(scene: Scene, call: str) -> None:
    operation = await without_phone(scene)
    async with scene.client() as client:

        async def broken(contact_id: str) -> Any:
            raise ServiceUnavailable(500, "internal.server.error", "", "", f"GET {call}")

        setattr(client, call, broken)
        executor = scene.executor(client)
        await executor.run_once()
        other = await scene.approved()
        run = await executor.run_once()
    assert scene.state(other) is State.DONE and scene.state(operation) is State.FOLLOWING_UP
    assert f"operation {operation}: " in " ".join(run.passed_over)
    await scene.run()
    assert scene.state(operation) is State.DONE


async def test_members_that_cannot_be_read_back_do_not_hold_up_the_others(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client)
        await executor.sender.carry_out(scene.operation(operation))
        await asyncio.sleep(executor.recovery.pause({}) or 0)
        other, read = await scene.approved(), client.bulk_unresolved
        members = scene.members(operation)

        async def broken(ids: Any) -> Any:
            if set(ids) & set(members):
                raise ServiceUnavailable(500, "internal.server.error", "", "", "POST bulk")
            return await read(ids)

        client.bulk_unresolved = broken  # type: ignore[method-assign]
        await executor.run_once()
    assert scene.state(other) is State.DONE and scene.state(operation) is State.UNCLEAR


async def test_contacts_that_cannot_be_read_before_sending_do_not_hold_up_the_others(scene: Scene) -> None:
    spoilt, others = await scene.approved(), [await scene.approved() for _ in range(5)]
    members = scene.members(spoilt)
    async with scene.client() as client:
        read = client.bulk_unresolved

        async def broken(ids: Any) -> Any:
            if set(ids) & set(members):
                raise ServiceUnavailable(500, "internal.server.error", "", "", "POST bulk")
            return await read(ids)

        client.bulk_unresolved = broken  # type: ignore[method-assign]
        run = await scene.executor(client).run_once()
    assert [scene.state(one) for one in others] == [State.DONE] * 5
    assert scene.state(spoilt) is State.STAGED and len(run.passed_over) == 1


class Lagging:
    """Counts the seconds that somebody was told to sleep."""

    def __init__(self) -> None:
        self.slept = 0.0

    async def sleep(self, seconds: float) -> None:
        self.slept += seconds


async def test_a_look_up_that_lags_is_made_again(scene: Scene) -> None:
    """Section 4 of the contract: look-up tables are indexed asynchronously, a few hundred milliseconds are normal."""
    operation = await scene.approved_stitch()
    member, lagging = scene.members(operation)[0], Lagging()
    behind = iter([None, await member_body(scene, member), None])
    async with scene.client() as client:
        look_up = client.look_up

        async def late(*given: Any, **how: Any) -> bytes | None:
            return next(behind) if lagging.slept < 3 else await look_up(*given, **how)

        client.look_up = late  # type: ignore[method-assign]
        await scene.executor(client, lag=IndexLag(15, lagging.sleep)).run_once()
    assert scene.state(operation) is State.DONE and lagging.slept == 0.5 + 1 + 2


async def member_body(scene: Scene, member: str) -> bytes:
    async with scene.client() as client:
        return await client.unresolved(member)


async def test_a_look_up_that_stays_wrong_is_a_surprise_after_fifteen_seconds(scene: Scene) -> None:
    operation, lagging = await scene.approved_stitch(), Lagging()
    async with scene.client() as client:

        async def nobody(*given: Any, **how: Any) -> None:
            return None

        client.look_up = nobody  # type: ignore[method-assign]
        await scene.executor(client, lag=IndexLag(sleep=lagging.sleep)).run_once()
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES and lagging.slept == 15


async def test_an_identity_that_leads_to_a_stranger_is_a_surprise_at_once(scene: Scene) -> None:
    operation, lagging = await scene.approved_stitch(), Lagging()
    stranger = await member_body(scene, f"pair-{scene.fresh_number()}-a")
    async with scene.client() as client:

        async def another(*given: Any, **how: Any) -> bytes:
            return stranger

        client.look_up = another  # type: ignore[method-assign]
        await scene.executor(client, lag=IndexLag(sleep=lagging.sleep)).run_once()
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES and lagging.slept == 0


async def test_a_list_of_claims_that_lags_is_read_again(scene: Scene) -> None:
    operation, _ = await crowded(scene)
    lagging = Lagging()
    async with scene.client() as client:
        identifiers = client.identifiers
        before: list[HeldIdentifier] = []

        async def late(contact_id: str) -> list[HeldIdentifier]:
            before.extend(await identifiers(contact_id) if not before else [])
            return before if lagging.slept < 1 else await identifiers(contact_id)

        client.identifiers = late  # type: ignore[method-assign]
        await scene.executor(client, lag=IndexLag(15, lagging.sleep)).run_once()
    assert scene.state(operation) is State.DONE, scene.operation(operation).differences
    assert 1 <= lagging.slept < 15


async def test_a_list_that_does_not_show_the_claims_yet_is_not_taken_for_nothing_to_release(scene: Scene) -> None:
    operation, phone = await crowded(scene)
    lagging = Lagging()
    async with scene.client() as client:
        identifiers = client.identifiers

        async def late(contact_id: str) -> list[HeldIdentifier]:
            return [] if lagging.slept < 3 else await identifiers(contact_id)

        client.identifiers = late  # type: ignore[method-assign]
        await scene.executor(client, lag=IndexLag(15, lagging.sleep)).run_once()
        assert scene.state(operation) is State.DONE, scene.operation(operation).differences
        assert await client.look_up("Phone", phone) is None, "it was released"
    assert 3 <= lagging.slept < 15


async def test_while_the_line_is_stopped_nothing_is_read_for_what_waits(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    await stopped_before(scene, monkeypatch, operation)
    async with scene.client() as client:
        asked = counting(client, monkeypatch, "unresolved", "identifiers", "organization")
        executor = scene.executor(client)
        watching = asyncio.create_task(executor.watch())
        looked = counting_checks(executor, monkeypatch)
        await until_async(lambda: looked() >= 3)
        executor.stop.set()
        await watching
    assert asked == {"organization": 1}, "the first look claims the organisation, and that is all"
    assert len(line_stops.open_stops(scene.database)) == 1
    await go_on(scene)
    assert scene.state(operation) is State.DONE


def counting(client: GenesysClient, monkeypatch: pytest.MonkeyPatch, *names: str) -> dict[str, int]:
    """Counts calls of a client by name."""
    counts: dict[str, int] = {}

    def counted(name: str) -> Callable[..., Any]:
        original = getattr(client, name)

        async def call(*given: Any, **how: Any) -> Any:
            counts[name] = counts.get(name, 0) + 1
            return await original(*given, **how)

        return call

    for name in names:
        monkeypatch.setattr(client, name, counted(name))
    return counts


def counting_checks(executor: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a watching executor has asked itself whether there is work."""
    count, original = 0, type(executor)._has_work

    def has_work(self: Any) -> bool:
        nonlocal count
        count += 1
        found: bool = original(self)
        return found

    monkeypatch.setattr(type(executor), "_has_work", has_work)
    return lambda: count
