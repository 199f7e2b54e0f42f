"""Bringing the mirror up to what the executor reads and merges, and judging again what rests on it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from reviewer.domain.record import Record, make_record
from reviewer.execute.faults import CannotTellError
from reviewer.execute.journaling import Journal
from reviewer.execute.reading import Reading
from reviewer.store import derivation, merges, pairs
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

Rescore = Callable[[Database, Sequence[tuple[int, int]], date], None]
"""Judges pairs of contact numbers again; the detector's evaluator is passed in here."""


def keep_scores(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
    """Used where no detector is at hand: the next detection judges carried pairs again."""


@dataclass(frozen=True)
class Mirroring:
    """The mirror of the database whose ``journal`` this is, as the ``Mirror`` that plans speak to.

    ``carried`` are pairs that merges have carried on or whose contacts changed; ``judge_carried`` has to judge them.
    """

    journal: Journal
    rescore: Rescore = field(default=keep_scores, repr=False)
    carried: set[tuple[int, int]] = field(default_factory=set, repr=False)

    def remember(self, reading: Reading) -> None:
        """Bring the mirror up to what was just read; what rests on a contact that changed is judged again."""
        self.take_in(list(reading.raw.values()))

    def take_in(self, bodies: Sequence[bytes]) -> None:
        """Let the mirror hold contacts as they were just read. Raises ``CannotTellError`` for what cannot be."""
        self._take_in([self._record(raw) for raw in bodies])

    def adopt(self, ids: Sequence[str], canonical: bytes) -> str:
        """Let the merged contact stand in the mirror for its members; returns its id."""
        record = self._record(canonical)
        self._take_in([], dict.fromkeys(ids, record))
        return record.contact.id

    def judge_carried(self) -> None:
        """Judge again the pairs that merges have carried on: all at once, when no call is in flight."""
        if not self.carried:
            return
        waiting, database, today = sorted(self.carried), self.journal.database, self.journal.today
        with transaction(database):
            self.rescore(database, waiting, today)
            derivation.refresh(database, {number for pair in waiting for number in pair}, today)
            derivation.refresh_shared(database, today)
        self.carried.clear()

    def _take_in(self, records: Sequence[Record], living: Mapping[str, Record] | None = None) -> None:
        database, at, today = self.journal.database, self.journal.clock(), self.journal.today
        with transaction(database) as connection:
            taken = merges.take_in(database, records, living, at=at, today=today)
            self.carried.update(taken.carried, pairs.waiting_of(connection, taken.changed))

    def _record(self, raw: bytes) -> Record:
        try:
            return make_record(raw, self.journal.rules)
        except ValueError as error:
            raise CannotTellError(f"a contact cannot be taken into the mirror ({error})") from error
