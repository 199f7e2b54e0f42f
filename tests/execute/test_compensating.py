"""A person who was merged by mistake is made anew: by the executor alone, once, and kept apart afterwards."""

import json
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import same
from reviewer.domain.journal import State
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import MOST_UNCLEAR
from reviewer.genesys.search import Hits
from reviewer.review.undo import undo
from reviewer.store import (
    audit,
    audit_check,
    constraints,
    contacts,
    decisions,
    derivation,
    pairs,
    recreations,
)
from tests.execute.compensating import alive, approved, compensated, created, kinds, mistake, new_id
from tests.execute.scene import Scene
from tests.execute.test_following_up import who_has
from tests.execute.test_recovering import AFTER_THE_EFFECT, BEFORE_THE_EFFECT
from tests.review.people import TWO_FACTORS, scored

LAG = IndexLag(5)
"""The organisation's search is half a second behind."""


async def raw(scene: Scene, id_: str) -> dict[str, Any]:
    async with scene.client() as client:
        found: dict[str, Any] = json.loads(await client.unresolved(id_))
    return found


async def test_a_person_is_made_anew_and_gets_back_what_was_theirs(scene: Scene) -> None:
    found, operation = await compensated(scene, cookie=True)
    before = await raw(scene, found.lee)
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    assert kinds(scene, operation) == [
        (kind, "done") for kind in ("set", "release", "release", "create", "claim", "look up", "look up")
    ]
    new = new_id(scene, operation)
    person = await raw(scene, new)
    for field in ("firstName", "lastName", "personalEmail", "otherPhone", "division"):
        assert same(field, person[field], before[field]), field
    assert person["type"] == "Curated" and person["id"] != found.lee
    assert await who_has(scene, "Phone", found.phone) == await who_has(scene, "Cookie", found.cookie) == new
    canonical = str(scene.operation(found.merge).canonical)
    merged = await raw(scene, canonical)
    assert (merged["firstName"], merged["lastName"]) == ("Kim", "Doe") and "otherPhone" not in merged
    assert await who_has(scene, "Email", str(before["personalEmail"])) == canonical, "what both had stays"
    assert len(created(scene, found)) == 1 and [one["endpoint"] for one in deletions(scene)] == []
    assert scene.operation(operation).canonical == new
    assert audit_check.first_broken(scene.database) is None


def deletions(scene: Scene) -> list[dict[str, Any]]:
    return [one for one in scene.served.read("calls") if one["endpoint"] in ("delete", "bulk_remove")]


async def test_the_mirror_knows_both_and_keeps_them_apart(scene: Scene) -> None:
    found, operation = await compensated(scene)
    await scene.run()
    new, canonical = new_id(scene, operation), str(scene.operation(found.merge).canonical)
    stored = contacts.by_ids(scene.database, [new, canonical])
    assert stored[new].state == stored[canonical].state == "live"
    assert b"otherPhone" not in stored[canonical].raw and b"otherPhone" in stored[new].raw
    numbers = sorted(one.number for one in stored.values())
    (apart,) = constraints.in_force(scene.database.connection, [stored[new].number])
    assert (apart.kind, [apart.a, apart.b], apart.stale) == ("cannot", numbers, False)
    assert apart.decision == scene.operation(operation).decision
    pairs.update_scores(scene.database, [scored(numbers[0], numbers[1], "duplicate", TWO_FACTORS)])
    derivation.rebuild(scene.database, scene.desk.today)
    query = "SELECT count(*) FROM candidate WHERE key = ? AND state <> 'settled'"
    key = f"contacts:{numbers[0]}+{numbers[1]}"
    assert scene.database.connection.execute(query, (key,)).fetchone() == (0,), "the same merge is not proposed again"


async def test_what_was_shown_stands_in_the_audit(scene: Scene) -> None:
    _, operation = await compensated(scene)
    decision = decisions.read(scene.database, scene.operation(operation).decision)
    screen = json.loads(decision.document)["screen"]
    assert "1. set {" in screen and "does not come back: the id " in screen and decision.fingerprint
    (entry,) = audit.entries(scene.database, f"decision:{decision.id}")
    assert entry.act == "decided compensate" and b"does not come back" in (entry.payload or b"")


async def test_it_cools_off_and_can_be_taken_back(scene: Scene) -> None:
    found, operation = await compensated(scene)
    undo(scene.desk, scene.operation(operation).decision)
    await scene.run()
    assert scene.state(operation) is State.WITHDRAWN and created(scene, found) == []
    again = (await approved(scene, found)).operation or 0
    await scene.run()
    assert scene.state(again) is State.DONE


async def test_a_merged_contact_that_changed_voids_the_approval(scene: Scene) -> None:
    found, operation = await compensated(scene)
    await scene.change(str(scene.operation(found.merge).canonical), "title", "Dr")
    await scene.run()
    assert scene.state(operation) is State.VOID and "title of" in scene.operation(operation).outcome
    assert created(scene, found) == []


async def test_a_merged_contact_that_was_merged_on_ends_it_unsent(scene: Scene) -> None:
    found, operation = await compensated(scene)
    other = scene.view(await scene.pair()).columns[0].contact_id
    head = await scene.elsewhere(str(scene.operation(found.merge).canonical), other)
    await scene.run()
    assert scene.state(operation) is State.MERGED_ELSEWHERE and created(scene, found) == []
    with pytest.raises(RefusedError, match=f"was merged on into {head}"):
        await approved(scene, found)


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
@pytest.mark.parametrize("endpoint", ["patch", "create", "claim"])
async def test_a_step_whose_answer_is_lost_is_read_back_and_not_sent_again(
    scene: Scene, endpoint: str, fault: dict[str, Any]
) -> None:
    found, operation = await compensated(scene, cookie=True)
    before = len(scene.served.read("calls"))
    scene.fault(endpoint, **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    calls = [one["endpoint"] for one in scene.served.read("calls")[before:]]
    assert sorted(calls) == ["claim", "claim", "create", "patch"]
    assert await alive(scene, found) == [new_id(scene, operation)]
    assert await who_has(scene, "Cookie", found.cookie) == new_id(scene, operation)


@pytest.mark.parametrize("fault", BEFORE_THE_EFFECT, ids=str)
@pytest.mark.parametrize("endpoint", ["patch", "create", "claim"])
async def test_a_step_without_effect_is_sent_again_after_the_settle_time(
    scene: Scene, endpoint: str, fault: dict[str, Any]
) -> None:
    found, operation = await compensated(scene, cookie=True)
    before = len(scene.served.read("calls"))
    scene.fault(endpoint, **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    calls = [one["endpoint"] for one in scene.served.read("calls")[before:]]
    assert sorted(calls) == sorted(["claim", "claim", "create", "patch", endpoint])
    assert await alive(scene, found) == [new_id(scene, operation)]


@pytest.mark.parametrize("endpoint", ["patch", "create", "claim"])
async def test_an_effect_that_comes_late_is_waited_for(scene: Scene, endpoint: str) -> None:
    found, operation = await compensated(scene, cookie=True)
    scene.fault(endpoint, "late", seconds=0.1)
    await scene.run(settle=timedelta(seconds=1))
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    assert len(created(scene, found)) == 1


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
async def test_a_person_without_an_identifier_of_their_own_is_read_back_by_a_search(
    scene: Scene, fault: dict[str, Any]
) -> None:
    found, operation = await compensated(scene, phone=False)
    scene.fault("create", **fault)
    await scene.run(lag=LAG)
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    assert await alive(scene, found) == [new_id(scene, operation)] and len(created(scene, found)) == 1


async def test_where_it_cannot_be_told_it_is_never_sent_again(scene: Scene) -> None:
    found, operation = await compensated(scene, phone=False)
    scene.fault("create", "drop_before")
    await scene.run()
    assert scene.state(operation) is State.PARTIAL
    said = f"whether it was created is not known: look for Lee {found.last_name}"
    assert said in scene.operation(operation).outcome
    assert len(created(scene, found)) == 1 and await scene.run() == ()
    with pytest.raises(RefusedError, match=rf"whether operation {operation} re-created {found.lee} is not known"):
        await approved(scene, found)


async def test_one_of_its_content_that_was_there_before_is_neither_taken_for_it_nor_doubled(scene: Scene) -> None:
    found = await mistake(scene, phone=False)
    before = await raw(scene, found.lee)
    twin = {key: before[key] for key in ("firstName", "lastName", "personalEmail", "division")}
    async with scene.client() as client:
        other = json.loads((await client.create(twin)).body)["id"]
    await until_searched(scene, f"Lee {found.last_name}", other)
    operation = (await approved(scene, found)).operation or 0
    await scene.run()
    assert f"of exactly this content is {other} already" in scene.operation(operation).outcome
    assert len(created(scene, found)) == 1 and recreations.by(scene.database, operation)[0].recreated_as is None


async def until_searched(scene: Scene, name: str, id_: str) -> None:
    """Wait until the organisation's search finds a contact by its name."""

    def is_behind(hits: Hits) -> bool:
        return not any(id_.encode() in body for body in hits.contacts)

    async with scene.client() as client:
        await LAG.ask(lambda: client.search(name), is_behind)


async def test_a_creation_that_never_has_an_effect_is_given_up(scene: Scene) -> None:
    found, operation = await compensated(scene)
    scene.fault("create", "drop_before", count=-1)
    await scene.run(settle=timedelta(seconds=0.05))
    assert scene.state(operation) is State.PARTIAL and len(created(scene, found)) == MOST_UNCLEAR
    assert "has given back what was approved, but nobody was re-created" in scene.operation(operation).outcome
    scene.served.write("faults", {})
    again = (await approved(scene, found)).operation or 0
    await scene.run()
    assert scene.state(again) is State.DONE, "what is left of it can be approved again"
