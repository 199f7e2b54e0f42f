"""One trial: approve, let an executor carry it out under an interruption, recover to the end, and judge."""

import shutil
import sqlite3
import time
import urllib.error
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from reviewer.domain.errors import BusyError, RefusedError
from reviewer.store.database import open_database
from tests.chaos.acts import Act
from tests.chaos.boundaries import passed
from tests.chaos.colleague import Colleague
from tests.chaos.desk import TrialDesk
from tests.chaos.evidence import Acted, Evidence
from tests.chaos.executing import FAULT, How, execute
from tests.chaos.judge import stalled, violations
from tests.chaos.judged_ends import END_STATES
from tests.chaos.judged_state import CHANGED, before
from tests.chaos.plan import STOPS, Interruption, Plan
from tests.chaos.processes import Child, Hangs
from tests.chaos.truth import Truth

MOST_RUNS = 8
"""Runs of recovery in which every operation must have ended."""

CLOCK_AHEAD = 3600.0
"""Seconds by which a wall clock is set forward."""


class Outcome(NamedTuple):
    """What came of a trial. ``ended`` are the end states of its operations, ``stalled`` that it says nothing."""

    number: int
    configuration: str
    ended: Sequence[str]
    violations: Sequence[str]
    stalled: bool
    seconds: float
    told: str


class Trial:
    """One trial in a folder of its own. ``key`` is a word that no other trial of the organisation has."""

    def __init__(self, plan: Plan, truth: Truth, folder: Path, key: str, number: int) -> None:
        self.plan = plan
        self.truth = truth
        self.folder = folder
        self.key, self.contact_number = key, number
        self.evidence = Evidence(plan, truth, folder / "trial.db")
        self.colleague = Colleague(truth)
        self._decisions: list[int] = []
        self._since = 0

    def run(self) -> Outcome:
        """All of it. Every process that was started has ended when it returns."""
        began = time.monotonic()
        self.truth.served.write(
            "knobs", {"merged_again": self.plan.merged_again, "claim_conflict": self.plan.claim_conflict}
        )
        self._approve()
        self._since = self.truth.last_call()
        self.truth.served.write("faults", self.plan.faults)
        found = []
        try:
            self._interrupted()
            self._recover()
        except Hangs as hangs:
            found.append(str(hangs))
        finally:
            self.truth.served.write("faults", {})
        self._collect()
        found += violations(self.evidence)
        ended = [self.evidence.operation(one.operation).state for one in self.evidence.promised]
        told = f"{self.plan.told()}; stopped at: {self.evidence.reached or 'nothing'}"
        seconds = time.monotonic() - began
        return Outcome(self.plan.number, self.plan.configuration, ended, found, stalled(self.evidence), seconds, told)

    def _approve(self) -> None:
        keys = [self.key, *([f"{self.key}-near"] if self.plan.neighbour else [])]
        with TrialDesk(self.evidence.database, self.truth) as desk:
            for place, key in enumerate(keys):
                promised = self.plan.scenario.approve(desk, key, self.contact_number + place)
                self.evidence.promised.append(promised)
        for promised in self.evidence.promised:
            self.evidence.approved[promised.operation] = self.evidence.steps(promised.operation)
            self.evidence.before[promised.operation] = before(self.truth, promised)

    def _interrupted(self) -> None:
        """The run that is interrupted."""
        plan = self.plan
        with self._executor(plan.stop_at) as child:
            if plan.interruption is Interruption.NONE:
                child.wait()
            elif plan.interruption in (Interruption.KILLED_SOMEWHERE, Interruption.STOPPED_SOMEWHERE):
                if not child.ended_within(plan.instant):
                    self._interrupt(child)
            elif child.wait():
                self.evidence.reached = self._last_passed()
                self._interrupt(child)
        if plan.interruption is Interruption.KILLED_TWICE:
            with self._executor(plan.again_at) as child:
                child.wait()

    def _interrupt(self, child: Child) -> None:
        if self.plan.interruption not in STOPS:
            child.kill()
            self.evidence.gone[child.pid] = time.time()
            self._act()
            return
        child.stop()
        passed_before = self._passed_by(child.pid)
        status = self._rival() if self.plan.rival and passed_before and child.status is None else None
        self._act()
        time.sleep(self.plan.pause)
        child.go_on()
        child.wait()
        if status is not None and self._passed_by(child.pid) > passed_before:
            self.evidence.rivals.append(status)  # the first was at work before and after, so it was in between

    def _passed_by(self, process: int) -> int:
        """How many boundaries a process has passed so far."""
        return sum(one.process == process for one in passed(self.folder / "trace.jsonl"))

    def _rival(self) -> int:
        """What a second executor ends with: it must not get in while the first has not ended."""
        with self._executor(None) as second:
            second.wait()
        return self.evidence.statuses.pop()

    def _recover(self) -> None:
        """Run until every operation has ended; the first run still meets the faults that are left."""
        ahead = CLOCK_AHEAD if self.plan.interruption is Interruption.KILLED_CLOCK else 0.0
        for number in range(MOST_RUNS):
            if number:
                self.truth.served.write("faults", {})
                with TrialDesk(self.evidence.database, self.truth) as desk:
                    desk.acknowledge()
                if self._all_ended():
                    return
            with self._executor(None, ahead) as child:
                child.wait()
            if child.status not in (0, FAULT):
                return

    def _all_ended(self) -> bool:
        return all(self.evidence.operation(one.operation).state in END_STATES for one in self.evidence.promised)

    @contextmanager
    def _executor(self, stop_at: int | str | None, ahead: float = 0.0) -> Iterator[Child]:
        """An executor process, which has ended when the block has."""
        how = How(
            self.evidence.database,
            self.folder / "trace.jsonl",
            self.truth.served.access,
            stop_at,
            self.plan.timeout,
            ahead,
        )
        child = Child(execute(how), self.folder / "words.txt")
        try:
            yield child
        finally:
            child.kill()
            self.evidence.gone.setdefault(child.pid, time.time())
            self.evidence.statuses.append(child.status if child.status is not None else 0)

    def _last_passed(self) -> str:
        return passed(self.folder / "trace.jsonl")[-1].what

    def _act(self) -> None:
        """What somebody else does now, if it can be done at all."""
        act = self.plan.act
        if act is Act.NOTHING:
            return
        of_a_steward = act in (Act.TAKES_BACK, Act.APPROVES_OVER)
        if of_a_steward and self.plan.interruption in STOPS and self._keeps_the_database():
            return  # the stopped process is in the middle of writing: a steward would wait for it
        try:
            was = self.evidence.operation(self.evidence.promised[0].operation).state
        except sqlite3.OperationalError:
            return  # it was stopped while it opens the database, and keeps everybody out
        at, after = time.time(), self.truth.last_call()
        try:
            accepted, contact = self._steward(act) if of_a_steward else self._colleague(act)
        except BusyError:
            return  # it was stopped in the middle of writing, and a steward would wait for it
        self.evidence.acts.append(Acted(act, at, after, accepted, contact, was))

    def _keeps_the_database(self) -> bool:
        trace = passed(self.folder / "trace.jsonl")
        return bool(trace) and trace[-1].what.startswith("before writing")

    def _steward(self, act: Act) -> tuple[bool, str]:
        with TrialDesk(self.evidence.database, self.truth) as desk:
            if act is Act.TAKES_BACK:
                return desk.take_back(self._decision()), ""
            member = self.evidence.members(self.evidence.promised[0])[-1]
            if self.truth.head(member) != member:
                return False, ""
            try:
                decided = desk.approve(desk.candidate_beside(member, f"{self.key}-other"))
            except RefusedError:
                return False, ""
            return desk.take_back(decided.decision), member

    def _decision(self) -> int:
        query = "SELECT decision FROM operation WHERE id = ?"
        number: int = self.evidence.rows(query, self.evidence.promised[0].operation)[0][0]
        return number

    def _colleague(self, act: Act) -> tuple[bool, str]:
        members = self.evidence.members(self.evidence.promised[0])
        heads = list(dict.fromkeys(map(self.truth.head, members)))
        other = f"{self.key}-other"
        if act is Act.CHANGES:
            one = -(self.plan.number % 2)  # the first or the last
            for field, value in CHANGED.items():
                self.colleague.change(members[one], field, value)
            return True, self.truth.head(members[one])
        if act is Act.TAKES_IDENTITY:
            return self._takes_identity(other)
        if act in (Act.MERGES_THE_SAME, Act.MERGES_AS_PROMISED) and len(heads) < 2:
            return False, ""
        merge = self.evidence.approved[self.evidence.promised[0].operation][0].request
        ids = {
            Act.MERGES_THE_SAME: heads,
            Act.MERGES_AS_PROMISED: merge.get("contactIds", heads),
            Act.MERGES_ONE: [heads[0], other],
            Act.MERGES_ALL: [*heads, other],
        }[act]
        try:
            return True, self.colleague.merge(
                ids, merge.get("valueOverride") if act is Act.MERGES_AS_PROMISED else None
            )
        except urllib.error.HTTPError:
            return False, ""  # the executor's merge came between

    def _takes_identity(self, other: str) -> tuple[bool, str]:
        """Claim for another contact what leads to nobody now."""
        free = [one for one in self.evidence.promised[0].leads if self.truth.owner(*one) is None]
        for kind, value in free:
            self.colleague.claim(other, kind, value)
            self.evidence.taken.add((kind, value))
        return bool(free), other

    def _collect(self) -> None:
        self.evidence.trace = passed(self.folder / "trace.jsonl")
        self.evidence.calls = self.truth.calls(self._since)
        self.evidence.theirs = self.colleague.correlations


def new_database(template: Path, folder: Path) -> None:
    """A database of the present schema in a trial's folder: a copy of one that was made once."""
    if not template.exists():
        open_database(template).close()
    shutil.copy(template, folder / "trial.db")
