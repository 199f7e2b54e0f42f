"""Recovery of two merges: whatever the last instant was, and however the answer to the second was lost."""

from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute.concluding import Concluding
from reviewer.execute.journaling import MOST_UNCLEAR, Journal
from reviewer.execute.mirroring import Mirroring
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.store import audit_check, backup, contacts, line_stops, operations
from reviewer.store.database import open_database
from tests.execute.between import go_on, stopped_before
from tests.execute.large import approved_group, effects, head_of, merges, step_states, with_steps
from tests.execute.scene import Killed, Scene
from tests.execute.test_between_two_merges import ended_in_part, open_candidate
from tests.execute.test_killed_between_steps import kill_at
from tests.execute.test_recovering import AFTER_THE_EFFECT, BEFORE_THE_EFFECT, LOST, MERGING_AGAIN


async def done_once(scene: Scene, operation: int, ids: list[str], size: int = 28) -> None:
    """Check that both merges took effect once, and the operation ended well."""
    found = scene.operation(operation)
    assert found.state is State.DONE, (found.state, found.outcome, found.differences, scene.acts(operation))
    assert len(effects(scene, ids)) == 2
    person = await scene.read(ids[0])
    assert person["id"] == found.canonical and len(person["mergeSet"]) == size
    assert operations.held_contacts(scene.database.connection) == {}
    assert await scene.run() == ()


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
async def test_a_second_merge_whose_answer_is_lost_is_done_and_not_sent_again(
    scene: Scene, fault: dict[str, Any]
) -> None:
    operation, ids = await with_steps(scene)
    scene.fault("merge", skip=1, **fault)
    await scene.run()
    await done_once(scene, operation, ids)
    assert len(merges(scene, ids)) == 2 and scene.acts(operation).count("unclear") == 1


@pytest.mark.parametrize("fault", BEFORE_THE_EFFECT, ids=str)
async def test_a_second_merge_that_had_no_effect_is_sent_again_once(scene: Scene, fault: dict[str, Any]) -> None:
    operation, ids = await with_steps(scene)
    scene.fault("merge", skip=1, **fault)
    await scene.run()
    await done_once(scene, operation, ids)
    assert len(merges(scene, ids)) == 3


@pytest.mark.parametrize("merged_again", MERGING_AGAIN)
@pytest.mark.parametrize("lost", LOST)
@pytest.mark.parametrize("nth", [1, 2])
async def test_a_lost_merge_of_two_ends_once_whatever_a_second_one_would_do(
    scene: Scene, lost: str, merged_again: str, nth: int
) -> None:
    scene.served.write("knobs", {"merged_again": merged_again})
    operation, ids = await approved_group(scene, 26)
    fault, _ = LOST[lost]
    scene.fault("merge", skip=nth - 1, **fault)
    await scene.run(settle=timedelta(seconds=0.6))
    await done_once(scene, operation, ids)


@pytest.mark.parametrize("nth", [1, 2])
async def test_a_refusal_because_it_stands_already_is_read(scene: Scene, nth: int) -> None:
    """The effect of a call comes, and its answer is a conflict."""
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "error_after", skip=nth - 1, status=409)
    await scene.run()
    await done_once(scene, operation, ids)
    assert "unclear" not in scene.acts(operation)
    assert "although the service answered 409 to this merge" in scene.operation(operation).outcome


async def test_a_second_merge_of_ours_that_is_not_as_promised_is_a_surprise(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "drop_after", skip=1)
    async with scene.client() as client:
        merge = client.merge

        async def other(ids_: Any, values: Any, **how: Any) -> Answer:
            return await merge(ids_, {**values, "firstName": "Somebody"} if len(ids_) == 2 else values, **how)

        client.merge = other  # type: ignore[method-assign, assignment]
        await scene.executor(client).run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and "Somebody" in found.differences
    assert found.canonical == (await scene.read(ids[0]))["id"] and line_stops.open_stops(scene.database)


async def test_what_came_of_both_is_kept_until_the_plan_has_ended(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ids = await with_steps(scene)
    person = await stopped_before(scene, monkeypatch, operation)
    assert person == (await scene.read(ids[0]))["id"] != head_of(scene, operation)
    kept = {operations.holder_of(scene.database, f"contact:{id_}") for id_ in (person, head_of(scene, operation), *ids)}
    assert kept == {operation}
    await go_on(scene)
    await done_once(scene, operation, ids)


async def test_what_was_read_since_the_second_merge_is_not_undone(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation, ids = await approved_group(scene, 26)
    with monkeypatch.context() as patched:
        kill_at(patched, Journal, "end", 1, "before")
        with suppress(Killed):
            await scene.run()
    person = scene.operation(operation).canonical or ""
    await scene.change(person, "firstName", "Kimberly")
    await scene.mirror(person)
    await scene.run()
    await done_once(scene, operation, ids)
    assert b"Kimberly" in contacts.by_ids(scene.database, [person])[person].raw


async def test_a_second_merge_that_never_answers_is_given_up_in_part(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "error_before", count=-1, skip=1)
    await scene.run(settle=timedelta(seconds=0.05))
    outcome = await ended_in_part(scene, operation, ids, ids[25])
    assert len(merges(scene, ids)) == 1 + MOST_UNCLEAR and f"sent {MOST_UNCLEAR} times" in outcome
    open_candidate(scene, head_of(scene, operation), ids[25])


async def test_until_the_settle_time_has_passed_nothing_is_concluded(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "drop_before", skip=1)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        assert scene.state(operation) is State.UNCLEAR
        assert await executor.recovery.recover(wait=False) == []
    assert scene.state(operation) is State.UNCLEAR
    kept = {operations.holder_of(scene.database, f"contact:{id_}") for id_ in (*ids, head_of(scene, operation))}
    assert kept == {operation}
    await scene.run()
    await done_once(scene, operation, ids)


async def test_only_recovering_sends_no_second_merge(scene: Scene) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(operation))
        run = await executor.recover_only()
    assert scene.state(operation) is State.FOLLOWING_UP and len(merges(scene, ids)) == 1
    assert "the rest of its plan is left to a run that sends" in " ".join(run.passed_over)
    await scene.run()
    await done_once(scene, operation, ids)


async def restored(scene: Scene, copy: Path) -> None:
    scene.database.close()
    backup.restore_backup(copy, scene.path)
    scene.database = open_database(scene.path)


async def test_a_restored_backup_knows_two_merges_that_were_carried_out(scene: Scene, tmp_path: Path) -> None:
    operation, ids = await with_steps(scene)
    backup.write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    await restored(scene, tmp_path / "backup.db")
    await scene.run()
    await done_once(scene, operation, ids)


async def test_a_backup_from_between_the_two_knows_the_second(scene: Scene, tmp_path: Path) -> None:
    operation, ids = await with_steps(scene)
    async with scene.client() as client:
        merge = client.merge
        calls: list[Any] = []

        async def watched(*given: Any, **how: Any) -> Any:
            if calls:
                raise Killed
            calls.append(given)
            return await merge(*given, **how)

        client.merge = watched  # type: ignore[method-assign]
        with suppress(Killed):
            await scene.executor(client).run_once()
    assert step_states(scene, operation)[1] == ("merge", "sending")
    backup.write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    await done_once(scene, operation, ids)
    await restored(scene, tmp_path / "backup.db")
    await scene.run()
    await done_once(scene, operation, ids)


CALLS = ("merge", "patch", "unresolved", "identifiers", "bulk_unresolved")
MOVES: list[tuple[type, str]] = [
    (Journal, "confirm"),
    (Journal, "follow_up"),
    (Journal, "begin_step"),
    (Journal, "finish_step"),
    (Journal, "merged_on"),
    (Journal, "unclear"),
    (Concluding, "_adopt"),
    (Mirroring, "adopt"),
    (Journal, "end"),
    *((GenesysClient, name) for name in CALLS),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("nth", [1, 2, 3])
@pytest.mark.parametrize(("owner", "name"), MOVES, ids=[name for _, name in MOVES])
async def test_killed_at_any_boundary_of_two_merges_each_takes_effect_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, nth: int, when: str
) -> None:
    operation, ids = await with_steps(scene)
    if name == "unclear":
        scene.fault("merge", "drop_after", skip=1)
    with monkeypatch.context() as patched:
        kill_at(patched, owner, name, nth, when)
        with suppress(Killed):  # not every move is made so often
            await scene.run()
    await scene.run()
    await done_once(scene, operation, ids)
    assert len(merges(scene, ids)) == 2 and len(scene.sent("patch", operation)) == 1
    assert audit_check.first_broken(scene.database) is None


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("name", ["step_not_done", "end"])
async def test_killed_while_it_is_given_up_the_end_is_the_same(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, name: str, when: str
) -> None:
    operation, ids = await approved_group(scene, 26)
    scene.fault("merge", "error_before", status=422, skip=1)
    with monkeypatch.context() as patched:
        kill_at(patched, Journal, name, 1, when)
        with suppress(Killed):
            await scene.run()
    scene.served.write("faults", {"merge": {"kind": "error_before", "status": 422}})
    await scene.run()
    await ended_in_part(scene, operation, ids, ids[25])
    open_candidate(scene, head_of(scene, operation), ids[25])
