"""Some trials one after another, with one served organisation for a number of them."""

import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from reviewer.simulator.serving import ServedOrganization
from tests.chaos.acts import Act
from tests.chaos.boundaries import passed
from tests.chaos.plan import NO_FAULT, Interruption, Plan
from tests.chaos.processes import Child
from tests.chaos.scenarios.scenario import Scenario
from tests.chaos.trial import Outcome, Trial, new_database
from tests.chaos.truth import Truth

AT_A_TIME = 40
"""Trials for which one organisation is served: its list of calls does not grow for ever."""

ATTEMPTS = 4
"""How often a trial is tried that the machine spoilt by being too slow for the organisation's assumption."""


def lengths_of(folder: Path, scenarios: Sequence[Scenario]) -> dict[str, int]:
    """How many boundaries an executor passes that nothing disturbs, by scenario."""
    plans = [undisturbed(scenario, number) for number, scenario in enumerate(scenarios)]
    found = {}
    with _organisation(folder, plans) as truth:
        for plan in plans:
            trial = _trial(plan, truth, folder, 0)
            outcome = trial.run()
            if outcome.ended != ["done"] or outcome.violations:
                raise RuntimeError(f"{plan.scenario.name} fails with nothing in its way: {outcome}")
            first = [
                one for one in passed(trial.folder / "trace.jsonl") if one.process == trial.evidence.trace[0].process
            ]
            found[plan.scenario.name] = len(first)
    return found


def undisturbed(scenario: Scenario, number: int) -> Plan:
    """A trial of a scenario in which nothing happens."""
    return Plan(
        number=number,
        seed=0,
        scenario=scenario,
        interruption=Interruption.NONE,
        fault=NO_FAULT,
        faults={},
        stop_at=None,
        again_at=1,
        act=Act.NOTHING,
        merged_again="conflict",
        claim_conflict="conflict",
        rival=False,
        neighbour=False,
        instant=0.0,
        pause=0.0,
    )


def run_all(plans: Sequence[Plan], *, keep: Callable[[Path, Outcome], None] | None = None) -> Iterator[Outcome]:
    """The outcome of each trial. ``keep`` is given the folder of one that failed before it goes."""
    for start in range(0, len(plans), AT_A_TIME):
        few = plans[start : start + AT_A_TIME]
        with tempfile.TemporaryDirectory(prefix="reviewer-chaos-") as name:
            folder = Path(name)
            with _organisation(folder, few) as truth:
                for plan in few:
                    yield _until_it_says_something(plan, truth, folder, keep)


def run_apart(plans: Sequence[Plan], before: Sequence[Callable[[], None]]) -> Iterator[Outcome]:
    """The outcome of each trial, played in a forked process of its own after what comes ``before`` it there."""
    with tempfile.TemporaryDirectory(prefix="reviewer-chaos-") as name:
        folder = Path(name)
        with _organisation(folder, plans) as truth:
            for plan, act in zip(plans, before, strict=True):
                told = folder / f"told-{plan.number}"
                child = Child(partial(_apart, plan, act, truth, folder, told), folder / "words.txt")
                child.wait()
                if child.status:
                    raise RuntimeError(f"a trial apart ended with {child.status}: {(folder / 'words.txt').read_text()}")
                yield Outcome(*json.loads(told.read_text()))


def _apart(plan: Plan, act: Callable[[], None], truth: Truth, folder: Path, told: Path) -> int:
    act()
    told.write_text(json.dumps(_until_it_says_something(plan, truth, folder, None)))
    return 0


def _until_it_says_something(
    plan: Plan, truth: Truth, folder: Path, keep: Callable[[Path, Outcome], None] | None
) -> Outcome:
    for attempt in range(ATTEMPTS):
        trial = _trial(plan, truth, folder, attempt)
        outcome = trial.run()
        if not outcome.stalled:
            break
    if outcome.violations and keep:
        keep(trial.folder, outcome)
    shutil.rmtree(trial.folder)
    return outcome


def _trial(plan: Plan, truth: Truth, folder: Path, attempt: int) -> Trial:
    own = folder / f"trial-{plan.number}-{attempt}"
    own.mkdir()
    new_database(folder / "template.db", own)
    key, number = _key(plan, attempt)
    return Trial(plan, truth, own, key, number)


def _key(plan: Plan, attempt: int) -> tuple[str, int]:
    """A word and a number for the contacts of one attempt; the number after it is the neighbour's."""
    return f"{plan.scenario.name}-{plan.number}-{attempt}", (plan.number * ATTEMPTS + attempt) * 2 % 100_000


class _organisation:  # noqa: N801 - used as a context manager
    """The organisation that some trials are played in, with fresh contacts for each of their attempts."""

    def __init__(self, folder: Path, plans: Sequence[Plan]) -> None:
        people = folder / "people.jsonl"
        with people.open("w", encoding="utf-8") as lines:
            for one in _people(plans):
                lines.write(json.dumps(one) + "\n")
        state = folder / "organisation.db"
        self._served = ServedOrganization(contacts=people, state=state, rate_limit=None)
        self._truth = Truth(self._served, state)

    def __enter__(self) -> Truth:
        self._served.start()
        return self._truth

    def __exit__(self, *_: object) -> None:
        self._served.stop()


def _people(plans: Sequence[Plan]) -> Iterator[dict[str, object]]:
    for plan in plans:
        for attempt in range(ATTEMPTS):
            key, number = _key(plan, attempt)
            yield from plan.scenario.people(key, number)
            if plan.neighbour:
                yield from plan.scenario.people(f"{key}-near", number + 1)
