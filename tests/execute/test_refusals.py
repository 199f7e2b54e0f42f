"""When the service says no: one operation ends, or everything waits; nothing is lost and nothing is sent twice."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from reviewer.detect.run import rescore, score_pairs
from reviewer.domain.journal import State
from reviewer.execute import at_once
from reviewer.execute import forbidden as module
from reviewer.execute.executor import MOST_THROTTLED, Executor
from reviewer.genesys.answers import Answer
from reviewer.genesys.errors import (
    MissingPermission,
    TooManyRequests,
)
from reviewer.review import candidate
from reviewer.store import audit, contacts, line_stops, pairs
from reviewer.store.database import Database
from tests.execute.scene import Scene
from tests.review.people import TWO_FACTORS, scored

MAY_MERGE = ["externalContacts:contact:view", "externalContacts:identity:merge"]


async def test_a_merge_that_is_forbidden_in_one_division_fails_naming_both_and_the_others_go_on(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MOST", 1)
    number = await scene.northern_pair()
    forbidden, held_back = scene.approve(number).operation or 0, await scene.approved_in_the_north()
    others = [await scene.approved(), await scene.approved()]
    scene.served.write("knobs", {"merging_divisions": ["home"]})
    async with scene.client() as client:
        run = await scene.executor(client).run_once()
    found = scene.operation(forbidden)
    assert found.state is State.FAILED and scene.effects(forbidden) == []
    assert "the permission externalContacts:identity:merge in the division north" in found.outcome
    assert found.correlation_id in {call.get("correlationId") for call in scene.served.read("calls")}
    assert scene.candidate_state(number) == ("open", f"operation {forbidden} ended failed")
    assert {scene.state(other) for other in others} == {State.DONE}
    assert scene.state(held_back) is State.STAGED and scene.calls(held_back) == []
    (told,) = run.passed_over
    assert told.startswith(f"operation {held_back}: held back in the division north: The OAuth client may not")


async def test_a_division_that_is_held_back_is_tried_again_after_a_while(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(at_once, "MOST", 1)
    forbidden, held_back = await scene.approved_in_the_north(), await scene.approved_in_the_north()
    other = await scene.approved()
    scene.served.write("knobs", {"merging_divisions": ["home"]})
    async with scene.client() as client:
        executor = scene.executor(client)
        await executor.run_once()
        assert (scene.state(forbidden), scene.state(other)) == (State.FAILED, State.DONE)
        scene.served.write("knobs", {"merging_divisions": None})
        await executor.run_once()
        assert scene.state(held_back) is State.STAGED
        monkeypatch.setattr(module, "HELD_BACK_SECONDS", 0.0)
        await executor.run_once()
    assert scene.state(held_back) is State.DONE


async def test_a_permission_that_no_merge_has_leaves_everything_staged(scene: Scene) -> None:
    approved = [await scene.approved() for _ in range(9)] + [await scene.approved_in_the_north() for _ in range(2)]
    scene.served.write("permissions", {"permissions": ["externalContacts:contact:view"]})
    with pytest.raises(MissingPermission, match="externalContacts:identity:merge") as raised:
        await scene.run()
    assert "in the division home and the division north (403" in str(raised.value)
    assert {scene.state(operation) for operation in approved} == {State.STAGED}
    subjects = {f"operation:{operation}" for operation in approved}
    tried = sum(entry.act == "sending" and entry.subject in subjects for entry in audit.entries(scene.database))
    assert tried <= at_once.LEAST + 2, "of each division those that were under way"
    scene.served.write("permissions", {"permissions": MAY_MERGE})
    await scene.run()
    assert {scene.state(operation) for operation in approved} == {State.DONE}


async def test_a_void_is_judged_by_what_the_contacts_are_now(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    pair = scene.members(operation)
    await scene.change(pair[1], "lastName", "Entirely-Different")
    judged: list[tuple[int, int]] = []
    async with scene.client() as client:
        executor = scene.executor(client)
        sender = replace(executor.sender, rescore=lambda database, pairs, today: judged.extend(pairs))
        await replace(executor, sender=sender, recovery=replace(executor.recovery, sender=sender)).run_once()
    assert scene.state(operation) is State.VOID
    known = contacts.by_ids(scene.database, pair)
    assert judged == [tuple(sorted(contact.number for contact in known.values()))]


@pytest.mark.parametrize("some_merged", [False, True])
async def test_after_a_void_the_pair_has_the_evidence_of_its_contacts_as_they_are(
    scene: Scene, some_merged: bool
) -> None:
    number, other = await scene.pair(), await scene.pair()
    operation = scene.approve(number).operation or 0
    ids = scene.members(operation)
    a, b = sorted(contact.number for contact in contacts.by_ids(scene.database, ids).values())
    (before,) = pairs.between(scene.database, [a, b])
    await scene.change(ids[1], "firstName", "Zbigniew")
    await scene.change(ids[1], "lastName", "Entirely-Different")
    if some_merged:
        await scene.elsewhere(ids[0], scene.members(scene.approve(other).operation or 0)[0])
    async with scene.client() as client:
        executor = scene.executor(client)
        sender = replace(executor.sender, rescore=rescored)
        await replace(executor, sender=sender, recovery=replace(executor.recovery, sender=sender)).run_once()
    assert scene.state(operation) is State.VOID
    assert pairs.to_score(scene.database, 0, 10) == [], "none of the living waits for a score"
    if some_merged:
        living = contacts.living(scene.database, ids[0])
        assert living is not None, "the pair goes on with the contact that a colleague's merge made"
        a, b = sorted((living.number, contacts.by_ids(scene.database, ids)[ids[1]].number))
    (after,) = pairs.between(scene.database, [a, b])
    assert after.verdict != "auto"
    if not some_merged:
        (fresh,) = score_pairs(scene.database, [(a, b)], today=scene.desk.today)
        assert (after.levels, after.weight, after.verdict) == (fresh.levels, fresh.weight, fresh.verdict)
        assert after.levels != before.levels and after.weight < before.weight


async def test_pairs_of_a_known_contact_that_a_colleague_merged_ours_into_are_judged_again(scene: Scene) -> None:
    operation, other = await scene.approved(), await scene.pair()
    ids = scene.members(operation)
    merged = await scene.elsewhere(*ids)
    await scene.mirror(merged)
    neighbour = candidate.view(scene.desk, other).columns[0].contact_id
    found = contacts.by_ids(scene.database, [merged, neighbour])
    a, b = sorted(contact.number for contact in found.values())
    pairs.update_scores(scene.database, [scored(a, b, "duplicate", TWO_FACTORS)])
    await scene.change(merged, "lastName", "Entirely-Different")
    async with scene.client() as client:
        executor = scene.executor(client)
        sender = replace(executor.sender, rescore=rescored)
        await replace(executor, sender=sender, recovery=replace(executor.recovery, sender=sender)).run_once()
    assert scene.state(operation) is State.MERGED_ELSEWHERE
    (after,) = pairs.between(scene.database, [a, b])
    (fresh,) = score_pairs(scene.database, [(a, b)], today=scene.desk.today)
    assert (after.levels, after.verdict, after.source) == (fresh.levels, fresh.verdict, "detect")


def rescored(database: Database, found: Sequence[tuple[int, int]], today: date) -> None:
    rescore(database, found, today=today)


async def test_a_conflict_fails_with_the_services_own_words(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "error_before", status=409)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.FAILED and "conflicts with the current state" in found.outcome
    assert len(scene.calls(operation)) == 1 and scene.effects(operation) == []


@pytest.mark.parametrize("merged_again", ["conflict", "bad_request", "resolve", "nothing"])
@pytest.mark.parametrize("as_promised", [False, True])
async def test_a_colleague_who_merges_between_reading_and_sending_is_recognised(
    scene: Scene, merged_again: str, as_promised: bool
) -> None:
    scene.served.write("knobs", {"merged_again": merged_again})
    operation = await scene.approved()
    async with scene.client() as client:
        merge = client.merge

        async def late(contact_ids: Any, value_override: Any = None, **how: Any) -> Any:
            await scene.elsewhere(*contact_ids, **({} if as_promised else {"title": "Dr"}))
            return await merge(contact_ids, value_override, **how)

        client.merge = late  # type: ignore[method-assign]
        await scene.executor(client).run_once()
    refused = merged_again in ("conflict", "bad_request")
    found = scene.operation(operation)
    if as_promised:
        # the service's own rule and the approval agree here, so the result is what was promised
        assert found.state is State.DONE
        assert ("by whom it was made cannot be told" in found.outcome) is refused
    else:
        assert found.state is (State.MERGED_ELSEWHERE if refused else State.DONE_WITH_DIFFERENCES)
        assert bool(line_stops.open_stops(scene.database)) is not refused
    assert len(scene.effects(operation)) == 1
    living = contacts.living(scene.database, scene.members(operation)[0])
    assert living is not None and living.id == (await scene.read(scene.members(operation)[0]))["id"]


async def test_too_many_requests_are_waited_out_as_long_as_the_service_asks(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operations, waited = [await scene.approved() for _ in range(2)], pauses(monkeypatch)
    scene.served.write("knobs", {"retry_after": True})
    scene.fault("merge", "error_before", status=429)
    await scene.run()
    assert {scene.state(one) for one in operations} == {State.DONE}
    assert len(waited) == 1 and waited[0] > 0
    assert [len(scene.effects(one)) for one in operations] == [1, 1]


async def test_too_many_requests_without_an_end_end_the_run_and_leave_all_staged(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = await scene.approved(), await scene.approved()
    waited = pauses(monkeypatch)
    async with scene.client() as client:

        async def throttled(*_: Any, **how: Any) -> Answer:
            raise TooManyRequests(429, "too.many.requests", "", "", "POST merge", retry_after=7.0)

        monkeypatch.setattr(client, "merge", throttled)
        with pytest.raises(TooManyRequests):
            await scene.executor(client).run_once()
    assert waited == [7.0] * MOST_THROTTLED
    assert {scene.state(first), scene.state(second)} == {State.STAGED}
    assert scene.effects(first) == []
    await scene.run()
    assert {scene.state(first), scene.state(second)} == {State.DONE}
    assert len(scene.effects(first)) == len(scene.effects(second)) == 1


def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The seconds that an executor waits, which do not pass."""
    waited: list[float] = []

    async def pause(self: Executor, seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(Executor, "pause", pause)
    return waited


async def test_an_expired_token_costs_nothing(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "token_expired")
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.effects(operation)) == 1
