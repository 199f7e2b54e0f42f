"""Executors in processes of their own, as users start them."""

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from reviewer.execute.lock import is_running
from tests.execute.scene import Scene, until

SETTLE_SECONDS = "1"


def environment_of(scene: Scene, home: Path, *, cool_off_minutes: str = "0") -> dict[str, str]:
    """The environment in which `reviewer` works on the scene's organisation, and on nothing of the user's."""
    access = scene.served.access
    mine = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWER_")}
    return {
        **mine,
        "REVIEWER_HOME": str(home),
        "REVIEWER_API_URL": access.url,
        "REVIEWER_LOGIN_URL": access.login_url,
        "REVIEWER_CLIENT_ID": access.client_id,
        "REVIEWER_CLIENT_SECRET": access.client_secret,
        "REVIEWER_EXTERNAL_SOURCE": access.external_source_id,
        "REVIEWER_COOL_OFF_MINUTES": cool_off_minutes,
        "REVIEWER_SETTLE_SECONDS": SETTLE_SECONDS,
    }


@contextmanager
def executing(
    scene: Scene, home: Path, *options: str, without: Sequence[str] = (), **variables: str
) -> Iterator[subprocess.Popen[str]]:
    """`reviewer execute` in a child process, which is killed at the end if it has not ended.

    Its environment is that of the scene, ``without`` some variables and with others.
    """
    environment = {name: value for name, value in environment_of(scene, home).items() if name not in without}
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", "--database", str(scene.path), "execute", *options],
        env={**environment, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGCONT)
            process.kill()
        process.communicate()


def reached(process: subprocess.Popen[str], condition: Callable[[], bool]) -> None:
    """Wait until an executor has come so far; fails if it ends before."""
    until(lambda: condition() or process.poll() is not None)
    assert condition(), process.communicate()


def kill_at_any_instant(process: subprocess.Popen[str], chance: random.Random) -> None:
    """Kill it within some milliseconds: which instant that hits is up to chance."""
    time.sleep(chance.random() * 0.05)
    process.kill()
    process.wait()


_STARTS_ONE = """
import sys
from pathlib import Path
from reviewer.execute.detached import start_detached
print(start_detached(["--database", sys.argv[1]], Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@contextmanager
def session(scene: Scene, home: Path, words: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A session, as of somebody who logged in, that has started a detached executor; and the executor's process id."""
    process = subprocess.Popen(
        [sys.executable, "-c", _STARTS_ONE, str(scene.path), str(words)],
        env=environment_of(scene, home),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    executor = int(process.stdout.readline())
    try:
        yield process, executor
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
        if is_running(scene.path):
            os.kill(executor, signal.SIGKILL)


def execute(scene: Scene, home: Path, *options: str, without: Sequence[str] = (), **variables: str) -> tuple[int, str]:
    """Run `reviewer execute` to its end; its exit status and what it said."""
    with executing(scene, home, *options, without=without, **variables) as process:
        out, words = process.communicate(timeout=60)
    return process.returncode, out + words
