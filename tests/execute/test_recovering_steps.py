"""Recovery of a plan with a removal: what was sent already is known, and what is left is sent by a run that may."""

from datetime import timedelta
from pathlib import Path

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.store import backup
from reviewer.store.database import open_database
from tests.execute.scene import Scene


async def with_a_removal(scene: Scene) -> int:
    return scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0


async def test_a_restored_backup_knows_a_plan_that_was_carried_out_wholly(scene: Scene, tmp_path: Path) -> None:
    operation = await with_a_removal(scene)
    backup.write_backup(scene.database, tmp_path / "backup.db")
    await scene.run()
    assert scene.state(operation) is State.DONE
    sent = len(scene.sent("patch", operation))
    scene.database.close()
    backup.restore_backup(tmp_path / "backup.db", scene.path)
    scene.database = open_database(scene.path)
    await scene.run()
    found = scene.operation(operation)
    assert found.state is State.DONE, (found.outcome, found.differences)
    assert len(scene.sent("patch", operation)) == sent == 1


async def lost_answer(scene: Scene) -> tuple[int, timedelta]:
    """An operation with a removal whose merge took effect without an answer; the settle time to recover with."""
    operation = await with_a_removal(scene)
    scene.fault("merge", "drop_after")
    async with scene.client() as client:
        await scene.executor(client).sender.carry_out(scene.operation(operation))
    assert scene.state(operation) is State.UNCLEAR
    return operation, timedelta(0)


async def test_only_recovering_sends_no_step_that_follows_a_merge(scene: Scene) -> None:
    operation, settle = await lost_answer(scene)
    async with scene.client() as client:
        run = await scene.executor(client, settle=settle).recover_only()
    assert scene.state(operation) is State.FOLLOWING_UP and scene.sent("patch", operation) == []
    assert "the rest of its plan is left to a run that sends" in " ".join(run.passed_over)
    await scene.run()
    assert scene.state(operation) is State.DONE and len(scene.sent("patch", operation)) == 1


async def test_an_operation_is_not_told_as_resolved_before_it_is(scene: Scene) -> None:
    operation, settle = await lost_answer(scene)
    scene.fault("patch", "drop_before")
    async with scene.client() as client:
        resolved = await scene.executor(client, settle=settle).recovery.recover()
    assert scene.state(operation) is State.UNCLEAR and resolved == []
