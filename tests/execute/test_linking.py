"""A link: released, claimed, set, looked up; each once, and the truth where it cannot be."""

from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.store import contacts, operations
from tests.execute.links import Linked, approved_link, changes, leads_to
from tests.execute.scene import Scene
from tests.execute.test_following_up import kinds

ALL_DONE = [
    ("release", "done"),
    ("claim", "done"),
    ("set", "done"),
    ("look up", "done"),
    ("claim back", "not done"),
]


def outcome(scene: Scene, linked: Linked) -> str:
    return scene.operation(linked.operation).outcome


@pytest.mark.parametrize("knobs", [{}, {"claim_conflict": "steal"}, {"release_clears_field": True}], ids=str)
async def test_release_and_claim_moves_the_identity_and_sets_the_field(scene: Scene, knobs: dict[str, Any]) -> None:
    scene.served.write("knobs", knobs)
    linked = await approved_link(scene)
    assert await leads_to(scene, linked) == linked.holder
    await scene.run()
    assert scene.state(linked.operation) is State.DONE, outcome(scene, linked)
    assert await leads_to(scene, linked) == linked.master
    master = await scene.read(linked.master)
    assert master["instagramId"] == {"ids": [{"scopedId": linked.account}]} and master["firstName"] == "Jane"
    assert kinds(scene, linked.operation) == ALL_DONE
    assert changes(scene, linked) == ["Release", "Claim", "changed"]
    mirrored = contacts.by_ids(scene.database, [linked.master])[linked.master]
    assert linked.account.encode() in mirrored.raw
    assert operations.held_contacts(scene.database.connection) == {}
