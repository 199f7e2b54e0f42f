"""Killed at every boundary of a compensation: a person is made anew once."""

from contextlib import suppress

import pytest

from reviewer.domain.journal import State
from reviewer.execute.compensating import Compensating
from reviewer.execute.journaling import Journal
from reviewer.execute.mirroring import Mirroring
from reviewer.genesys.client import GenesysClient
from reviewer.store import audit_check, constraints, operations
from tests.execute.compensating import alive, compensated, created, new_id
from tests.execute.scene import Killed, Scene
from tests.execute.test_following_up import who_has
from tests.execute.test_killed_between_steps import kill_at

CALLS = ("bulk_unresolved", "unresolved", "identifiers", "look_up", "search", "patch", "release", "create", "claim")
MOVES: list[tuple[type, str]] = [
    (Journal, "intend"),
    (Journal, "confirm"),
    (Journal, "go_on"),
    (Journal, "begin_step"),
    (Journal, "finish_step"),
    (Compensating, "_note_made"),
    (Mirroring, "take_in"),
    (Journal, "end"),
    *((GenesysClient, name) for name in CALLS),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 3])
@pytest.mark.parametrize(("owner", "name"), MOVES, ids=[name for _, name in MOVES])
async def test_killed_at_any_boundary_a_person_is_made_anew_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str
) -> None:
    found, operation = await compensated(scene, cookie=True)
    before = len(scene.served.read("calls"))
    with monkeypatch.context() as patched:
        kill_at(patched, owner, name, nth, when)
        with suppress(Killed):  # not every move is made so often
            await scene.run()
    await scene.run()
    assert scene.state(operation) is State.DONE, (scene.operation(operation), scene.acts(operation))
    calls = [one["endpoint"] for one in scene.served.read("calls")[before:]]
    assert sorted(calls) == ["claim", "claim", "create", "patch"]
    new = new_id(scene, operation)
    assert await alive(scene, found) == [new] and len(created(scene, found)) == 1
    assert await who_has(scene, "Phone", found.phone) == await who_has(scene, "Cookie", found.cookie) == new
    assert len(constraints.in_force(scene.database.connection)) == 1
    assert audit_check.first_broken(scene.database) is None
    assert await scene.run() == ()
    assert operations.held_contacts(scene.database.connection) == {}
