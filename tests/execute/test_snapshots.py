"""Before each merge its members are kept as they were just read, in the same transaction as the intent to send it."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.compensation import MERGED
from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import State
from reviewer.execute.approval import read_approval
from reviewer.execute.faults import CannotTellError
from reviewer.execute.journaling import Journal
from reviewer.execute.snapshots import ClaimsRead, Snapshots
from reviewer.genesys.contacts import HeldIdentifier
from reviewer.review.compensate import merged_contact
from reviewer.review.forget import forget
from reviewer.review.retention import Expired, Retention, expire
from reviewer.store import audit_check, contacts, decisions, recreations, snapshots, stamp
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.compensating import compensated, new_id
from tests.execute.large import approved_group, merges
from tests.execute.scene import Killed, Scene
from tests.review.people import TWO_FACTORS


async def run(scene: Scene, which: ClaimsRead = ClaimsRead.OPEN) -> list[str]:
    """One run; the ids of the contacts of which it was read what they have claimed."""
    asked: list[str] = []
    async with scene.client() as client:
        original = client.identifiers

        async def identifiers(contact_id: str) -> list[HeldIdentifier]:
            asked.append(contact_id)
            return await original(contact_id)

        setattr(client, "identifiers", identifiers)  # noqa: B010
        executor = scene.executor(client)
        sender = replace(executor.sender, claims_read=which)
        await replace(executor, sender=sender, recovery=replace(executor.recovery, sender=sender)).run_once()
    return asked


async def test_the_members_are_kept_byte_for_byte_with_a_plan_for_each(scene: Scene) -> None:
    operation = await scene.approved()
    members = scene.members(operation)
    async with scene.client() as client:
        before = (await client.bulk_unresolved(members)).found
    await run(scene)
    kept = snapshots.of_operation(scene.database, operation)
    assert {one.contact: one.raw for one in kept} == before
    assert [one.place for one in kept] == [0, 1] and {one.step for one in kept} == {1}
    plan = json.loads(kept[0].plan or b"")
    assert [kind for kind, _ in plan["steps"]] == ["set", "release", "release", "create", "look up", "look up"]
    assert plan["steps"][0][1]["contactId"] == MERGED
    assert any(sentence.startswith("notes, sessions and conversations") for sentence in plan["lost"])


@pytest.mark.parametrize(("which", "asked"), [(ClaimsRead.ALL, 2), (ClaimsRead.OPEN, 0), (ClaimsRead.NONE, 0)])
async def test_what_curated_members_have_claimed_is_read_only_if_wanted(
    scene: Scene, which: ClaimsRead, asked: int
) -> None:
    operation = await scene.approved()
    assert len(await run(scene, which)) == asked
    assert scene.state(operation) is State.DONE
    claims = {one.contact[-1]: one.claims for one in snapshots.of_operation(scene.database, operation)}
    if asked:
        assert {kind for kind, _ in json.loads(claims["a"] or b"")} == {"Phone", "Email", "ExternalId"}
        assert json.loads(claims["b"] or b"") == [], "the first that was created has claimed the email of both"
    else:
        assert claims == {"a": None, "b": None}


async def test_what_an_anonymous_member_has_claimed_is_read(scene: Scene) -> None:
    number = await scene.stitch_pair()
    anonymous = next(c.contact_id for c in scene.view(number).columns if c.contact_id.endswith("-b"))
    async with scene.client() as client:
        await client.claim(anonymous, "Cookie", f"cookie of {anonymous}")
    operation = scene.approve(number).operation or 0
    assert await run(scene) == [anonymous]
    kept = {one.contact: one for one in snapshots.of_operation(scene.database, operation)}
    assert ["Cookie", f"cookie of {anonymous}"] in json.loads(kept[anonymous].claims or b"")
    steps = json.loads(kept[anonymous].plan or b"")["steps"]
    assert [step[1]["identifier"]["type"] for step in steps if step[0] == "claim"] == ["Cookie"]


async def test_claims_that_cannot_be_read_now_let_the_operation_wait(scene: Scene) -> None:
    operation = await scene.approved_stitch()
    scene.fault("identifiers", "not_json", count=-1)
    async with scene.client() as client:
        with pytest.raises(CannotTellError, match="has claimed cannot be read"):
            await scene.executor(client).sender.carry_out(scene.operation(operation))
    assert scene.state(operation) is State.STAGED and scene.calls(operation) == []


async def test_what_the_service_refuses_to_tell_is_done_without(scene: Scene) -> None:
    operation = await scene.approved_stitch()
    scene.fault("identifiers", "error_before", status=403)
    await run(scene)
    assert scene.state(operation) is State.DONE
    assert {one.claims for one in snapshots.of_operation(scene.database, operation)} == {None}


@pytest.mark.parametrize("when", ["before", "after"])
async def test_no_intent_is_on_disk_without_them(scene: Scene, monkeypatch: pytest.MonkeyPatch, when: str) -> None:
    operation = await scene.approved()
    original = Snapshots.keep

    def killed(*given: Any) -> None:
        if when == "after":
            original(*given)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Snapshots, "keep", killed)
        with pytest.raises(Killed):
            await run(scene)
    assert scene.state(operation) is State.STAGED and "sending" not in scene.acts(operation)
    assert snapshots.of_operation(scene.database, operation) == [] and scene.calls(operation) == []
    await run(scene)
    assert scene.state(operation) is State.DONE and len(snapshots.of_operation(scene.database, operation)) == 2


async def test_a_second_attempt_keeps_what_it_has_read_itself(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "error_before", status=429)
    await run(scene)
    assert scene.state(operation) is State.DONE
    first, second = snapshots.of_operation(scene.database, operation)
    assert first.read_at == second.read_at and len(scene.calls(operation)) == 2


async def test_a_restored_backup_keeps_the_members_as_they_still_are(scene: Scene) -> None:
    operation = await scene.approved()
    members = scene.members(operation)
    approval = read_approval(scene.database, scene.operation(operation).decision)
    async with scene.client() as client:
        await client.merge(members, approval.merge_request["valueOverride"])
    stamp.write(scene.database, "restored", "yes")
    await run(scene)
    assert scene.state(operation) is State.DONE and len(scene.calls(operation)) == 1
    kept = snapshots.of_operation(scene.database, operation)
    assert [one.contact for one in kept] == list(approval.members) and all(one.plan for one in kept)


async def test_a_restored_backup_of_a_plan_of_two_merges_keeps_the_members_of_both(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    approval = read_approval(scene.database, scene.operation(operation).decision)
    async with scene.client() as client:
        await client.merge(approval.merge_ids, approval.merge_request["valueOverride"])
    stamp.write(scene.database, "restored", "yes")
    await run(scene)
    assert scene.state(operation) is State.DONE and len(merges(scene, ids)) == 2
    assert [one.contact for one in snapshots.of_operation(scene.database, operation)] == ids


async def test_a_person_who_is_forgotten_leaves_no_snapshot(scene: Scene) -> None:
    operation = await scene.approved()
    await run(scene)
    name = b"Kimberly"
    assert any(name in (one.raw or b"") for one in snapshots.of_operation(scene.database, operation))
    forget(scene.desk, scene.members(operation)[0])
    assert snapshots.of_operation(scene.database, operation) == []
    files = scene.path.parent.glob(f"{scene.path.name}*")
    assert not any(name in one.read_bytes() for one in files)
    with pytest.raises(RefusedError, match=f"what operation {operation} was about has been erased"):
        merged_contact(scene.desk, operation)


async def test_who_was_made_anew_is_forgotten_with_what_they_were_before(scene: Scene) -> None:
    found, operation = await compensated(scene)
    await scene.run()
    new = new_id(scene, operation)
    kim = scene.operation(found.merge).canonical or ""
    assert found.last_name.encode() in decisions.read(scene.database, scene.operation(operation).decision).document
    forget(scene.desk, new)
    for table, column in (("decision", "document"), ("member_snapshot", "raw"), ("contact", "raw")):
        left = scene.database.connection.execute(f"SELECT {column} FROM {table}").fetchall()
        assert not any(found.last_name.encode() in (one or b"") for (one,) in left), table
    assert recreations.of(scene.database, found.merge) == []
    assert kim in contacts.by_ids(scene.database, [kim]), "from whom they were taken is another person"


async def test_nothing_that_an_operation_on_its_way_rests_on_is_forgotten(scene: Scene) -> None:
    """What was approved of the merged contact names the old id of who was taken out of it."""
    found, operation = await compensated(scene)
    await scene.run()
    new = new_id(scene, operation)
    kim = scene.operation(found.merge).canonical or ""
    other = f"pair-{scene.fresh_number()}-a"
    number = await scene.candidate_of(kim, other, "duplicate", TWO_FACTORS)
    live = scene.approve(number).operation
    with pytest.raises(RefusedError, match=f"operation {live}, which has not ended, is about this person"):
        forget(scene.desk, new)


async def test_a_taken_back_approval_keeps_nothing(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = await scene.approved()
    monkeypatch.setattr(Journal, "intend", lambda *given: False)
    async with scene.client() as client:
        await scene.executor(client).sender.carry_out(scene.operation(operation))
    assert snapshots.of_operation(scene.database, operation) == []


async def test_snapshots_expire(scene: Scene) -> None:
    operation = await scene.approved()
    await run(scene)
    with transaction(scene.database) as connection:
        assert snapshots.expire(connection, now() - timedelta(days=1), now()) == 0
        assert snapshots.expire(connection, now() + timedelta(seconds=1), now()) == 2
        assert snapshots.expire(connection, now() + timedelta(seconds=1), now()) == 0
    assert {one.raw for one in snapshots.of_operation(scene.database, operation)} == {None}


async def test_snapshots_expire_with_what_the_settings_keep(scene: Scene) -> None:
    operation = await scene.approved()
    await run(scene)
    later = replace(scene.desk, clock=lambda: now() + timedelta(days=31))
    assert expire(later, Retention(snapshot_days=32)) == Expired(0, 0, 0)
    assert expire(later, Retention(snapshot_days=30)) == Expired(0, 0, 2)
    assert {one.raw for one in snapshots.of_operation(scene.database, operation)} == {None}
    assert audit_check.first_broken(scene.database) is None
