"""Killed at every boundary of a plan with a removal and a release: each step takes effect once."""

from contextlib import suppress
from inspect import iscoroutinefunction
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute.journaling import Journal
from reviewer.execute.mirroring import Mirroring
from reviewer.genesys.client import GenesysClient
from reviewer.store import audit_check, operations
from tests.execute.scene import Killed, Scene
from tests.execute.test_following_up import crowded, who_has

CALLS = ("merge", "patch", "claim", "release", "unresolved", "identifiers", "look_up", "bulk_unresolved")
MOVES: list[tuple[type, str]] = [
    (Journal, "intend"),
    (Journal, "confirm"),
    (Mirroring, "adopt"),
    (Journal, "follow_up"),
    (Journal, "begin_step"),
    (Journal, "finish_step"),
    (Mirroring, "take_in"),
    (Journal, "end"),
    *((GenesysClient, name) for name in CALLS),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize(("owner", "name"), MOVES, ids=[name for _, name in MOVES])
async def test_killed_at_any_boundary_each_step_takes_effect_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str
) -> None:
    operation, phone = await crowded(scene)
    with monkeypatch.context() as patched:
        kill_at(patched, owner, name, nth, when)
        with suppress(Killed):  # not every move is made so often
            await scene.run()
    await scene.run()
    assert scene.state(operation) is State.DONE, (scene.operation(operation), scene.acts(operation))
    assert len(scene.calls(operation)) == len(scene.effects(operation)) == 1
    assert len(scene.sent("patch", operation)) == len(scene.sent("claim", operation)) == 1
    assert await who_has(scene, "Phone", phone) is None
    assert audit_check.first_broken(scene.database) is None
    assert await scene.run() == ()
    assert operations.held_contacts(scene.database.connection) == {}


def kill_at(patched: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str) -> None:
    """End the process before or after something is done for the ``nth`` time."""
    original: Any = getattr(owner, name)
    seen = 0

    def is_time() -> bool:
        nonlocal seen
        seen += 1
        return seen >= nth

    async def call(*given: Any, **named: Any) -> Any:
        killed = is_time()
        answer = None if killed and when == "before" else await original(*given, **named)
        if killed:
            raise Killed
        return answer

    def move(*given: Any, **named: Any) -> Any:
        killed = is_time()
        done = None if killed and when == "before" else original(*given, **named)
        if killed:
            raise Killed
        return done

    patched.setattr(owner, name, call if iscoroutinefunction(original) else move)
