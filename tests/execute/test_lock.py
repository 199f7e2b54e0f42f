"""One executor for each database, and one that outlives the line it was started over."""

import os
import signal
import stat
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.domain.errors import BusyError
from reviewer.domain.journal import State
from reviewer.execute.lock import executor_lock, is_running, lock_path
from reviewer.review.desk import Desk
from reviewer.store.database import open_database
from tests.execute.child import executing, reached, session
from tests.execute.scene import Scene, until


def test_a_second_executor_is_refused_and_told_who_is_at_work(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    open_database(path).close()
    assert not is_running(path)
    with executor_lock(path):
        assert is_running(path)
        with pytest.raises(BusyError, match=f"process {os.getpid()}"), executor_lock(path):
            pass
    assert not is_running(path)
    with executor_lock(path):
        pass


def test_another_name_of_the_database_is_the_same_lock(tmp_path: Path) -> None:
    path, name = tmp_path / "some.db", tmp_path / "name.db"
    open_database(path).close()
    name.symlink_to(path)
    with executor_lock(path):
        assert is_running(name)
        with pytest.raises(BusyError), executor_lock(name):
            pass


@pytest.mark.parametrize("mode", [0o600, 0o660])
def test_the_lock_is_for_those_the_database_is_for(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "some.db"
    open_database(path).close()
    path.chmod(mode)
    with executor_lock(path):
        assert stat.S_IMODE(lock_path(path).stat().st_mode) == mode


def test_asking_whether_one_runs_never_keeps_one_from_starting(tmp_path: Path) -> None:
    path = tmp_path / "some.db"
    open_database(path).close()
    with executor_lock(path):
        pass
    ended = threading.Event()

    def ask() -> None:
        while not ended.is_set():
            is_running(path)

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        for _ in range(200):
            with executor_lock(path):
                pass
    finally:
        ended.set()
        asking.join()


async def test_a_detached_executor_survives_the_line_it_was_started_over(scene: Scene, tmp_path: Path) -> None:
    operation, words = await scene.approved(), tmp_path / "logs" / "executor.log"
    scene.fault("merge", "slow", seconds=0.7)
    with session(scene, tmp_path, words) as (line, executor):
        until(lambda: scene.state(operation) is State.SENDING)
        assert os.getsid(executor) != os.getsid(line.pid)
        os.killpg(line.pid, signal.SIGHUP)
        line.wait(timeout=30)
        until(lambda: scene.state(operation) is State.DONE)
        until(lambda: not is_running(scene.path))
    assert len(scene.effects(operation)) == 1
    assert stat.S_IMODE(words.stat().st_mode) == 0o600 and f"operation {operation}: done" in words.read_text()


async def test_a_detached_executor_waits_for_what_is_staged_and_then_ends(scene: Scene, tmp_path: Path) -> None:
    scene.desk = Desk(scene.database, scene.desk.steward, scene.desk.rules, cool_off=timedelta(seconds=1.5))
    first, second = await scene.approved(), await scene.approved()
    with executing(scene, tmp_path, "--until-idle") as process:
        reached(process, lambda: is_running(scene.path))
        process.communicate(timeout=60)
    assert process.returncode == 0
    assert {scene.state(first), scene.state(second)} == {State.DONE}
