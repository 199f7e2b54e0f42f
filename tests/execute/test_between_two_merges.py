"""Between the two merges of a large group: what changed then ends the plan in part, and a stopped line holds it."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.genesys.answers import Answer
from reviewer.genesys.bulk import BulkAnswer, BulkFailure
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import MissingPermission
from reviewer.store import contacts, line_stops, operations
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.between import go_on
from tests.execute.large import approved_group, effects, fresh_ids, head_of, led_to, merges, step_states
from tests.execute.scene import Scene


async def after_the_first(scene: Scene, act: Callable[[str], Awaitable[object]]) -> None:
    """A run in which something happens right after the first merge took effect; ``act`` gets the head's id."""
    async with scene.client() as client:
        meddle(client, act)
        await scene.executor(client).run_once()


def meddle(client: GenesysClient, act: Callable[[str], Awaitable[object]]) -> None:
    merge, calls = client.merge, []

    async def meddled(*given: Any, **how: Any) -> Answer:
        calls.append(given)
        answer: Answer = await merge(*given, **how)
        if len(calls) == 1:
            await act(json.loads(answer.body)["id"])
        return answer

    client.merge = meddled  # type: ignore[method-assign]


def open_candidate(scene: Scene, *ids: str) -> tuple[int, str]:
    """Number and mark of the open candidate of exactly these contacts."""
    found = contacts.by_ids(scene.database, ids)
    key = "contacts:" + "+".join(str(n) for n in sorted(one.number for one in found.values()))
    query = "SELECT id FROM candidate WHERE key = ? AND state = 'open'"
    row = scene.database.connection.execute(query, (key,)).fetchone()
    assert row is not None, f"no open candidate of {ids}"
    return int(row[0]), scene.view(int(row[0])).mark


async def ended_in_part(scene: Scene, operation: int, ids: list[str], *rest: str) -> str:
    """Check that the first 25 are one and the rest is not; the outcome."""
    found = scene.operation(operation)
    assert found.state is State.PARTIAL, (found.state, found.outcome, found.differences)
    head = head_of(scene, operation)
    assert found.canonical == head and f"merged into {head}, but only the first 25 of these {len(ids)}" in found.outcome
    assert f"not merged with them: {', '.join(ids[25:])} (" in found.outcome
    targets = await led_to(scene, [*ids[:25], *rest])
    assert targets == {head: ids[:25], **({"": list(rest)} if rest else {})}
    assert operations.held_contacts(scene.database.connection) == {}
    assert await scene.run() == ()
    return found.outcome


async def test_a_rest_that_changed_stays_and_returns_with_what_changed(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    await after_the_first(scene, lambda head: scene.change(ids[25], "firstName", "Kimberly"))
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert f"changed since it was approved: first name of {ids[25]}" in outcome
    assert merges(scene, ids) == [ids[:25]]
    number, mark = open_candidate(scene, head_of(scene, operation), ids[25])
    assert mark == f"operation {operation} ended partial: {outcome}"
    again = scene.approve(number).operation or 0
    await scene.run()
    assert scene.state(again) is State.DONE
    assert len((await scene.read(ids[0]))["mergeSet"]) == 28


async def test_a_head_that_somebody_changed_is_not_overwritten(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 27)
    await after_the_first(scene, lambda head: scene.change(head, "firstName", "Kimberly"))
    outcome = await ended_in_part(scene, operation, ids, *ids[25:])
    assert f"first name of {head_of(scene, operation)} was changed since the first merge" in outcome
    assert (await scene.read(ids[0]))["firstName"] == "Kimberly"
    _, mark = open_candidate(scene, head_of(scene, operation), *ids[25:])
    assert mark.startswith(f"operation {operation} ended partial")


async def test_a_rest_of_which_one_was_merged_elsewhere_is_not_merged_without_it(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 27)
    others = fresh_ids(2)
    await after_the_first(scene, lambda head: scene.elsewhere(ids[26], others[0]))
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert f"{ids[26]} was merged into" in outcome
    assert contacts.by_ids(scene.database, [ids[26]])[ids[26]].state == "merged"


async def test_the_head_and_the_rest_merged_by_others_with_more(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    others = fresh_ids(2)
    await after_the_first(scene, lambda head: scene.elsewhere(head, ids[25], others[0]))
    outcome = await ended_in_part(scene, operation, ids)
    person = (await scene.read(ids[0]))["id"]
    assert f"merged into {person} together with others" in outcome
    mirrored = contacts.by_ids(scene.database, [ids[25], head_of(scene, operation), person])
    assert [mirrored[id_].state for id_ in (ids[25], head_of(scene, operation))] == ["merged", "merged"]
    assert mirrored[person].state == "live"


async def test_the_same_merge_with_other_values_is_somebody_elses(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    await after_the_first(scene, lambda head: scene.elsewhere(head, ids[25], firstName="Kimberly"))
    outcome = await ended_in_part(scene, operation, ids)
    assert f"merged into {(await scene.read(ids[0]))['id']}" in outcome
    assert len(merges(scene, ids)) == 2 and "sending" not in scene.acts(operation)[3:]


async def test_a_rest_that_is_gone(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 27)
    async with scene.client() as client:
        read = client.bulk_unresolved

        async def forget(head: str) -> None:
            async def forgetful(wanted: Sequence[str]) -> BulkAnswer:
                answer = await read(wanted)
                answer.found.pop(ids[26], None)
                answer.failed[ids[26]] = BulkFailure(404, "not.found", "")
                return answer

            client.bulk_unresolved = forgetful  # type: ignore[method-assign, assignment]

        meddle(client, forget)
        await scene.executor(client).run_once()
    outcome = await ended_in_part(scene, operation, ids, *ids[25:])
    assert f"the service does not know {ids[26]} any more" in outcome
    assert contacts.by_ids(scene.database, [ids[26]])[ids[26]].state == "gone"
    open_candidate(scene, head_of(scene, operation), ids[25])


REFUSED: list[dict[str, Any]] = [
    {"kind": "error_before", "status": 409},
    {"kind": "error_before", "status": 400},
    {"kind": "error_before", "status": 403, "code": "missing.permissions"},
]


@pytest.mark.parametrize("fault", REFUSED, ids=str)
async def test_a_second_merge_that_is_refused(scene: Scene, fault: dict[str, Any]) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", skip=1, **fault)
    await scene.run()
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert "refus" in outcome or "not allowed" in outcome or str(fault["status"]) in outcome, outcome
    assert step_states(scene, operation) == [("merge", "done"), ("merge", "not done")]
    assert len(merges(scene, ids)) == 2 and len(effects(scene, ids)) == 1
    open_candidate(scene, head_of(scene, operation), ids[25])


async def test_a_service_that_allows_fewer_refuses_each_merge_in_its_own_way(scene: Scene) -> None:
    scene.served.write("knobs", {"merge_set_limit": 27})
    operation, ids = await approved_group(scene, 26)
    await scene.run()
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert "would have 28 members, more than 27" in outcome
    scene.served.write("knobs", {"merge_set_limit": 25})
    operation, ids = await approved_group(scene, 26)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.FAILED and "would have 26 members, more than 25" in found.outcome
    assert await led_to(scene, ids) == {"": ids}


async def test_reading_that_is_forbidden_between_the_two(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    async with scene.client() as client:

        async def forbid(head: str) -> None:
            async def forbidden(_: Any) -> Any:
                raise MissingPermission(403, "", "", "", "POST bulk")

            client.bulk_unresolved = forbidden  # type: ignore[method-assign, assignment]

        meddle(client, forbid)
        await scene.executor(client).run_once()
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert "POST bulk" in outcome


async def test_a_surprise_of_the_first_merge_stops_the_line_and_the_rest_is_not_sent(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    async with scene.client() as client:
        merge = client.merge

        async def other(ids_: Any, values: Any, **how: Any) -> Answer:
            return await merge(ids_, {**values, "firstName": "Somebody"}, **how)

        client.merge = other  # type: ignore[method-assign, assignment]
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and "Somebody" in found.differences
    assert f"not merged with them: {ids[25]}" in found.outcome
    assert line_stops.open_stops(scene.database) and len(merges(scene, ids)) == 1
    await go_on(scene)
    assert len(merges(scene, ids)) == 1


async def test_a_line_that_another_surprise_stopped_holds_the_rest_until_it_goes_on(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    other = await scene.approved()
    with transaction(scene.database) as connection:
        operations.move(connection, other, State.WITHDRAWN, now())

    async def stop(head: str) -> None:
        with transaction(scene.database) as connection:
            line_stops.raise_stop(connection, other, "a surprise of another one", now())

    await after_the_first(scene, stop)
    assert scene.state(operation) is State.FOLLOWING_UP and len(merges(scene, ids)) == 1
    head = head_of(scene, operation)
    held = {operations.holder_of(scene.database, f"contact:{id_}") for id_ in (head, *ids)}
    assert held == {operation}
    async with scene.client() as client:

        async def read(_: Any) -> Any:
            raise AssertionError("an idle executor asks nothing of the service")

        client.bulk_unresolved = read  # type: ignore[method-assign, assignment]
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP and len(merges(scene, ids)) == 1
    await go_on(scene)
    assert scene.state(operation) is State.DONE and len(effects(scene, ids)) == 2


async def test_a_line_that_is_stopped_while_the_second_waits_for_its_turn(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    other = await scene.approved()
    with transaction(scene.database) as connection:
        operations.move(connection, other, State.WITHDRAWN, now())
    async with scene.client() as client:
        merge, calls = client.merge, []

        async def stopped(*given: Any, **how: Any) -> Answer:
            calls.append(given)
            if len(calls) == 2:
                with transaction(scene.database) as connection:
                    line_stops.raise_stop(connection, other, "a surprise of another one", now())
            return await merge(*given, **how)

        client.merge = stopped  # type: ignore[method-assign]
        await scene.executor(client).run_once()
    assert step_states(scene, operation)[1] == ("merge", "pending") and len(merges(scene, ids)) == 1
    assert scene.state(operation) is State.FOLLOWING_UP
    await go_on(scene)
    assert scene.state(operation) is State.DONE and len(effects(scene, ids)) == 2
