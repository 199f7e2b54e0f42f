"""Killed at every boundary of a link, of one that is claimed back too: each step takes effect once."""

import random
from contextlib import suppress
from pathlib import Path

import pytest

from reviewer.domain.journal import State
from reviewer.execute.journaling import Journal
from reviewer.execute.mirroring import Mirroring
from reviewer.exit_codes import ExitCode
from reviewer.genesys.client import GenesysClient
from reviewer.store import audit_check, operations
from tests.execute.child import execute, executing, kill_at_any_instant
from tests.execute.links import approved_link, changes, leads_to
from tests.execute.scene import Killed, Scene, all_ended, until
from tests.execute.test_killed_between_steps import kill_at

MOVES: list[tuple[type, str, int]] = [
    (Journal, "intend", 1),
    (Journal, "confirm", 1),
    (Journal, "go_on", 1),
    (Journal, "begin_step", 2),
    (Journal, "finish_step", 3),
    (Journal, "leave_out", 1),
    (Mirroring, "take_in", 1),
    (Journal, "end", 1),
    (GenesysClient, "claim", 1),
    (GenesysClient, "release", 1),
    (GenesysClient, "patch", 1),
    (GenesysClient, "unresolved", 4),
    (GenesysClient, "identifiers", 2),
    (GenesysClient, "look_up", 3),
    (GenesysClient, "bulk_unresolved", 1),
]
EACH = [(owner, name, nth) for owner, name, most in MOVES for nth in range(1, most + 1)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "name", "nth"), EACH, ids=[f"{name}-{nth}" for _, name, nth in EACH])
async def test_killed_at_any_boundary_each_call_of_a_link_takes_effect_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str
) -> None:
    linked = await approved_link(scene)
    with monkeypatch.context() as patched:
        kill_at(patched, owner, name, nth, when)
        with suppress(Killed):
            await scene.run()
    await scene.run()
    found = scene.operation(linked.operation)
    assert found.state is State.DONE, (found, scene.acts(linked.operation))
    assert changes(scene, linked) == ["Release", "Claim", "changed"]
    assert await leads_to(scene, linked) == linked.master
    assert audit_check.first_broken(scene.database) is None and await scene.run() == ()
    assert operations.held_contacts(scene.database.connection) == {}


BACK: list[tuple[type, str, int]] = [
    (Journal, "step_not_done", 1),
    (Journal, "begin_step", 2),
    (Journal, "finish_step", 1),
    (Journal, "end", 1),
    (GenesysClient, "claim", 2),
]
EACH_BACK = [(owner, name, nth) for owner, name, most in BACK for nth in range(1, most + 1)]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "name", "nth"), EACH_BACK, ids=[f"{name}-{nth}" for _, name, nth in EACH_BACK])
async def test_killed_while_it_is_claimed_back_the_identity_is_where_it_was(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str
) -> None:
    linked = await approved_link(scene)
    refused = {"kind": "error_before", "status": 409, "skip": 1}
    scene.served.write("faults", {"claim": [refused]})
    with monkeypatch.context() as patched:
        kill_at(patched, owner, name, nth, when)
        with suppress(Killed):
            await scene.run()
    await scene.run()
    found = scene.operation(linked.operation)
    if found.state is State.DONE:  # the refusal was never on disk, and had no effect: the claim was made after all
        assert (name, when) == ("step_not_done", "before"), found
        assert changes(scene, linked) == ["Release", "Claim", "changed"]
        return
    assert found.state is State.FAILED, (found, scene.acts(linked.operation))
    assert await leads_to(scene, linked) == linked.holder and changes(scene, linked) == ["Release", "Claim"]
    assert await scene.run() == () and operations.held_contacts(scene.database.connection) == {}


@pytest.mark.parametrize("seed", range(2))
async def test_killed_at_random_instants_every_link_takes_effect_once(scene: Scene, tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    links = [await approved_link(scene) for _ in range(5)]
    kinds = ["drop_after", "late", "drop_before", "error_after", "error_before", "slow"]
    for endpoint in ("claim", "patch"):
        faults = [
            {"kind": kind, "seconds": 0.1, "skip": chance.randrange(3), "status": chance.choice((500, 503, 504))}
            for kind in chance.sample(kinds, 4)
        ]
        scene.served.write("faults", {endpoint: faults})
    for _ in range(4):
        before = len(scene.served.read("calls"))
        with executing(scene, tmp_path) as process:
            until(lambda: len(scene.served.read("calls")) > before or process.poll() is not None)  # noqa: B023
            kill_at_any_instant(process, chance)
    status, said = execute(scene, tmp_path)
    assert status == ExitCode.OK, said
    assert all_ended(scene.database, [linked.operation for linked in links])
    for linked in links:
        assert scene.state(linked.operation) is State.DONE, scene.operation(linked.operation)
        assert changes(scene, linked) == ["Release", "Claim", "changed"]
        assert await leads_to(scene, linked) == linked.master
    assert audit_check.first_broken(scene.database) is None
