"""What was read of the contacts is not sent on when it has grown old while the merge waited for its turn."""

import pytest

from reviewer.domain.journal import State
from reviewer.execute import sending
from reviewer.execute.freshness import FRESH_SECONDS, longest_age
from tests.execute.scene import Scene


def test_the_age_follows_the_pace_where_that_is_slow() -> None:
    assert longest_age(None) == longest_age(5.0) == longest_age(1000.0) == FRESH_SECONDS
    assert longest_age(0.1) == 80.0


async def test_what_has_grown_old_is_read_again_and_then_sent_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ages = await scene.approved(), [-1.0, FRESH_SECONDS]
    monkeypatch.setattr(sending, "longest_age", lambda pace: ages.pop(0))
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
        monkeypatch.setattr(sending, "longest_age", lambda pace: -1.0)
        await scene.executor(client).run_once()
    assert asked == 1 and scene.state(operation) is State.VOID and scene.calls(operation) == []
