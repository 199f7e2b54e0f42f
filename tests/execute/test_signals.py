"""Signals, with real processes: the workbench leaves the executor running, the executor leaves no call half known."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.execute.lock import is_running, lock_path
from reviewer.exit_codes import ExitCode
from tests.execute.child import environment_of, execute, executing, reached
from tests.execute.scene import Scene, until
from tests.tui.test_terminal import Terminal

STATUS = {
    signal.SIGHUP: ExitCode.HANGUP,
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}


@contextmanager
def workbench(scene: Scene, home: Path) -> Iterator[Terminal]:
    """The real command on a pseudo-terminal, painted; what it started ends with the test."""
    opened = Terminal(scene.path, ["--database", str(scene.path)], environment_of(scene, home))
    try:
        opened.read_until(lambda got: b"staged" in got)
        yield opened
    finally:
        if not opened._ended():
            os.kill(opened.process, signal.SIGKILL)
            os.waitpid(opened.process, 0)
        if opened._file >= 0:
            os.close(opened._file)
        if is_running(scene.path):
            os.kill(int(lock_path(scene.path).read_text()), signal.SIGKILL)


@pytest.mark.parametrize("how", [*STATUS, signal.SIGKILL, "gone"])
async def test_the_executor_goes_on_when_the_workbench_ends(
    scene: Scene, tmp_path: Path, how: signal.Signals | str
) -> None:
    number = await scene.approved()
    scene.fault("merge", "slow", seconds=2)
    with workbench(scene, tmp_path) as opened:
        until(lambda: scene.state(number) is State.SENDING)
        executor = int(lock_path(scene.path).read_text())
        if isinstance(how, str):
            opened.hang_up()
        else:
            os.kill(opened.process, how)
        expected = ExitCode.HANGUP if isinstance(how, str) else STATUS.get(how, -signal.SIGKILL)
        assert opened.end() == expected
        os.kill(executor, 0)  # it is there
        until(lambda: scene.state(number) is State.DONE)
        until(lambda: not is_running(scene.path))
    assert len(scene.calls(number)) == 1


@pytest.mark.parametrize("how", [signal.SIGHUP, "gone"])
async def test_what_cools_off_when_the_line_drops_is_sent_in_its_time(
    scene: Scene, tmp_path: Path, how: signal.Signals | str
) -> None:
    number = await scene.approved()
    later = time.strftime("%Y-%m-%dT%H:%M:%S.000000Z", time.gmtime(time.time() + 8))
    scene.database.connection.execute("UPDATE operation SET send_after = ?", (later,))
    with workbench(scene, tmp_path) as opened:
        opened.hang_up() if isinstance(how, str) else os.kill(opened.process, how)
        assert opened.end() == ExitCode.HANGUP
        until(lambda: is_running(scene.path))
        assert scene.state(number) is State.STAGED
        until(lambda: scene.state(number) is State.DONE)


@pytest.mark.parametrize("second", STATUS)
async def test_another_signal_does_not_change_what_the_first_began(
    scene: Scene, tmp_path: Path, second: signal.Signals
) -> None:
    number = await scene.approved()
    scene.fault("merge", "slow", seconds=2)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: scene.state(number) is State.SENDING)
        process.send_signal(signal.SIGTERM)
        process.send_signal(second)
        process.communicate(timeout=60)
    assert process.returncode in (ExitCode.TERMINATED, STATUS[second]) and scene.state(number) is State.DONE


async def test_a_plan_that_is_under_way_ends_or_is_gone_on_with(scene: Scene, tmp_path: Path) -> None:
    number = scene.approve(await scene.pair(), cellPhone=NOTHING).operation or 0
    scene.fault("patch", "slow", seconds=2)
    with executing(scene, tmp_path) as process:
        reached(process, lambda: scene.state(number) is State.FOLLOWING_UP)
        process.terminate()
        process.communicate(timeout=60)
    assert scene.state(number) in (State.DONE, State.FOLLOWING_UP, State.UNCLEAR)
    execute(scene, tmp_path)
    assert scene.state(number) is State.DONE
    assert len(scene.calls(number)) == 1 and len(scene.sent("patch", number)) == 1


@pytest.mark.parametrize("sign", STATUS)
async def test_a_signal_ends_the_wait_for_the_settle_time(scene: Scene, tmp_path: Path, sign: signal.Signals) -> None:
    number = await scene.approved()
    scene.fault("merge", "drop_before")
    with executing(scene, tmp_path, "--until-idle", REVIEWER_SETTLE_SECONDS="600") as process:
        reached(process, lambda: scene.state(number) is State.UNCLEAR)
        process.send_signal(sign)
        process.communicate(timeout=60)
    assert process.returncode == STATUS[sign] and scene.state(number) is State.UNCLEAR


async def test_a_signal_ends_the_wait_for_the_rate(scene: Scene, tmp_path: Path) -> None:
    numbers = [await scene.approved() for _ in range(6)]
    scene.served.write("knobs", {"rate_limit": 12})
    try:
        with executing(scene, tmp_path) as process:
            reached(process, lambda: any(scene.state(one) is State.DONE for one in numbers))
            process.terminate()
            out, words = process.communicate(timeout=60)
    finally:
        scene.served.write("knobs", {"rate_limit": None})
    assert process.returncode == ExitCode.TERMINATED, (out, words)
    assert {scene.state(one) for one in numbers} <= {State.DONE, State.STAGED, State.UNCLEAR, State.FOLLOWING_UP}
