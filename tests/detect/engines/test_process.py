"""An engine's process: what it says stays out of sight, and nothing of it is left, however it ends."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.detect.engines import process
from reviewer.detect.engines.process import EngineError, told
from reviewer.detect.engines.worker import Job

DEADLINE = 30.0


@pytest.fixture
def started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Job, Path]]:
    """A job for the noisy worker, and the file for its words."""
    monkeypatch.setattr(process, "_WORKER", "tests.detect.engines.noisy_worker")

    def job(how: str) -> tuple[Job, Path]:
        folder = tmp_path / "folder"
        folder.mkdir()
        (folder / "how").write_text(how)
        return Job("duckdb", "local[*]", str(folder), 0, 0.0, [30]), tmp_path / "state" / "engine.log"

    return job


def gone(pid: int) -> bool:
    """Whether the process ends, or is dead and only not waited for, before the deadline."""
    end = time.monotonic() + DEADLINE
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


def test_its_words_are_in_the_log_only_and_nothing_of_it_is_left(
    started: Callable[[str], tuple[Job, Path]], capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_CLIENT_SECRET", "hunter2")
    job, log = started("well")
    (facts,) = told(job, log)
    assert capfd.readouterr() == ("", "")
    assert log.read_text() == "words of the engine\n" and log.stat().st_mode & 0o777 == 0o600
    assert gone(facts["child"]) and facts["secret"] is None


@pytest.mark.parametrize(
    ("how", "reason"),
    [("fails", "MemoryError: too large"), ("killed", "its process was ended by signal 9, perhaps for want of memory")],
)
def test_an_end_that_is_none_is_one_sentence(started: Callable[[str], tuple[Job, Path]], how: str, reason: str) -> None:
    job, log = started(how)
    with pytest.raises(EngineError, match=rf"Splink on duckdb stopped: {reason}; all that it said is in {log}"):
        list(told(job, log))


def test_one_that_is_not_wanted_any_more_ends_with_all_that_it_started(
    started: Callable[[str], tuple[Job, Path]],
) -> None:
    telling = told(*started("stays"))
    facts = next(telling)
    telling.close()  # type: ignore[attr-defined]
    assert gone(facts["child"]) and gone(facts["own"])


def test_it_ends_and_clears_up_when_who_started_it_is_killed(started: Callable[[str], tuple[Job, Path]]) -> None:
    job, log = started("stays")
    code = f"""
from pathlib import Path
from reviewer.detect.engines import process
from reviewer.detect.engines.worker import Job
process._WORKER = "tests.detect.engines.noisy_worker"
for facts in process.told(Job(*{tuple(job)!r}), Path({str(log)!r})):
    print(facts["child"], facts["own"], flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        child, own = map(int, starter.stdout.readline().split())
        os.kill(starter.pid, 9)
    assert gone(own) and gone(child)
    assert not Path(job.folder).exists()
