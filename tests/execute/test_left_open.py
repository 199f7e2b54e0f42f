"""What an executor found left open when it began is kept, with what became of each; `reviewer status` tells it."""

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from reviewer.domain.journal import State
from reviewer.store import left_open, operations, stamp
from reviewer.store.left_open import Found
from tests.execute.child import SETTLE_SECONDS, environment_of, execute, executing, reached
from tests.execute.scene import SETTLE, Scene

LONG = timedelta(hours=1)


def status(scene: Scene, home: Path, *options: str) -> str:
    """What `reviewer status` prints, and says beside it."""
    done = subprocess.run(
        [sys.executable, "-m", "reviewer", "--database", str(scene.path), "status", *options],
        env=environment_of(scene, home),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout + done.stderr


def newest(scene: Scene) -> Found:
    found = left_open.newest(scene.database)
    assert found is not None
    return found


async def test_what_a_killed_executor_left_open_is_told_before_and_after_the_next_one(
    scene: Scene, tmp_path: Path
) -> None:
    approved = [await scene.approved() for _ in range(3)]
    scene.fault("merge", "slow", seconds=0.4, count=-1)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: all(scene.state(one) is State.SENDING for one in approved))
        process.kill()
        process.wait()
    assert left_open.newest(scene.database) is None, "that run found nothing"
    said = status(scene, tmp_path)
    assert "3 operations are under way and no executor is at work" in said
    scene.served.write("faults", {})
    code, words = execute(scene, tmp_path)
    assert code == 0, words
    assert all(scene.state(one) is State.DONE for one in approved)
    assert sum(newest(scene).became.values()) == 3 and newest(scene).still_open == 0
    assert newest(scene).became.keys() <= {"done", "staged"}, "what was dropped with its caller was sent again"
    said = status(scene, tmp_path)
    assert "recovered: 3 operations: " in said and "no executor" not in said
    found = json.JSONDecoder().raw_decode(status(scene, tmp_path, "--json"))[0]["found"]
    assert found["became"] == newest(scene).became and found["still_open"] == 0


async def test_each_way_to_be_resolved_is_told_and_a_run_that_finds_nothing_changes_nothing(scene: Scene) -> None:
    done, again, elsewhere, gone_on = [await scene.approved() for _ in range(4)]
    scene.served.write("faults", {"merge": [{"kind": "drop_after"}, {"kind": "drop_before", "count": 2}]})
    for number in (done, again, elsewhere):
        await _send_without_an_answer(scene, number)
    await scene.elsewhere(*scene.members(elsewhere), f"pair-{scene.fresh_number()}-a")
    scene.served.write("faults", {})
    left_open.begin(scene.database, scene.desk.moment, restored=False)
    assert newest(scene).became == {} and newest(scene).still_open == 3
    async with scene.client() as client:
        await scene.executor(client, settle=timedelta(0)).recover_only()
    assert newest(scene).became == {"done": 1, "staged": 1, "merged elsewhere": 1}
    before = newest(scene)
    await scene.run()
    assert scene.state(again) is State.DONE and scene.state(gone_on) is State.DONE
    assert newest(scene) == before, "what was sent afterwards was not found by anybody"


async def _send_without_an_answer(scene: Scene, number: int) -> None:
    """Send one operation, whose answer is lost, as an executor does that ends right after."""
    async with scene.client() as client:
        await scene.executor(client, settle=LONG).sender.carry_out(scene.operation(number))
    assert scene.state(number) is State.UNCLEAR


async def test_what_the_next_run_takes_over_is_its_finding(scene: Scene) -> None:
    first, second = await scene.approved(), await scene.approved()
    scene.served.write("faults", {"merge": {"kind": "drop_after", "count": 2}})
    for number in (first, second):
        await _send_without_an_answer(scene, number)
    left_open.begin(scene.database, scene.desk.moment, restored=False)
    one_run = newest(scene).begun_at
    async with scene.client() as client:
        await scene.executor(client, settle=timedelta(0)).recover_only()
    assert newest(scene).begun_at > one_run and newest(scene).became == {"done": 2}
    rows = scene.database.connection.execute("SELECT count(*) FROM left_open").fetchone()
    assert rows == (2,), "each is told of once"


async def test_when_it_can_be_read_back_is_told(scene: Scene, tmp_path: Path) -> None:
    number = await scene.approved()
    scene.served.write("faults", {"merge": {"kind": "drop_after"}})
    await _send_without_an_answer(scene, number)
    assert SETTLE_SECONDS == "1"
    missed = operations.steps(scene.database, number)[0].answered_at or ""
    assert f"unclear: read back from {missed[:10]} " in status(scene, tmp_path)
    left_open.begin(scene.database, scene.desk.moment, restored=False)
    assert f"left open: 1 of 1 operation to be read back, the last from {missed[:10]} " in status(scene, tmp_path)


async def test_what_a_restored_backup_holds_as_staged_and_was_sent_is_found_too(scene: Scene, tmp_path: Path) -> None:
    from reviewer.store.backup import write_backup
    from reviewer.store.database import open_database

    sent = await scene.approved()
    staged = await scene.approved_stitch()
    write_backup(scene.database, tmp_path / "backup.db")
    async with scene.client() as client:
        await scene.executor(client).sender.carry_out(scene.operation(sent))
    with open_database(tmp_path / "backup.db") as restored:
        stamp.write(restored, "restored", "now")
        async with scene.client() as client:
            await scene.executor(client, database=restored, settle=SETTLE).recover_only()
        found = left_open.newest(restored)
        assert found is not None and found.became == {"done": 1} and found.still_open == 0
        assert operations.read(restored, staged).state is State.STAGED
