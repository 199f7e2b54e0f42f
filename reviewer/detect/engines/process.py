"""Splink at work in a process of its own: started, listened to, and gone when it is through or not wanted any more."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import reviewer
from reviewer.detect.engines.worker import Job
from reviewer.domain.errors import ReviewerError

_WORKER = "reviewer.detect.engines.worker"


class EngineError(ReviewerError):
    """The engine did not come to an end; what was found before stands as it was."""


def told(job: Job, log: Path) -> Iterator[Mapping[str, Any]]:
    """Do the job and give what its process tells, as it tells it.

    All else that is said in it goes to ``log`` (0600), in place of what an earlier run said. Raises ``EngineError``.
    """
    failure = ""
    with _started(job, log) as process:
        assert process.stdout is not None
        for line in process.stdout:
            facts: dict[str, Any] = json.loads(line)
            failure = facts.get("failure", failure)
            yield facts
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # reaped only when its group is gone
    if process.returncode:
        raise EngineError(f"{_name(job)} {failure or _ended(process.returncode)}; all that it said is in {log}")


def _name(job: Job) -> str:
    return f"Splink on {job.backend} stopped:"


def _ended(status: int) -> str:
    """How a process ended that could not say so itself."""
    if status > 0:
        return f"its process ended with status {status}"
    hint = ", perhaps for want of memory" if -status == signal.SIGKILL else ""
    return f"its process was ended by signal {-status}{hint}"


@contextmanager
def _started(job: Job, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The process, with all that it starts in a group of their own, which is no more when the block ends."""
    words = _private(log)
    try:
        process = subprocess.Popen(
            [sys.executable, "-m", _WORKER, json.dumps(job._asdict())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=words,
            cwd=job.folder,
            env=_environment(),
            start_new_session=True,
        )
    finally:
        os.close(words)
    with process:
        try:
            yield process
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)


def _environment() -> dict[str, str]:
    """The variables for the process: it finds this program wherever it works, and learns none of its settings.

    One of these may be the client secret, which is nobody's business there.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("REVIEWER_")}
    paths = [str(Path(reviewer.__file__).parent.parent), *filter(None, kept.get("PYTHONPATH", "").split(os.pathsep))]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"}


def _private(log: Path) -> int:
    log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(log, os.O_CREAT | os.O_WRONLY | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    os.fchmod(descriptor, 0o600)
    return descriptor
