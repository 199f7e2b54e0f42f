"""What is known of a trial when it is over: what was approved, what reached the organisation, what the journal says."""

import json
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from tests.chaos.acts import Act
from tests.chaos.boundaries import Passed
from tests.chaos.judged_state import Before
from tests.chaos.plan import Plan
from tests.chaos.scenarios.scenario import Identity, Promised
from tests.chaos.truth import Call, Truth


class Acted(NamedTuple):
    """What somebody else did: when (seconds since 1970), after which call, and what came of it.

    ``contact`` is whom a colleague changed, or what a merge of theirs made. ``was`` is the operation's state before.
    """

    act: Act
    at: float
    after: int
    accepted: bool
    contact: str
    was: str


class Row(NamedTuple):
    """An operation as the journal has it at the end."""

    id: int
    state: str
    canonical: str
    outcome: str
    differences: str
    stopped_the_line: bool
    candidate: str


class Step(NamedTuple):
    """A step as it was approved."""

    kind: str
    request: Mapping[str, Any]


@dataclass
class Evidence:
    """All that ``judge`` looks at."""

    plan: Plan
    truth: Truth
    database: Path
    trace: list[Passed] = field(default_factory=list)
    promised: list[Promised] = field(default_factory=list)
    approved: dict[int, list[Step]] = field(default_factory=dict)
    """Operation → its steps, read when it was approved."""
    before: dict[int, Before] = field(default_factory=dict)
    """Operation → what was so then."""
    calls: list[Call] = field(default_factory=list)
    theirs: set[str] = field(default_factory=set)
    """Correlation ids of calls that were not the executor's."""
    acts: list[Acted] = field(default_factory=list)
    taken: set[Identity] = field(default_factory=set)
    """Identifiers that were claimed for another contact."""
    statuses: list[int] = field(default_factory=list)
    """What the executor's processes ended with, in their order."""
    gone: dict[int, float] = field(default_factory=dict)
    """Process → when it was killed."""
    rivals: list[int] = field(default_factory=list)
    """What second executors ended with that were started while the first was stopped."""
    reached: str = ""
    """The boundary at which the process was stopped, if it was."""

    def rows(self, query: str, *values: object) -> list[Any]:
        """Rows of the trial's database, on a connection of its own."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=15)) as connection:
            return connection.execute(query, values).fetchall()

    def operation(self, number: int) -> Row:
        """An operation as it is."""
        query = """SELECT o.id, o.state, coalesce(o.canonical, ''), o.outcome, o.differences,
            EXISTS (SELECT 1 FROM line_stop s WHERE s.operation = o.id), coalesce(k.state, 'gone')
            FROM operation o JOIN decision d ON d.id = o.decision LEFT JOIN candidate k ON k.id = d.candidate
            WHERE o.id = ?"""
        return Row(*self.rows(query, number)[0])

    def steps(self, number: int) -> list[Step]:
        """The steps of an operation as they are journaled now."""
        query = "SELECT kind, request FROM operation_step WHERE operation = ? ORDER BY number"
        return [Step(kind, json.loads(request)) for kind, request in self.rows(query, number)]

    @cached_property
    def ours(self) -> list[Call]:
        """Calls of the executor that the service let in, without the records of late effects."""
        made = [call for call in self.calls if call.correlation not in self.theirs and not call.late]
        return [call for call in made if call.status != 401 or call.fault]  # else its body was not even looked at

    def late_twin(self, call: Call) -> Call | None:
        """The record of a call's late effect, if it came late."""
        return next((one for one in self.calls if one.late and one.correlation == call.correlation), None)

    def effect_of(self, call: Call) -> tuple[int, str]:
        """The number in the log at which a call took effect, and what that was; 0 and nothing if it did not."""
        twin = self.late_twin(call) or call
        return (twin.number, twin.effect) if twin.effect else (0, "")

    def is_in_queue(self, ids: Collection[str]) -> bool:
        """Whether contacts are suspected again: in one open candidate, alone or with others."""
        query = f"""SELECT count(*) FROM candidate k WHERE k.state = 'open' AND {len(ids)} = (
            SELECT count(*) FROM candidate_member m JOIN contact c ON c.number = m.contact
            WHERE m.candidate = k.id AND c.id IN ({", ".join("?" * len(ids))}))"""
        return bool(self.rows(query, *ids)[0][0])

    def members(self, promised: Promised) -> Sequence[str]:
        return sorted(promised.ids)

    def acted(self, *acts: Act) -> list[Acted]:
        """Of these acts those that came about."""
        return [one for one in self.acts if one.act in acts and one.accepted]
