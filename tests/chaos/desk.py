"""A steward's desk on the database of one trial: contacts come from the organisation, approvals go to the executor."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from reviewer.domain.errors import RefusedError
from reviewer.domain.record import make_record
from reviewer.review import candidate, decide, line
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.steward import Steward
from reviewer.review.undo import undo
from reviewer.store import contacts, derivation, pairs
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from tests.chaos.truth import Truth
from tests.review.people import RULES, TWO_FACTORS, Levels, scored


class TrialDesk:
    """Opened for a while and closed again: no connection may be open when a process is forked."""

    def __init__(self, path: Path, truth: Truth) -> None:
        self.truth = truth
        self.database: Database = open_database(path)
        self.desk = Desk(self.database, Steward("ada"), RULES, cool_off=timedelta(0))

    def __enter__(self) -> "TrialDesk":
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def candidate_of(self, ids: Sequence[str], kind: str, levels: Levels) -> int:
        """The candidate of these contacts, as a sync and a detection would have found it; its number."""
        numbers = self._suspected(ids, kind, levels)
        key = f"contacts:{'+'.join(map(str, numbers))}"
        row = self.database.connection.execute("SELECT id FROM candidate WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def candidate_beside(self, member: str, other: str) -> int:
        """The candidate in which another contact is suspected to be the same person as a member."""
        *_, number = self._suspected([member, other], "duplicate", TWO_FACTORS)
        query = "SELECT max(candidate) FROM candidate_member WHERE contact = ?"
        return int(self.database.connection.execute(query, (number,)).fetchone()[0])

    def _suspected(self, ids: Sequence[str], kind: str, levels: Levels) -> list[int]:
        """Contacts as they are now, all pairs of them suspected; their numbers in the database, the newest last."""
        bodies = [self.truth.body(id_) or b"" for id_ in ids]
        contacts.write(self.database, [make_record(body, RULES) for body in bodies], origin="api", read_at=now())
        numbers = sorted(one.number for one in contacts.by_ids(self.database, ids).values())
        pairs.update_scores(self.database, [scored(a, b, kind, levels) for a, b in combinations(numbers, 2)])
        derivation.rebuild(self.database, self.desk.today)
        return numbers

    def approve(self, number: int, picks: Mapping[str, str] | None = None) -> Decided:
        """Approve what the candidate shows."""
        view = candidate.view(self.desk, number, picks=dict(picks or {}))
        return (decide.stitch if view.kind == "stitch" else decide.merge)(self.desk, view)

    def take_back(self, decision: int) -> bool:
        """Take an approval back; False if it is too late."""
        try:
            undo(self.desk, decision)
        except RefusedError:
            return False
        return True

    def acknowledge(self) -> int:
        """Let a stopped line go on; how many stops there were."""
        try:
            return len(line.acknowledge(self.desk, "looked at it"))
        except RefusedError:
            return 0
