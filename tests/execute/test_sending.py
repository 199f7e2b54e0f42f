"""One run of the executor against a served organisation: what is sent, and how it ends."""

import json
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute import at_once
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.review import candidate
from reviewer.review.line import acknowledge
from reviewer.review.undo import undo
from reviewer.store import audit_check, contacts, decisions, line_stops, operations
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.scene import Scene


def rejoin(sent: dict[str, Any]) -> dict[str, Any]:
    """A request without what the organisation adds to what it was sent."""
    return {"contactIds": sent["contactIds"], "valueOverride": sent["valueOverride"]}


async def test_an_approved_merge_is_sent_once_exactly_as_approved(scene: Scene) -> None:
    number = await scene.pair()
    decided = scene.approve(number, firstName=sorted(scene_ids(scene, number))[0])
    operation = decided.operation or 0
    assert await scene.run() == (operation,)
    assert scene.state(operation) is State.DONE
    (call,) = scene.calls(operation)
    approved = json.loads(decisions.read(scene.database, decided.decision).document)["steps"]
    assert [["merge", rejoin(call["body"])]] == approved
    merged = await scene.read(scene.members(operation)[0])
    assert merged["firstName"] == "Kim" and merged["id"] == scene.operation(operation).canonical
    assert {one["id"] for one in merged["mergedFrom"]} == set(scene.members(operation))


def scene_ids(scene: Scene, number: int) -> list[str]:
    return [column.contact_id for column in candidate.view(scene.desk, number).columns]


async def test_the_mirror_follows_the_merge_and_lets_go_of_the_contacts(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    ids = scene.members(operation)
    await scene.run()
    mirrored = contacts.by_ids(scene.database, ids)
    assert {one.state for one in mirrored.values()} == {"merged"}
    living = contacts.living(scene.database, ids[0])
    assert living is not None and living.id == scene.operation(operation).canonical
    assert operations.holder_of(scene.database, f"contact:{ids[0]}") is None
    assert scene.candidate_state(number)[0] == "settled"


async def test_every_move_is_in_the_audit_and_the_chain_holds(scene: Scene) -> None:
    operation, stitch = await scene.approved(), await scene.approved_stitch()
    await scene.run()
    assert scene.acts(operation) == ["sending", "confirmed", "following up", "done"]
    assert scene.acts(stitch) == ["sending", "confirmed", "following up", "looked up", "done"]
    assert audit_check.first_broken(scene.database) is None


async def test_a_second_run_sends_nothing_again(scene: Scene) -> None:
    operation = await scene.approved()
    await scene.run()
    assert await scene.run() == ()
    assert len(scene.calls(operation)) == 1


async def test_nothing_is_sent_before_its_time(scene: Scene) -> None:
    from datetime import timedelta

    scene.desk = type(scene.desk)(scene.database, scene.desk.steward, scene.desk.rules, cool_off=timedelta(hours=1))
    operation = await scene.approved()
    assert await scene.run() == () and scene.state(operation) is State.STAGED
    assert scene.calls(operation) == []


async def test_a_stitch_is_proved_by_looking_the_identity_up(scene: Scene) -> None:
    operation = await scene.approved_stitch()
    await scene.run()
    assert scene.state(operation) is State.DONE
    merge, look_up = operations.steps(scene.database, operation)
    assert merge.state == look_up.state == "done" and look_up.answer is not None
    assert json.loads(look_up.answer)["id"] == scene.operation(operation).canonical


async def test_no_call_ever_deletes(scene: Scene) -> None:
    await scene.approved()
    await scene.approved_stitch()
    await scene.run()
    assert {call.get("method", "POST") for call in scene.served.read("calls")} <= {"POST", "PATCH"}


async def test_a_contact_that_changed_voids_the_approval_and_the_candidate_says_so(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    await scene.change(scene.members(operation)[1], "title", "Dr")
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.VOID and scene.calls(operation) == []
    assert found.outcome == f"changed since it was approved: title of {scene.members(operation)[1]}"
    assert scene.candidate_state(number) == ("open", f"operation {operation} ended void")
    view = candidate.view(scene.desk, number)
    assert "title" in view.mark and any(row.path == "title" for row in view.rows), "the mirror has the new value"
    again = scene.approve(number).operation or 0
    await scene.run()
    assert scene.state(again) is State.DONE


async def test_a_ruling_between_approval_and_sending_voids_the_approval(scene: Scene) -> None:
    from reviewer.domain.identifiers import Identifier
    from reviewer.domain.rulings import RulingKind
    from reviewer.review import rule

    operation = await scene.approved()
    (raw,) = [one.raw for one in contacts.by_ids(scene.database, scene.members(operation)[:1]).values()]
    email = Identifier("Email", json.loads(raw)["personalEmail"])
    rule.rule(scene.desk, email, RulingKind.ROLE_MAILBOX)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.VOID
    changed = f"the ruling on Email {email.value}, from no ruling to role mailbox"
    assert found.outcome == f"changed since it was approved: {changed}"
    assert scene.calls(operation) == []


async def test_a_ruling_that_is_taken_back_is_named_with_the_last_day_it_had(scene: Scene) -> None:
    from datetime import timedelta

    from reviewer.domain.identifiers import Identifier
    from reviewer.domain.rulings import RulingKind
    from reviewer.review import rule

    number = await scene.pair()
    raw = contacts.by_ids(scene.database, scene_ids(scene, number)[:1]).popitem()[1].raw
    email, until = Identifier("Email", json.loads(raw)["personalEmail"]), scene.desk.today + timedelta(days=9)
    ruled = rule.rule(scene.desk, email, RulingKind.PERSONAL, until=until)
    operation = scene.approve(number).operation or 0
    undo(scene.desk, ruled.decision)
    await scene.run()
    said = f"the ruling on Email {email.value}, from personal until {until} to no ruling"
    assert said in scene.operation(operation).outcome


async def test_what_a_colleague_merged_is_recognised(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    merged = await scene.elsewhere(*scene.members(operation))
    await scene.run()
    assert scene.state(operation) is State.MERGED_ELSEWHERE and len(scene.calls(operation)) == 1
    living = contacts.living(scene.database, scene.members(operation)[0])
    assert living is not None and living.id == merged
    assert scene.candidate_state(number)[0] == "settled"


async def test_some_of_the_contacts_merged_by_a_colleague_is_void(scene: Scene) -> None:
    operation, other = await scene.approved(), await scene.approved()
    merged = await scene.elsewhere(scene.members(operation)[0], scene.members(other)[0])
    await scene.run()
    for number in (operation, other):
        assert scene.state(number) is State.VOID
        assert f"was merged into {merged}" in scene.operation(number).outcome


async def test_a_contact_that_the_service_does_not_know_voids_the_approval(scene: Scene) -> None:
    from dataclasses import dataclass

    @dataclass
    class Forgetful:
        client: GenesysClient
        gone: str

        async def bulk_unresolved(self, ids: list[str]) -> Any:
            answer = await self.client.bulk_unresolved(ids)
            answer.found.pop(self.gone)
            from reviewer.genesys.bulk import BulkFailure

            answer.failed[self.gone] = BulkFailure(404, "not.found", "")
            return answer

        def __getattr__(self, name: str) -> Any:
            return getattr(self.client, name)

    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    gone = scene.members(operation)[0]
    async with scene.client() as client:
        await scene.executor(Forgetful(client, gone)).run_once()  # type: ignore[arg-type]
    assert scene.state(operation) is State.VOID and scene.calls(operation) == []
    assert contacts.by_ids(scene.database, [gone])[gone].state == "gone"


async def test_contacts_from_a_file_are_never_sent(scene: Scene) -> None:
    operation, other = await scene.approved(), await scene.approved()
    member = scene.members(operation)[0]
    scene.database.connection.execute("UPDATE contact SET origin = 'file:old.jsonl' WHERE id = ?", (member,))
    await scene.run()
    assert scene.state(operation) is State.FAILED and "came from file:old.jsonl" in scene.operation(operation).outcome
    assert scene.calls(operation) == [] and scene.state(other) is State.DONE


async def patched_before(scene: Scene, client: GenesysClient, monkeypatch: pytest.MonkeyPatch, title: str) -> None:
    """A colleague changes a contact after it was read and before the merge arrives."""
    merge = client.merge

    async def late(contact_ids: Any, value_override: Any = None, **how: Any) -> Answer:
        await scene.change(contact_ids[0], "title", title)
        return await merge(contact_ids, value_override, **how)

    monkeypatch.setattr(client, "merge", late)


@pytest.mark.parametrize("title", ["Dr", "half \ud800 a surrogate"])
async def test_a_surprise_stops_the_line_until_it_is_acknowledged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, title: str
) -> None:
    operation = await scene.approved()
    async with scene.client() as client:
        await patched_before(scene, client, monkeypatch, title)
        run = await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES
    assert json.loads(found.differences) == [["title", "", title]]
    assert len(run.stopped) == 1 and "title: promised nothing" in run.stopped[0]
    waiting = await scene.approved()
    assert await scene.run() == () and scene.state(waiting) is State.STAGED
    acknowledge(scene.desk, "a colleague gave a title")
    await scene.run()
    assert scene.state(waiting) is State.DONE


async def test_a_surprise_keeps_the_rest_of_the_batch_from_being_sent(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MOST", 1)
    first, second = await scene.approved(), await scene.approved()
    async with scene.client() as client:
        await patched_before(scene, client, monkeypatch, "Dr")
        await scene.executor(client).run_once()
    assert scene.state(first) is State.DONE_WITH_DIFFERENCES
    assert scene.state(second) is State.STAGED and scene.calls(second) == []


async def test_a_surprise_holds_back_a_merge_that_waits_for_its_turn(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await scene.approved()
    async with scene.client() as client:
        merge = client.merge

        async def waits(contact_ids: Any, value_override: Any = None, **how: Any) -> Answer:
            with transaction(scene.database) as connection:
                line_stops.raise_stop(connection, operation, "a surprise of another one", now())
            return await merge(contact_ids, value_override, **how)

        monkeypatch.setattr(client, "merge", waits)
        run = await scene.executor(client).run_once()
    assert scene.state(operation) is State.STAGED and scene.calls(operation) == []
    assert scene.acts(operation)[-1] == "not done"
    assert run.carried_out == () and run.staged == 1
    acknowledge(scene.desk, "seen")
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.effects(operation)) == 1


async def test_an_identity_that_leads_elsewhere_is_a_surprise(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = await scene.approved_stitch()
    async with scene.client() as client:
        look_up = client.look_up

        async def stolen(kind: str, value: str, **where: Any) -> bytes | None:
            canonical = scene.operation(operation).canonical or ""
            await client.release(canonical, kind, value)
            return await look_up(kind, value, **where)

        monkeypatch.setattr(client, "look_up", stolen)
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and len(line_stops.open_stops(scene.database)) == 1
    assert "SocialInstagram" in found.differences


async def test_a_forbidden_look_up_ends_as_partial_and_does_not_hold_up_the_others(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    from reviewer.genesys.errors import MissingPermission

    operation, other = await scene.approved_stitch(), await scene.approved()
    async with scene.client() as client:

        async def forbidden(*_: object, **__: object) -> None:
            raise MissingPermission(
                403, "", "", "", "POST identifierlookup", permission="externalContacts:contact:view"
            )

        monkeypatch.setattr(client, "look_up", forbidden)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.PARTIAL and "contact:view" in scene.operation(operation).outcome
    assert scene.state(other) is State.DONE


async def test_a_decision_taken_back_is_not_sent(scene: Scene) -> None:
    decided = scene.approve(await scene.pair())
    undo(scene.desk, decided.decision)
    await scene.run()
    assert scene.state(decided.operation or 0) is State.WITHDRAWN and scene.calls(decided.operation or 0) == []


@pytest.mark.parametrize("moment", ["reading", "checked", "changed"])
async def test_taking_back_while_the_executor_is_at_it_wins_until_the_intent_is_on_disk(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    decided, other = scene.approve(await scene.pair()), await scene.approved()
    operation = decided.operation or 0
    if moment == "changed":
        await scene.change(scene.members(operation)[0], "title", "Dr")
    async with scene.client() as client:
        executor = scene.executor(client)
        if moment == "checked":
            intend = type(executor.sender.journal).intend

            def late(journal: Any, number: int, step: int) -> bool:
                if number == operation:
                    undo(scene.desk, decided.decision)
                return intend(journal, number, step)

            monkeypatch.setattr(type(executor.sender.journal), "intend", late)
        else:
            read = client.bulk_unresolved

            async def reading(ids: Any) -> Any:
                answer = await read(ids)
                if set(ids) >= set(scene.members(operation)):
                    undo(scene.desk, decided.decision)
                return answer

            monkeypatch.setattr(client, "bulk_unresolved", reading)
        run = await executor.run_once()
    assert scene.state(operation) is State.WITHDRAWN and scene.calls(operation) == []
    assert run.passed_over == () and run.carried_out == (other,), "what was not sent is not counted"
    assert scene.state(other) is State.DONE, "the others go on"


@pytest.mark.parametrize("kind", ["unknown_fields", "unknown_values"])
async def test_point_28_answers_with_what_nobody_knows_are_no_surprise(scene: Scene, kind: str) -> None:
    names = ("organization", "bulk_unresolved", "bulk", "get", "unresolved", "merge", "lookup", "identifiers")
    scene.served.write("faults", {name: {"kind": kind, "count": -1} for name in names})
    operation = await scene.approved()
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert line_stops.open_stops(scene.database) == []
