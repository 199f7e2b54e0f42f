"""After a lost answer or a crash: what became of each step is read, and each took effect at most once."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import State
from reviewer.execute.journaling import MOST_UNCLEAR, Journal
from reviewer.execute.mirroring import Mirroring
from reviewer.genesys.client import GenesysClient
from reviewer.review.undo import undo
from reviewer.store import audit_check, backup, operations, stamp
from reviewer.store.clock import now, text_of
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.execute.scene import Killed, Scene

AFTER_THE_EFFECT: list[dict[str, Any]] = [
    {"kind": "drop_after"},
    {"kind": "error_after", "status": 500},
    {"kind": "error_after", "status": 504},
    {"kind": "truncated"},
]
BEFORE_THE_EFFECT: list[dict[str, Any]] = [{"kind": "drop_before"}, {"kind": "error_before", "status": 503}]


@pytest.mark.parametrize("fault", AFTER_THE_EFFECT, ids=str)
async def test_a_merge_whose_answer_is_lost_is_done_and_not_sent_again(scene: Scene, fault: dict[str, Any]) -> None:
    operation = await scene.approved()
    scene.fault("merge", **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert len(scene.calls(operation)) == len(scene.effects(operation)) == 1
    assert scene.acts(operation) == ["sending", "unclear", "confirmed", "following up", "done"]


@pytest.mark.parametrize("fault", BEFORE_THE_EFFECT, ids=str)
async def test_a_merge_that_had_no_effect_is_sent_again_once(scene: Scene, fault: dict[str, Any]) -> None:
    operation = await scene.approved()
    scene.fault("merge", **fault)
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert len(scene.calls(operation)) == 2 and len(scene.effects(operation)) == 1
    assert scene.acts(operation)[:3] == ["sending", "unclear", "not done"]


async def test_a_late_effect_is_waited_for(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "late", seconds=0.3)
    await scene.run(settle=timedelta(seconds=0.8))
    assert scene.state(operation) is State.DONE
    assert len(scene.calls(operation)) == 1 and len(scene.effects(operation)) == 1


async def test_until_the_settle_time_has_passed_a_step_stays_unclear_and_keeps_its_contacts(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        await executor.sender.carry_out(scene.operation(operation))
        assert await executor.recovery.recover(wait=False) == []
        seconds = executor.recovery.pause({})
    assert scene.state(operation) is State.UNCLEAR
    assert operations.holder_of(scene.database, f"contact:{scene.members(operation)[0]}") == operation
    assert seconds is not None and 3500 < seconds <= 3600


async def test_the_settle_time_counts_from_when_the_answer_was_missed(scene: Scene) -> None:
    operation = await scene.approved()
    step = operations.steps(scene.database, operation)[0].number
    journal = Journal(scene.database, scene.desk.rules)
    long_ago = now() - timedelta(days=1)
    Journal(scene.database, scene.desk.rules, clock=lambda: long_ago).intend(operation, step)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(hours=1))
        assert await executor.recovery.recover(wait=False) == []
    assert scene.state(operation) is State.UNCLEAR and journal.times_unclear(operation, 1) == 1


async def test_others_are_sent_while_one_step_is_unclear(scene: Scene) -> None:
    unclear, other = await scene.approved(), await scene.approved()
    scene.fault("merge", "drop_before")
    seen: list[State] = []
    async with scene.client() as client:
        executor = scene.executor(client)
        pause = executor.recovery.pause

        def watched(passed_over: dict[int, ReviewerError]) -> float | None:
            seen.append(scene.state(max(unclear, other)))
            return pause(passed_over)

        object.__setattr__(executor.recovery, "pause", watched)
        await executor.run_once()
    assert {scene.state(unclear), scene.state(other)} == {State.DONE}
    assert len(scene.effects(unclear)) == len(scene.effects(other)) == 1


async def test_a_service_that_never_answers_is_not_asked_for_ever(scene: Scene) -> None:
    number = await scene.pair()
    operation = scene.approve(number).operation or 0
    scene.fault("merge", "error_before", count=-1)
    await scene.run(settle=timedelta(seconds=0.05))
    found = scene.operation(operation)
    assert len(scene.calls(operation)) == MOST_UNCLEAR
    assert found.state is State.FAILED and "without an answer and without effect" in found.outcome
    assert found.correlation_id and scene.candidate_state(number)[0] == "open"


async def test_between_two_attempts_the_approval_can_be_taken_back(scene: Scene) -> None:
    decided = scene.approve(await scene.pair())
    operation = decided.operation or 0
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(operation))
        await executor.recovery.recover()
        undo(scene.desk, decided.decision)
        await executor.run_once()
    assert scene.state(operation) is State.WITHDRAWN and len(scene.calls(operation)) == 1


MERGING_AGAIN = ["conflict", "bad_request", "resolve", "nothing"]
LOST: dict[str, tuple[dict[str, Any], int]] = {
    "after the effect": ({"kind": "drop_after"}, 1),
    "late effect": ({"kind": "late", "seconds": 0.3}, 1),
    "no effect": ({"kind": "drop_before"}, 2),
    "no effect, then lost": ({"kind": "drop_before"}, 2),
}
"""How an answer is lost, and how many calls it takes until the merge is done."""


@pytest.mark.parametrize("merged_again", MERGING_AGAIN)
@pytest.mark.parametrize("lost", LOST)
async def test_point_14_a_lost_merge_ends_once_whatever_a_second_one_would_do(
    scene: Scene, lost: str, merged_again: str
) -> None:
    scene.served.write("knobs", {"merged_again": merged_again})
    operation = await scene.approved()
    fault, calls = LOST[lost]
    again = [{"kind": "drop_after"}] if lost == "no effect, then lost" else []
    scene.served.write("faults", {"merge": [fault, *again]})
    await scene.run(settle=timedelta(seconds=0.8))
    assert scene.state(operation) is State.DONE
    assert (len(scene.calls(operation)), len(scene.effects(operation))) == (calls, 1)
    assert scene.served.read("faults") == {}


@pytest.mark.parametrize("merged_again", MERGING_AGAIN)
async def test_point_14_a_merge_by_somebody_else_is_not_taken_for_ours_nor_joined_to_it(
    scene: Scene, merged_again: str
) -> None:
    scene.served.write("knobs", {"merged_again": merged_again})
    operation, other = await scene.approved(), await scene.approved()
    third = scene.members(other)[0]
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client)
        await executor.sender.carry_out(scene.operation(operation))
        await scene.elsewhere(*scene.members(operation), third)
        await executor.run_once()
    assert scene.state(operation) is State.MERGED_ELSEWHERE
    assert len(scene.calls(operation)) == 2, "ours, and our colleague's"


async def test_a_merge_by_somebody_else_is_told_from_our_own(scene: Scene) -> None:
    operation, third = await scene.approved(), await scene.approved()
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client)
        await executor.sender.carry_out(scene.operation(operation))
        merged = await scene.elsewhere(*scene.members(operation), scene.members(third)[0])
        await executor.run_once()
    assert scene.state(operation) is State.MERGED_ELSEWHERE and merged in scene.operation(operation).outcome
    assert scene.state(third) is State.VOID


async def test_after_a_lost_answer_some_merged_is_void(scene: Scene) -> None:
    operation, third = await scene.approved(), await scene.approved()
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client)
        await executor.sender.carry_out(scene.operation(operation))
        await scene.elsewhere(scene.members(operation)[0], scene.members(third)[0])
        await executor.run_once()
    assert scene.state(operation) is State.VOID


BOUNDARIES: list[tuple[type, str]] = [
    (Journal, "intend"),
    (GenesysClient, "merge"),
    (Journal, "confirm"),
    (Mirroring, "adopt"),
    (Journal, "follow_up"),
    (GenesysClient, "look_up"),
    (Journal, "finish_step"),
    (Journal, "end"),
]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("owner", "name"), BOUNDARIES, ids=[name for _, name in BOUNDARIES])
async def test_killed_at_any_boundary_each_step_takes_effect_once(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, owner: type, name: str, when: str
) -> None:
    operation = await scene.approved_stitch()
    with monkeypatch.context() as patched:
        _kill_at(patched, owner, name, when)
        with pytest.raises(Killed):
            await scene.run()
    await scene.run()
    assert scene.state(operation) is State.DONE
    assert len(scene.calls(operation)) == len(scene.effects(operation)) == 1
    assert audit_check.first_broken(scene.database) is None
    assert await scene.run() == ()


def _kill_at(patched: pytest.MonkeyPatch, owner: type, name: str, when: str) -> None:
    original: Callable[..., Any] = getattr(owner, name)

    async def later(*given: Any, **named: Any) -> Any:
        if when == "after":
            await original(*given, **named)
        raise Killed

    def now_(*given: Any, **named: Any) -> Any:
        if when == "after":
            original(*given, **named)
        raise Killed

    patched.setattr(owner, name, later if owner is GenesysClient else now_)


async def test_a_crash_between_the_look_up_and_the_end_does_not_hide_a_surprise(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = await scene.approved_stitch()
    with monkeypatch.context() as patched:

        async def nobody(*_: object, **__: object) -> None:
            return None

        patched.setattr(GenesysClient, "look_up", nobody)
        _kill_at(patched, Journal, "end", "before")
        with pytest.raises(Killed):
            await scene.run()
    await scene.run()
    assert scene.state(operation) is State.DONE_WITH_DIFFERENCES


@pytest.mark.parametrize("what", ["decision", "steps", "request"])
async def test_a_damaged_journal_keeps_only_its_own_operation_from_being_resolved(scene: Scene, what: str) -> None:
    damaged, sound, waiting = await scene.approved(), await scene.approved(), await scene.approved()
    scene.fault("merge", "drop_after", count=2)
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        for number in (damaged, sound):
            await executor.sender.carry_out(scene.operation(number))
        _damage(scene, damaged, what)
        run = await executor.run_once()
    assert scene.state(sound) is State.DONE and scene.state(waiting) is State.DONE
    assert scene.state(damaged) is State.UNCLEAR and len(run.passed_over) == 1
    assert f"operation {damaged}" in run.passed_over[0]


def _damage(scene: Scene, operation: int, what: str) -> None:
    connection = scene.database.connection
    if what == "decision":
        decision = scene.operation(operation).decision
        connection.execute("UPDATE decision SET document = ? WHERE id = ?", (b"{", decision))
    elif what == "steps":
        connection.execute("DELETE FROM operation_step WHERE operation = ?", (operation,))
    else:
        connection.execute(
            "UPDATE operation_step SET request = ? WHERE operation = ?", (b'{"contactIds":[]}', operation)
        )


async def test_the_faults_of_the_network_in_recovery_lose_nothing(scene: Scene) -> None:
    from reviewer.genesys.errors import ServiceUnavailable

    operation = await scene.approved()
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(operation))
        read = client.bulk_unresolved

        async def unavailable(ids: Any) -> Any:
            raise ServiceUnavailable(503, "", "", "", "POST bulk")

        client.bulk_unresolved = unavailable  # type: ignore[method-assign]
        with pytest.raises(ServiceUnavailable):
            await executor.run_once()
        assert scene.state(operation) is State.UNCLEAR
        client.bulk_unresolved = read  # type: ignore[method-assign]
        await executor.run_once()
    assert scene.state(operation) is State.DONE and len(scene.effects(operation)) == 1


@pytest.mark.parametrize("taken", ["staged", "sending"])
async def test_a_restored_backup_does_not_send_again_what_was_sent_after_it_was_made(
    scene: Scene, tmp_path: Path, taken: str
) -> None:
    operation, other = await scene.approved(), await scene.approved()
    if taken == "sending":
        Journal(scene.database, scene.desk.rules).intend(operation, 1)
        backup.write_backup(scene.database, tmp_path / "backup.db")
        with transaction(scene.database) as connection:
            operations.move(connection, operation, State.STAGED, now())
    else:
        backup.write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    assert len(scene.effects(operation)) == 1
    canonical = scene.operation(operation).canonical
    scene.database.close()
    backup.restore_backup(tmp_path / "backup.db", scene.path)
    scene.database = open_database(scene.path)
    assert scene.state(other) is State.STAGED
    assert sorted(await scene.run()) == [operation, other], "what was found is told"
    for number in (operation, other):
        assert scene.state(number) is State.DONE and len(scene.calls(number)) == 1
    assert scene.operation(operation).canonical == canonical
    assert stamp.read(scene.database, "restored") is None


async def test_a_surprise_is_found_after_a_lost_answer_too(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(operation))
        await scene.change(scene.members(operation)[0], "title", "Dr")
        run = await executor.run_once()
    found = scene.operation(operation)
    assert found.state is State.DONE_WITH_DIFFERENCES and run.stopped
    assert json.loads(found.differences) == [["title", "", "Dr"]]


async def test_only_recovering_sends_nothing(scene: Scene) -> None:
    unclear, staged = await scene.approved(), await scene.approved()
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(0))
        await executor.sender.carry_out(scene.operation(unclear))
        run = await executor.recover_only()
    assert run.recovered == (unclear,) and run.carried_out == ()
    assert {scene.state(unclear), scene.state(staged)} == {State.STAGED}
    assert scene.calls(staged) == []


async def test_stopping_does_not_wait_for_the_settle_time(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "drop_before")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(days=1))
        pause = executor.recovery.pause

        def stopping(passed_over: dict[int, ReviewerError]) -> float | None:
            executor.stop.set()
            return pause(passed_over)

        object.__setattr__(executor.recovery, "pause", stopping)
        await executor.run_once()
    assert scene.state(operation) is State.UNCLEAR


async def test_a_clock_that_was_set_back_does_not_hold_an_operation_until_it_has_caught_up(scene: Scene) -> None:
    operation = await scene.approved()
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        executor = scene.executor(client, settle=timedelta(seconds=0.3))
        await executor.sender.carry_out(scene.operation(operation))
        with transaction(scene.database) as connection:
            tomorrow = text_of(now() + timedelta(days=1))
            operations.update_step(connection, operation, 1, answered_at=tomorrow)
        await executor.run_once()
    assert scene.state(operation) is State.DONE
