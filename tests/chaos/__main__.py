"""``python -m tests.chaos``: the command line of the harness."""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.guards import GUARDS
from tests.chaos.running import TRIES, Wanted, run
from tests.chaos.scenarios import BY_NAME
from tests.chaos.table import is_red, progress, table, told
from tests.chaos.trial import Outcome

ALL = "all"


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 if nothing was violated (or, with ``--break``, if each broken guard was noticed)."""
    given = _parser().parse_args(arguments)
    numbers = range(given.trials) if given.trial is None else [given.trial]
    wanted = Wanted(given.seed, list(numbers), given.only, given.scenario, keep=given.keep)
    if given.guard:
        return _break(wanted, list(GUARDS) if given.guard == ALL else [given.guard], given)
    outcomes, seconds = _run(wanted, given.jobs)
    _tell(wanted, outcomes, seconds, as_json=given.json)
    return int(any(map(is_red, outcomes)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--trials", type=int, default=100, help="how many trials (100)")
    parser.add_argument("--seed", type=int, default=1, help="what the trials are drawn from (1)")
    parser.add_argument("--trial", type=int, help="run the trial of this number alone")
    parser.add_argument("--only", default="", metavar="CONFIGURATION", help="trials of configurations so named")
    parser.add_argument("--scenario", default="", choices=["", *BY_NAME], help="trials of this scenario alone")
    parser.add_argument("--jobs", type=int, default=4, help="processes that run trials side by side (4)")
    parser.add_argument(
        "--break", dest="guard", choices=[ALL, *GUARDS], metavar="GUARD",
        help=f"run without a guard, which must be noticed: {ALL}, {', '.join(GUARDS)}",
    )  # fmt: skip
    parser.add_argument("--revealing", action="store_true", help="with --break: only the trial made to show it")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the folders of failed trials are kept")
    parser.add_argument("--json", action="store_true", help="one line of JSON for each trial")
    return parser


def _run(wanted: Wanted, jobs: int) -> tuple[list[Outcome], float]:
    began, outcomes = time.monotonic(), list[Outcome]()
    for outcome in run(wanted, jobs):
        outcomes.append(outcome)
        progress(len(outcomes), len(wanted.revealing or wanted.numbers), sum(map(is_red, outcomes)))
    return outcomes, time.monotonic() - began


def _tell(wanted: Wanted, outcomes: Sequence[Outcome], seconds: float, *, as_json: bool) -> None:
    if as_json:
        for outcome in outcomes:
            print(json.dumps(outcome._asdict(), ensure_ascii=False))
        return
    for outcome in filter(is_red, outcomes):
        print(told(outcome, _options(wanted)))
    if outcomes:
        print(table(outcomes))
    print(f"{len(outcomes)} trials in {seconds:.0f} seconds, seed {wanted.seed}")


def _options(wanted: Wanted) -> list[str]:
    """What a trial is drawn from besides its number."""
    named = ["--only", wanted.only] if wanted.only else []
    broken = ["--break", wanted.guard] if wanted.guard else []
    scenario = ["--scenario", wanted.scenario] if wanted.scenario else []
    return ["--seed", str(wanted.seed), *named, *scenario, *broken, *(["--revealing"] if wanted.revealing else [])]


def _break(wanted: Wanted, guards: Sequence[str], given: argparse.Namespace) -> int:
    """Run without each of these guards in turn; 1 if one was not missed."""
    unnoticed = 0
    for guard in guards:
        broken = wanted._replace(guard=guard, revealing=[guard] if given.revealing else ())
        for _ in range(TRIES if given.revealing else 1):
            outcomes, seconds = _run(broken, given.jobs)
            if red := list(filter(is_red, outcomes)):
                break
        unnoticed += not red
        noticed = f"noticed in {len(red)} of {len(outcomes)} trials" if red else "NOT NOTICED"
        print(f"{guard:28} {noticed:32} {seconds:4.0f} s  {GUARDS[guard].told}", flush=True)
        if red and len(guards) == 1:
            print(told(red[0], _options(broken)))
    return int(unnoticed > 0)


if __name__ == "__main__":
    sys.exit(main())
