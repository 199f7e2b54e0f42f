"""A compensation that is refused, in part or whole, that was made already, or whose plan was edited."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.execute.index_lag import IndexLag
from reviewer.genesys.search import Hits
from reviewer.review.compensate import show
from reviewer.store import (
    line_stops,
    operations,
    recreations,
    stamp,
)
from reviewer.store.backup import write_backup
from reviewer.store.database import open_database
from tests.execute.compensating import Mistake, alive, approved, compensated, created, kinds, mistake, new_id
from tests.execute.scene import SETTLE, Scene
from tests.execute.test_compensating import raw, until_searched

LAG = IndexLag(5)
"""The organisation's search is half a second behind."""


@pytest.mark.parametrize("status", [400, 409])
async def test_a_refused_first_step_fails_without_effect(scene: Scene, status: int) -> None:
    found, operation = await compensated(scene)
    scene.fault("patch", "error_before", status=status)
    await scene.run()
    assert scene.state(operation) is State.FAILED and created(scene, found) == []


async def test_a_refused_creation_says_what_is_left(scene: Scene) -> None:
    found, operation = await compensated(scene)
    scene.fault("create", "error_before", status=400)
    await scene.run()
    assert scene.state(operation) is State.PARTIAL and len(created(scene, found)) == 1
    assert "not known" not in scene.operation(operation).outcome
    assert kinds(scene, operation)[-1] == ("look up", "not done")


async def test_a_refused_claim_is_told_with_what_leads_to_nobody_now_and_is_no_surprise(scene: Scene) -> None:
    found, operation = await compensated(scene, cookie=True)
    scene.fault("claim", "error_before", status=409, skip=1)
    await scene.run()
    outcome = scene.operation(operation).outcome
    assert scene.state(operation) is State.PARTIAL and new_id(scene, operation)
    assert "claim: The service refused" in outcome and f"Cookie {found.cookie} leads to nobody" in outcome
    assert line_stops.open_stops(scene.database) == []


async def test_a_first_step_that_may_have_taken_effect_is_no_failure(scene: Scene) -> None:
    """Its answer is lost, and the contact is merged on: what came of it cannot be read any more."""
    found, operation = await compensated(scene)
    other = await scene.approved()
    scene.fault("patch", "error_after", status=500)
    async with scene.client() as client:
        await scene.executor(client).sender.carry_out(scene.operation(operation))
    assert scene.state(operation) is State.UNCLEAR
    canonical = scene.members(operation)[0]
    await scene.elsewhere(canonical, scene.members(other)[0])
    await scene.run()
    assert scene.state(operation) is State.PARTIAL and created(scene, found) == []
    told = f"whether it took effect is not known: {canonical} was merged into"
    assert told in scene.operation(operation).outcome


async def test_an_identifier_that_somebody_took_meanwhile_is_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    found, operation = await compensated(scene)
    async with scene.client() as client:
        original = client.create

        async def create(contact: Any, **how: Any) -> Any:
            async with scene.client() as other:
                taken = {"lastName": "Quick", "workPhone": {"display": found.phone}, "division": {"id": "home"}}
                await other.create(taken)
            return await original(contact, **how)

        monkeypatch.setattr(client, "create", create)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.PARTIAL
    assert f"Phone {found.phone} leads to " in scene.operation(operation).outcome
    assert new_id(scene, operation) and line_stops.open_stops(scene.database) == []


async def test_a_created_contact_that_is_not_what_was_asked_for_stops_the_line(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, operation = await compensated(scene)
    async with scene.client() as client:
        original = client.create

        async def create(contact: Any, **how: Any) -> Any:
            return await original({**contact, "title": "Dr"}, **how)

        monkeypatch.setattr(client, "create", create)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES and new_id(scene, operation)
    assert "title" in scene.operation(operation).differences
    assert len(line_stops.open_stops(scene.database)) == 1


async def test_who_was_made_anew_is_not_made_again(scene: Scene) -> None:
    found, operation = await compensated(scene)
    with pytest.raises(RefusedError, match=f"is being re-created by operation {operation}"):
        await approved(scene, found)
    await scene.run()
    with pytest.raises(RefusedError, match=f"was re-created by operation {operation} as {new_id(scene, operation)}"):
        await approved(scene, found)
    with pytest.raises(RefusedError, match="one of them has to stay"):
        await approved(scene, found, found.kim)
    with pytest.raises(RefusedError, match=r"\(compensate\) merged nobody"):
        show(scene.desk, operation)


async def test_until_the_settle_time_has_passed_nothing_more_is_sent(scene: Scene) -> None:
    found, operation = await compensated(scene)
    scene.fault("create", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        assert await executor.recovery.recover(wait=False) == []
    assert len(created(scene, found)) == 1
    await scene.run(settle=SETTLE)
    assert scene.state(operation) is State.DONE


async def test_a_restored_backup_finds_that_it_was_carried_out(scene: Scene, tmp_path: Path) -> None:
    found, operation = await compensated(scene, cookie=True)
    backup = write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    new = new_id(scene, operation)
    with open_database(backup) as restored:
        stamp.write(restored, "restored", "yes")
        async with scene.client() as client:
            await scene.executor(client, database=restored).run_once()
        assert operations.read(restored, operation).state is State.DONE
        assert [one.recreated_as for one in recreations.by(restored, operation)] == [new]
    assert await alive(scene, found) == [new] and len(created(scene, found)) == 1


async def test_a_restored_backup_does_not_make_anew_what_nothing_proves_to_be_made(
    scene: Scene, tmp_path: Path
) -> None:
    number = await scene.changed_pair({}, {"firstName": "Zenobia"})  # a name that few have: a search tells all
    kim, kimberly = sorted(column.contact_id for column in scene.view(number).columns)
    merge = scene.approve(number, firstName=kim).operation or 0
    await scene.run()
    found = Mistake(merge, kim, kimberly, "", "", "")
    operation = (await approved(scene, found)).operation or 0
    assert kinds(scene, operation) == [("create", "pending")]
    backup = write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    new = new_id(scene, operation)
    await until_searched(scene, "Zenobia", new)
    calls = creations(scene)
    with open_database(backup) as restored:
        stamp.write(restored, "restored", "yes")
        async with scene.client() as client:
            await scene.executor(client, database=restored).run_once()
        ended = operations.read(restored, operation)
    assert ended.state is State.VOID and f"of exactly this content is {new} already" in ended.outcome
    assert creations(scene) == calls


def creations(scene: Scene) -> int:
    return sum(one["endpoint"] == "create" for one in scene.served.read("calls"))


@pytest.mark.parametrize("number", [1, 4])
async def test_an_edited_step_is_never_sent(scene: Scene, number: int) -> None:
    found, operation = await compensated(scene, cookie=True)
    scene.database.connection.execute(
        "UPDATE operation_step SET request = replace(request, 'Lee', 'Eve') || ' ' WHERE operation = ? AND number = ?",
        (operation, number),
    )
    scene.database.connection.execute(
        "UPDATE operation_step SET kind = 'delete' WHERE operation = ? AND number = ? AND number = 1",
        (operation, number),
    )
    await scene.run()
    assert scene.state(operation) is State.VOID and created(scene, found) == []


async def test_what_an_index_shows_of_before_the_merge_is_not_taken_for_it(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await mistake(scene)
    then = {key: value for key, value in (await raw(scene, found.lee)).items() if not key.startswith("merge")}
    operation = (await approved(scene, found)).operation or 0
    scene.fault("create", "drop_before")
    async with scene.client() as client:
        shown = iter([Hits([], complete=True)])  # nothing at first, and then the old contact as it was
        stale = Hits([json.dumps(then | {"canonicalContact": None}).encode()], complete=True)

        async def search(text: str) -> Hits:
            return next(shown, stale)

        monkeypatch.setattr(client, "search", search)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    assert new_id(scene, operation) != found.lee and len(created(scene, found)) == 2
