"""The queue as a steward reads it: rows with a headline, strongest first."""

from array import array
from collections.abc import Sequence
from typing import NamedTuple, TypedDict

from reviewer.domain.identifiers import Identifier
from reviewer.domain.sharing import looks_like
from reviewer.review.desk import Desk
from reviewer.store import derivation, queue, shared_identifiers
from reviewer.store.queue import START, Position
from reviewer.store.transaction import transaction

WAITING = "waiting"
"""In the place of a kind: the candidates of any kind that wait for an operation on one of their contacts."""

_CHUNK = 500
"""Candidates that are asked for at once."""


class _Narrowed(TypedDict):
    kind: str | None
    state: str


class QueueRow(NamedTuple):
    """One candidate in the list.

    ``names`` are headlines of its first contacts (record text); for a shared identifier its value. ``kind`` is
    duplicate, stitch or shared; ``size`` counts contacts; ``mark`` says why it came back, or is empty; ``looks`` is
    what a shared identifier looks like.
    """

    id: int
    kind: str
    weight: float
    verdict: str
    names: tuple[str, ...]
    size: int
    state: str
    mark: str
    looks: str = ""

    @property
    def position(self) -> Position:
        """Where the window after this row starts."""
        return (-self.weight, self.id)


def window(desk: Desk, *, kind: str | None = None, after: Position = START, limit: int = 50) -> list[QueueRow]:
    """The next ``limit`` open candidates after a position, of one kind or all; or those that wait."""
    return _rows(desk, queue.window(desk.database, **_narrowed(kind), after=after, limit=limit))


def belongs(row: QueueRow, kind: str | None) -> bool:
    """Whether a candidate is in the list of a kind, of all, or of those that wait."""
    narrowed = _narrowed(kind)
    return row.state == narrowed["state"] and narrowed["kind"] in (None, row.kind)


def _narrowed(kind: str | None) -> _Narrowed:
    return {"kind": None, "state": WAITING} if kind == WAITING else {"kind": kind, "state": queue.OPEN}


def rows(desk: Desk, numbers: Sequence[int]) -> list[QueueRow]:
    """The candidates with these numbers, in that order."""
    chunks = (numbers[start : start + _CHUNK] for start in range(0, len(numbers), _CHUNK))
    return [found for chunk in chunks for found in _rows(desk, queue.rows(desk.database, chunk))]


def row(desk: Desk, number: int) -> QueueRow:
    """One candidate. Raises ``NotFoundError``."""
    return _rows(desk, [queue.read(desk.database, number)])[0]


def all_numbers(desk: Desk, *, kind: str | None = None) -> "array[int]":
    """The numbers of all candidates of a list in the queue's order (8 bytes each)."""
    return queue.ids(desk.database, **_narrowed(kind))


def count_of(desk: Desk, kind: str | None) -> int:
    """How many candidates are in a list; costs the same at any size."""
    narrowed = _narrowed(kind)
    counts = queue.counts(desk.database).get(narrowed["state"], {})
    return counts.get(narrowed["kind"], 0) if narrowed["kind"] else sum(counts.values())


def open_counts(desk: Desk) -> dict[str, int]:
    """Kind → how many candidates are open; costs the same at any size."""
    return queue.counts(desk.database).get(queue.OPEN, {})


def wake(desk: Desk) -> None:
    """Bring back what was deferred until today, and let rulings that have run out count no more."""
    from reviewer.review import rule  # the first paint of the list does without it

    with transaction(desk.database):
        for identifier in derivation.wake(desk.database, desk.today, desk.moment):
            rule.judge_again(desk, Identifier(*identifier))


def _rows(desk: Desk, candidates: Sequence[queue.Candidate]) -> list[QueueRow]:
    names = queue.first_names(desk.database, [one.id for one in candidates if one.kind != "shared"])
    return [
        QueueRow(
            id=one.id,
            kind=one.kind,
            weight=-one.rank,
            verdict=one.verdict,
            names=(one.identifier_value or "",) if one.kind == "shared" else tuple(names.get(one.id, ())),
            size=one.size,
            state=one.state,
            mark=one.mark,
            looks=_looks(desk, one) if one.kind == "shared" else "",
        )
        for one in candidates
    ]


def _looks(desk: Desk, shared: queue.Candidate) -> str:
    warning = shared_identifiers.find(desk.database, shared.identifier_kind or "", shared.identifier_value or "")
    return looks_like(warning.guess, warning.certainty) if warning else ""
