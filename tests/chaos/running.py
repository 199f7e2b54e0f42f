"""A run of many trials, shared out among processes that each start executors of their own."""

import json
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from tests.chaos.batch import lengths_of, run_all, run_apart, undisturbed
from tests.chaos.guards import GUARDS
from tests.chaos.plan import Plan, plan
from tests.chaos.scenarios import BY_NAME, SCENARIOS
from tests.chaos.trial import Outcome

EACH = "each"
"""As ``guard``: of each trial that shows a guard's absence, that guard is broken, in a process of its own."""

TRIES = 3
"""How often the trial is played that shows a guard's absence, where a busy machine lets nothing come of it."""


class Wanted(NamedTuple):
    """What a run is asked for."""

    seed: int
    numbers: Sequence[int]
    only: str = ""
    scenario: str = ""
    guard: str = ""
    revealing: Sequence[str] = ()
    """Guards: instead of ``numbers``, the trials are run that would show their absence."""
    keep: Path | None = None
    lengths: str = ""
    """What ``lengths_of`` found, as JSON."""


def run(wanted: Wanted, jobs: int) -> Iterator[Outcome]:
    """The outcomes as they come. In worker processes: a guard that is broken stays broken in its process."""
    if not wanted.revealing:
        wanted = wanted._replace(lengths=json.dumps(_lengths(wanted.scenario)))
    jobs = 1 if wanted.revealing else min(jobs, len(wanted.numbers))
    shares = [wanted.numbers[first::jobs] for first in range(jobs)]
    with tempfile.TemporaryDirectory(prefix="reviewer-chaos-") as folder:
        told = [Path(folder) / f"told-{place}" for place in range(len(shares))]
        workers = [_worker(wanted._replace(numbers=share), path) for share, path in zip(shares, told, strict=True)]
        try:
            yield from _as_they_come(workers, told)
        finally:
            for worker in workers:
                worker.terminate()
                worker.wait()


def _worker(wanted: Wanted, told: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "tests.chaos.running", wanted_as_text(wanted)]
    with told.open("w") as words:
        return subprocess.Popen(command, stdout=words, text=True)


def _as_they_come(workers: Sequence["subprocess.Popen[str]"], told: Sequence[Path]) -> Iterator[Outcome]:
    """Outcomes of all workers. Raises ``RuntimeError`` if one fails."""
    read = [0] * len(workers)
    while True:
        ended = [worker.poll() is not None for worker in workers]
        for place, path in enumerate(told):
            with path.open() as words:
                words.seek(read[place])
                for line in iter(words.readline, ""):
                    if line.endswith("\n"):
                        read[place] += len(line.encode())
                        yield Outcome(*json.loads(line))
        if all(ended):
            break
        time.sleep(0.05)
    if failed := [worker.returncode for worker in workers if worker.returncode]:
        raise RuntimeError(f"a process of trials ended with {failed[0]}")


def _run_here(wanted: Wanted) -> Iterator[Outcome]:
    lengths = json.loads(wanted.lengths or "{}")
    if wanted.guard == EACH:
        plans = [revealing(guard, number) for number, guard in enumerate(wanted.revealing)]
        yield from run_apart(plans, [GUARDS[guard].broken for guard in wanted.revealing])
        return
    if wanted.guard:
        GUARDS[wanted.guard].broken()
    plans = [revealing(guard, number) for number, guard in enumerate(wanted.revealing)] or [
        plan(wanted.seed, number, lengths, wanted.only) for number in wanted.numbers
    ]

    def keep(folder: Path, outcome: Outcome) -> None:
        if wanted.keep is not None:
            shutil.copytree(folder, wanted.keep / folder.name, dirs_exist_ok=True)

    yield from run_all(plans, keep=keep)


def _lengths(scenario: str) -> dict[str, int]:
    with tempfile.TemporaryDirectory(prefix="reviewer-chaos-") as folder:
        return lengths_of(Path(folder), [BY_NAME[scenario]] if scenario else SCENARIOS)


def revealing(guard: str, number: int) -> Plan:
    """The trial that shows a guard's absence."""
    how = GUARDS[guard].revealing
    base = undisturbed(BY_NAME[how.scenario], number)
    return replace(
        base,
        interruption=how.interruption,
        fault="as the guard needs it",
        faults={name: dict(fault) for name, fault in how.faults.items()},
        stop_at=how.stop_at,
        act=how.act,
        merged_again=how.merged_again,
        claim_conflict=how.claim_conflict,
        rival=how.rival,
        pause=0.7 if how.rival else 0.0,
    )


def wanted_as_text(wanted: Wanted) -> str:
    """What a worker is started with."""
    lists = {"numbers": list(wanted.numbers), "revealing": list(wanted.revealing)}
    return json.dumps(wanted._asdict() | lists | {"keep": str(wanted.keep) if wanted.keep else None})


def main(text: str) -> None:
    """A worker: one outcome a line."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))  # what it started is ended on the way
    given = json.loads(text)
    given["keep"] = Path(given["keep"]) if given["keep"] else None
    for outcome in _run_here(Wanted(**given)):
        print(json.dumps(outcome), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
