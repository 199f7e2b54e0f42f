"""What follows a merge: values really removed, identifiers released, each once, and the truth where it cannot be."""

import json
from datetime import timedelta
from typing import Any

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.domain.wire import JsonObject
from reviewer.execute.journaling import MOST_UNCLEAR
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import BadAnswer
from reviewer.review.line import acknowledge
from reviewer.store import contacts, decisions, line_stops, operations
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.scene import SETTLE, Killed, Scene, until_async
from tests.execute.test_recovering import AFTER_THE_EFFECT, BEFORE_THE_EFFECT


async def without_phone(scene: Scene) -> int:
    """An approved merge of which the steward does not want the cell phone."""
    return scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0


async def who_has(scene: Scene, kind: str, value: str) -> str | None:
    async with scene.client() as client:
        body = await client.look_up(kind, value, division_id="home")
    return json.loads(body)["id"] if body else None


def phone_of(scene: Scene, operation: int) -> str:
    records = json.loads(decisions.read(scene.database, scene.operation(operation).decision).document)["members"]
    return next(str(one["cellPhone"]["e164"]) for one in records if "cellPhone" in one)


def kinds(scene: Scene, operation: int) -> list[tuple[str, str]]:
    return [(step.kind, step.state) for step in operations.steps(scene.database, operation)]


async def test_a_value_that_is_not_wanted_is_removed_and_its_identifier_released(scene: Scene) -> None:
    operation = await without_phone(scene)
    phone = phone_of(scene, operation)
    assert await who_has(scene, "Phone", phone) in scene.members(operation)
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert kinds(scene, operation) == [("merge", "done"), ("remove", "done"), ("release", "done")]
    merged = await scene.read(scene.members(operation)[0])
    assert "cellPhone" not in merged and merged["personalEmail"]
    assert await who_has(scene, "Phone", phone) is None
    (patch,) = scene.sent("patch", operation)
    assert patch["body"] == {"changes": [{"field": "$.cellPhone", "action": "Remove"}]}
    mirrored = contacts.by_ids(scene.database, [merged["id"]])[merged["id"]]
    assert b"cellPhone" not in mirrored.raw
    acts = ["sending", "confirmed", "following up", "sending", "removed", "nothing left to do", "done"]
    assert scene.acts(operation) == acts


def numbers(*ends: int) -> JsonObject:
    slots = ("workPhone", "cellPhone", "homePhone", "otherPhone")
    return {slot: {"display": f"+1703919{end:04d}"} for slot, end in zip(slots, ends, strict=False)}


async def crowded(scene: Scene) -> tuple[int, str]:
    """Work phones are not wanted, and the second of them finds no slot: it stays as an identifier, to be released."""
    base = scene.fresh_number() * 10
    first, second = numbers(base, base + 1, base + 2, base + 3), numbers(base + 4)
    number = await scene.changed_pair(first, second)
    return scene.approve(number, workPhone=NOTHING).operation or 0, f"+1703919{base:04d}"


async def test_an_identifier_without_a_field_is_released_by_a_call(scene: Scene) -> None:
    operation, phone = await crowded(scene)
    await scene.run()
    assert scene.state(operation) is State.DONE
    released = [call["body"] for call in scene.sent("claim", operation)]
    assert released == [{"operation": "Release", "identifier": {"type": "Phone", "value": phone}}]
    assert await who_has(scene, "Phone", phone) is None
    assert scene.acts(operation).count("released") == 1


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
@pytest.mark.parametrize("endpoint", ["patch", "claim"])
async def test_a_step_whose_answer_is_lost_is_read_back_and_not_sent_again(
    scene: Scene, fault: dict[str, Any], endpoint: str
) -> None:
    operation, _ = await crowded(scene)
    scene.fault(endpoint, **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert len(scene.sent(endpoint, operation)) == 1 and len(scene.calls(operation)) == 1
    assert "unclear" in scene.acts(operation)


@pytest.mark.parametrize("fault", BEFORE_THE_EFFECT, ids=str)
async def test_a_step_that_had_no_effect_is_sent_again_after_the_settle_time(
    scene: Scene, fault: dict[str, Any]
) -> None:
    operation = await without_phone(scene)
    scene.fault("patch", **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.sent("patch", operation)) == 2


async def test_until_the_settle_time_has_passed_nothing_more_is_sent(scene: Scene) -> None:
    operation = await without_phone(scene)
    scene.fault("patch", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        assert await executor.recovery.recover(wait=False) == []
        seconds = executor.recovery.pause({})
    assert seconds is not None and 3500 < seconds <= 3600 and len(scene.sent("patch", operation)) == 1


async def test_a_step_that_never_has_an_effect_ends_with_what_is_there_and_stops_the_line(scene: Scene) -> None:
    operation = await without_phone(scene)
    scene.fault("patch", "drop_before", count=-1)
    await scene.run(settle=timedelta(seconds=0.05))
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and len(scene.sent("patch", operation)) == MOST_UNCLEAR
    assert [one[0] for one in json.loads(found.differences)] == ["cellPhone"]
    assert f"remove: sent {MOST_UNCLEAR} times" in found.outcome
    assert len(line_stops.open_stops(scene.database)) == 1


@pytest.mark.parametrize("status", [409, 422, 403])
async def test_a_refused_step_ends_with_what_is_there_and_stops_the_line(scene: Scene, status: int) -> None:
    operation = await without_phone(scene)
    if status != 403:
        scene.fault("patch", "error_before", status=status)
    else:
        allowed = ["externalContacts:contact:view", "externalContacts:identity:merge"]
        scene.served.write("permissions", {"permissions": allowed})
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES
    assert "cellPhone" in {one[0] for one in json.loads(found.differences)}
    assert "remove: " in found.outcome and ("removed" not in scene.acts(operation))
    assert len(line_stops.open_stops(scene.database)) == 1


@pytest.mark.parametrize("endpoint", ["patch", "claim"])
async def test_a_throttled_step_waits_and_goes_on(scene: Scene, endpoint: str) -> None:
    operation, _ = await crowded(scene)
    scene.served.write("knobs", {"retry_after": False})
    scene.fault(endpoint, "error_before", status=429)
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.calls(operation)) == 1
    assert len(scene.sent(endpoint, operation)) == 2


@pytest.mark.parametrize("endpoint", ["patch", "release"])
@pytest.mark.parametrize("after", [False, True])
async def test_killed_around_a_step_it_takes_effect_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, endpoint: str, after: bool
) -> None:
    operation, phone = await crowded(scene)
    async with scene.client() as client:
        call = getattr(client, endpoint)

        async def killed(*given: Any, **how: Any) -> Answer:
            if after:
                await call(*given, **how)
            raise Killed

        monkeypatch.setattr(client, endpoint, killed)
        with pytest.raises(Killed):
            await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP
    await scene.run()
    assert scene.state(operation) is State.DONE and await who_has(scene, "Phone", phone) is None
    assert len(scene.sent("patch", operation)) == len(scene.sent("claim", operation)) == 1
    assert scene.acts(operation).count("unclear") == 1


async def changed_between(scene: Scene, client: GenesysClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A colleague writes another number into the field between the merge and its removal."""
    unresolved, done = client.unresolved, False

    async def late(contact_id: str) -> bytes:
        nonlocal done
        if not done:
            done = True
            await scene.change(contact_id, "cellPhone", {"display": "+1 702 555 0000"})
        return await unresolved(contact_id)

    monkeypatch.setattr(client, "unresolved", late)


async def test_what_somebody_wrote_after_the_merge_is_not_removed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    async with scene.client() as client:
        await changed_between(scene, client, monkeypatch)
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and "was changed since the merge: nothing was removed" in found.outcome
    merged = await scene.read(scene.members(operation)[0])
    assert merged["cellPhone"]["e164"] == "+17025550000"


async def test_a_merge_that_is_not_as_promised_has_nothing_removed(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    async with scene.client() as client:
        merge = client.merge

        async def late(contact_ids: Any, value_override: Any = None, **how: Any) -> Answer:
            await scene.change(contact_ids[0], "title", "Dr")
            return await merge(contact_ids, value_override, **how)

        monkeypatch.setattr(client, "merge", late)
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and "nothing was removed or released" in found.outcome
    assert scene.sent("patch", operation) == []


async def test_a_stopped_line_holds_a_step_back_until_it_goes_on(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    other = await scene.approved()
    operation = await without_phone(scene)
    async with scene.client() as client:
        patch = client.patch

        async def stopped(*given: Any, **how: Any) -> Answer:
            with transaction(scene.database) as connection:
                line_stops.raise_stop(connection, other, "a surprise of another one", now())
            return await patch(*given, **how)

        monkeypatch.setattr(client, "patch", stopped)
        run = await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP and scene.sent("patch", operation) == []
    assert f"operation {operation}: merged, but the line was stopped" in " ".join(run.passed_over)
    await scene.run()
    assert scene.state(operation) is State.FOLLOWING_UP
    acknowledge(scene.desk, "looked at it")
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.sent("patch", operation)) == 1


async def test_an_unusable_answer_for_the_token_lets_the_step_wait_and_the_others_go_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await without_phone(scene)
    async with scene.client() as client:

        async def no_token(*_: Any, **how: Any) -> Answer:
            raise BadAnswer(message="no token in it", call="POST /oauth/token")

        monkeypatch.setattr(client, "patch", no_token)
        run = await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP and "no token in it" in " ".join(run.passed_over)
    await scene.run()
    assert scene.state(operation) is State.DONE


async def test_a_contact_that_was_merged_on_meanwhile_ends_in_part(scene: Scene) -> None:
    operation, other = await without_phone(scene), await scene.approved()
    scene.fault("patch", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        await until_async(lambda: scene.state(operation) is State.UNCLEAR)
    canonical = scene.operation(operation).canonical or ""
    target = await scene.elsewhere(canonical, scene.members(other)[0])
    async with scene.client() as client:
        await scene.executor(client, settle=SETTLE).run_once()
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and f"was merged into {target} meanwhile" in found.outcome
    assert f"its remove, which was sent without an answer, may have reached {target}" in found.outcome


async def test_a_removal_that_was_never_sent_is_not_said_to_have_reached_anybody(scene: Scene) -> None:
    operation, other = await without_phone(scene), await scene.approved()
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        await scene.executor(client, settle=timedelta(hours=1)).sender.carry_out(scene.operation(operation))
    canonical = str((await scene.read(scene.members(operation)[0]))["id"])
    async with scene.client() as client:
        recovery = scene.executor(client, settle=timedelta(0)).recovery
        unresolved, read = client.unresolved, 0

        async def merged_on_then(contact_id: str) -> bytes:
            nonlocal read
            read += 1
            if read == 2:
                await scene.elsewhere(canonical, scene.members(other)[0])
            return await unresolved(contact_id)

        client.unresolved = merged_on_then  # type: ignore[method-assign]
        await recovery.recover()
    found = scene.operation(operation)
    assert found.state is State.PARTIAL and "meanwhile" in found.outcome and "may have reached" not in found.outcome


async def test_a_list_that_the_service_joins_and_an_opt_out_that_it_keeps_are_set_again(scene: Scene) -> None:
    scene.served.write("knobs", {"override_lists": "union", "survey_opt_out": "any"})
    number = await scene.changed_pair({}, {"appleOpaqueIds": [{"value": "one"}]})
    ids = [column.contact_id for column in scene.view(number).columns]
    await scene.change(ids[0], "appleOpaqueIds", [{"value": "two"}])
    await scene.change(ids[1], "surveyOptOut", True)
    await scene.mirror(*ids)
    operation = scene.approve(number, appleOpaqueIds=ids[0], surveyOptOut=ids[0]).operation or 0
    await scene.run()
    assert scene.state(operation) is State.DONE, scene.operation(operation).outcome
    merged = await scene.read(ids[0])
    assert merged["appleOpaqueIds"] == [{"value": "two"}] and merged["surveyOptOut"] is False
    (patch,) = scene.sent("patch", operation)
    assert {change["action"] for change in patch["body"]["changes"]} == {"Update"}
