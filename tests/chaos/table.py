"""The table of a run: kinds of interruption and faults down, what came of them across."""

import shlex
import sys
from collections import Counter
from collections.abc import Iterable, Sequence

from tests.chaos.trial import Outcome

_ENDS = ("done", "done with differences", "partial", "merged elsewhere", "failed", "void", "withdrawn")
_HEADS = ("trials", "done", "differs", "partial", "elsewhere", "failed", "void", "withdrawn", "stalled", "violations")


def table(outcomes: Sequence[Outcome]) -> str:
    """One line for each configuration, and all of them together; operations are counted, trials in the first column."""
    rows = [(name, _counted(found)) for name, found in sorted(_by_configuration(outcomes).items())]
    rows.append(("all", _counted(outcomes)))
    width = max(len(name) for name, _ in rows)
    lines = [f"{'interruption × fault':{width}}  " + "  ".join(_HEADS)]
    for name, numbers in rows:
        cells = (f"{number or '·':>{len(head)}}" for number, head in zip(numbers, _HEADS, strict=True))
        lines.append(f"{name:{width}}  {'  '.join(cells)}")
    return "\n".join(lines)


def _by_configuration(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    found: dict[str, list[Outcome]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.configuration, []).append(outcome)
    return found


def _counted(outcomes: Sequence[Outcome]) -> list[int]:
    ended = Counter(state for outcome in outcomes for state in outcome.ended)
    stalled = sum(outcome.stalled for outcome in outcomes)
    return [len(outcomes), *(ended[state] for state in _ENDS), stalled, sum(map(is_red, outcomes))]


def is_red(outcome: Outcome) -> bool:
    """Whether a trial shows a fault of the program; one that the machine spoilt shows nothing."""
    return bool(outcome.violations) and not outcome.stalled


def told(outcome: Outcome, options: Sequence[str]) -> str:
    """What was wrong with a trial, and the command that replays it with the run's other options."""
    options = ["--trial", str(outcome.number), *options]
    lines = [f"trial {outcome.number}, {outcome.told}", *(f"  ! {one}" for one in outcome.violations)]
    return "\n".join([*lines, f"  replay: {shlex.join(['python', '-m', 'tests.chaos', *options])}"])


def progress(done: int, total: int, red: int) -> None:
    """How far it is, on a terminal."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        print(f"\r{done} of {total} trials, {red} red", end=end, file=sys.stderr, flush=True)
