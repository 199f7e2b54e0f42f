"""Executors in processes of their own, as users start them."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.execute.scene import Scene

SETTLE_SECONDS = "0.5"


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
def executing(scene: Scene, home: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """`reviewer execute` in a child process, which is killed at the end if it has not ended."""
    process = subprocess.Popen(
        [sys.executable, "-m", "reviewer", "--database", str(scene.path), "execute", *options],
        env=environment_of(scene, home),
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


def execute(scene: Scene, home: Path, *options: str) -> tuple[int, str]:
    """Run `reviewer execute` to its end; its exit status and what it said."""
    with executing(scene, home, *options) as process:
        out, words = process.communicate(timeout=60)
    return process.returncode, out + words
