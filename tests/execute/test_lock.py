"""One executor for each database, and one that outlives the line it was started over."""

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from reviewer.domain.errors import BusyError
from reviewer.domain.journal import State
from reviewer.execute.lock import executor_lock, is_running, lock_path
from reviewer.exit_codes import ExitCode
from reviewer.review.desk import Desk
from reviewer.store.database import open_database
from tests.execute.child import execute, executing, reached, session
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


_HOLDS_IT = """
import sys
from pathlib import Path
from reviewer.execute.lock import executor_lock
with executor_lock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""

_HOLDS_IT_AND_HAS_CHILDREN = """
import os
import subprocess
import sys
from pathlib import Path
from reviewer.execute.lock import executor_lock
with executor_lock(Path(sys.argv[1])):
    run = subprocess.Popen(["sleep", "60"])
    called = subprocess.Popen(["sh", "-c", "exec sleep 60"], close_fds=False)
    print(run.pid, called.pid, flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(path: Path, program: str = _HOLDS_IT) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that holds the lock of a database, and its first line."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield process, process.stdout.readline()
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.communicate()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "some.db"
    open_database(found).close()
    return found


def test_a_stopped_process_keeps_the_lock_and_a_killed_one_frees_it(path: Path) -> None:
    with holding(path) as (process, _):
        process.send_signal(signal.SIGSTOP)
        until(lambda: state_of(process.pid) == "T")
        assert is_running(path)
        with pytest.raises(BusyError, match=rf"\(process {process.pid}\)"), executor_lock(path):
            pass
        process.kill()
        process.wait()
        assert not is_running(path)
        with executor_lock(path):
            assert is_running(path)


def state_of(process: int) -> str:
    """The letter that the kernel has for what a process does; T is stopped."""
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]


def test_a_process_that_holds_it_under_another_name_of_the_database_keeps_it(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.symlink_to(path.parent, target_is_directory=True)
    with holding(folder / path.name), pytest.raises(BusyError), executor_lock(path):
        pass


def test_the_children_of_an_executor_do_not_keep_its_lock(path: Path) -> None:
    with holding(path, _HOLDS_IT_AND_HAS_CHILDREN) as (process, line):
        children = [int(number) for number in line.split()]
        try:
            assert is_running(path)
            process.kill()
            process.wait()
            assert not is_running(path)
            assert all(state_of(child) in "SR" for child in children)
        finally:
            for child in children:
                os.kill(child, signal.SIGKILL)


async def test_a_second_executor_is_refused_by_its_exit_status_and_told_who_is_at_work(
    scene: Scene, tmp_path: Path
) -> None:
    operation = await scene.approved()
    with holding(scene.path) as (process, _):
        for how in ((), ("--watch",), ("--until-idle",), ("--recover",)):
            status, said = execute(scene, tmp_path, *how)
            assert status == ExitCode.BUSY and f"(process {process.pid}) is at work on {scene.path}" in said
    assert scene.state(operation) is State.STAGED and scene.calls(operation) == []
    status, _ = execute(scene, tmp_path)
    assert status == ExitCode.OK and scene.state(operation) is State.DONE


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
