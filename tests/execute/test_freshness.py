"""What was read of the contacts is not sent on when it has grown old while the merge waited for its turn."""

from typing import Any

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.execute import freshness
from reviewer.execute.freshness import FRESH_SECONDS, longest_age
from reviewer.genesys.client import GenesysClient
from tests.execute.large import approved_group, merges, step_states
from tests.execute.links import approved_link, changes, leads_to, taken_by_another
from tests.execute.scene import Scene


def test_the_age_follows_the_pace_where_that_is_slow() -> None:
    assert longest_age(None) == longest_age(5.0) == longest_age(1000.0) == FRESH_SECONDS
    assert longest_age(0.1) == 80.0


async def test_what_has_grown_old_is_read_again_and_then_sent_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ages = await scene.approved(), [-1.0, FRESH_SECONDS]
    monkeypatch.setattr(freshness, "longest_age", lambda pace: ages.pop(0))
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.calls(operation)) == 1
    assert scene.acts(operation)[:3] == ["sending", "not done", "sending"]


async def test_a_change_while_the_merge_waited_for_its_turn_voids_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, asked = await scene.approved(), 0
    async with scene.client() as client:
        merge = client.merge

        async def waiting(*given: object, **how: object) -> object:
            nonlocal asked
            asked += 1
            await scene.change(scene.members(operation)[0], "title", "Dr")
            return await merge(*given, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(client, "merge", waiting)
        monkeypatch.setattr(freshness, "longest_age", lambda pace: -1.0)
        await scene.executor(client).run_once()
    assert asked == 1 and scene.state(operation) is State.VOID and scene.calls(operation) == []


class _Waits:
    """The calls of one kind wait for their turn; ``meanwhile`` happens before the one with that number."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, client: GenesysClient, call: str, nth: int) -> None:
        self.calls = 0
        self.is_waiting = False
        original = getattr(client, call)

        async def waiting(*given: Any, **how: Any) -> Any:
            self.calls += 1
            if self.calls == nth:
                await self.meanwhile()
            self.is_waiting = self.calls == nth
            try:
                return await original(*given, **how)
            finally:
                self.is_waiting = False

        monkeypatch.setattr(client, call, waiting)
        monkeypatch.setattr(freshness, "longest_age", lambda pace: -1.0 if self.is_waiting else FRESH_SECONDS)

    async def meanwhile(self) -> None:
        """Nothing but time."""


async def test_a_second_merge_whose_reading_grew_old_is_read_for_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ids = await approved_group(scene, 26)
    async with scene.client() as client:
        waits = _Waits(monkeypatch, client, "merge", 2)
        await scene.executor(client).run_once()
    assert waits.calls == 3 and scene.state(operation) is State.DONE and len(merges(scene, ids)) == 2


async def test_a_change_of_the_rest_while_the_second_merge_waited_for_its_turn_leaves_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ids = await approved_group(scene, 26)
    async with scene.client() as client:
        waits = _Waits(monkeypatch, client, "merge", 2)
        monkeypatch.setattr(waits, "meanwhile", lambda: scene.change(ids[25], "firstName", "Kimberly"))
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.PARTIAL and len(merges(scene, ids)) == 1
    assert step_states(scene, operation)[1] == ("merge", "not done")
    assert f"first name of {ids[25]}" in scene.operation(operation).outcome


async def test_an_identity_that_another_took_while_its_claim_waited_is_left_to_them(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        waits = _Waits(monkeypatch, client, "claim", 1)
        taken: list[str] = []

        async def meanwhile() -> None:
            taken.append(await taken_by_another(client, linked.account))

        monkeypatch.setattr(waits, "meanwhile", meanwhile)
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.PARTIAL and changes(scene, linked) == ["Release"]
    assert await leads_to(scene, linked) == taken[0]


async def test_a_first_call_that_grew_old_is_checked_anew_with_all_that_was_approved(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    linked = await approved_link(scene)
    async with scene.client() as client:
        waits = _Waits(monkeypatch, client, "release", 1)
        monkeypatch.setattr(waits, "meanwhile", lambda: scene.change(linked.master, "title", "Dr"))
        await scene.executor(client).run_once()
    assert scene.state(linked.operation) is State.VOID and "Release" not in changes(scene, linked)
    assert f"title of {linked.master}" in scene.operation(linked.operation).outcome


async def test_a_removal_that_grew_old_is_read_for_again(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0
    async with scene.client() as client:
        waits = _Waits(monkeypatch, client, "patch", 1)
        await scene.executor(client).run_once()
    assert waits.calls == 2 and scene.state(operation) is State.DONE and len(scene.sent("patch", operation)) == 1
