"""The queue as the workbench holds it: one array of candidate numbers, and the rows of the windows that were seen."""

from array import array
from bisect import bisect_left
from collections import OrderedDict

from reviewer.domain.errors import NotFoundError
from reviewer.review import queue
from reviewer.review.desk import Desk
from reviewer.review.queue import QueueRow

FIRST_WINDOW = 64
"""Candidates that are read before the first paint; the rest comes from the background."""

_BLOCK = 32
_KEPT = 1024
"""Most rows that are kept."""


TO_APPROVE = "to approve"
"""In place of a kind: the candidates of what another steward has to approve, oldest first."""


class CandidateList:
    """Open candidates of one kind, or of all, or those that wait, strongest first; or those of ``TO_APPROVE``.

    At a million candidates it holds 8 MB of numbers and the rows of a few screens. ``generation`` grows with every
    act, so that numbers read before an act are not taken for those after it.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._rows: OrderedDict[int, QueueRow | None] = OrderedDict()
        self.kind: str | None = None
        self.generation = 0
        self.complete = False
        self.numbers: array[int] = array("q")
        self.start(None)

    def __len__(self) -> int:
        return len(self.numbers)

    def start(self, kind: str | None) -> None:
        """Show another kind: its first window now, the rest when the background has read it."""
        self.kind = kind
        self.generation += 1
        if kind == TO_APPROVE:
            self._start_to_approve()
            return
        first = queue.window(self._desk, kind=kind, limit=FIRST_WINDOW)
        self._rows.clear()
        self._rows.update((row.id, row) for row in first)
        self.numbers = array("q", (row.id for row in first))
        self.complete = len(first) < FIRST_WINDOW

    def _start_to_approve(self) -> None:
        from reviewer.review import approving  # the first paint does without it

        self._rows.clear()
        self.numbers = approving.candidates(self._desk)
        self.complete = True

    def total(self) -> int:
        """How many there are, those that are not read yet included."""
        if self.complete:
            return len(self.numbers)
        return max(len(self.numbers), queue.count_of(self._desk, self.kind))

    def take_over(self, numbers: "array[int]") -> None:
        """All numbers, as the background read them."""
        self.numbers = numbers
        self.complete = True

    def row(self, index: int) -> QueueRow | None:
        """The row at a place; None where the candidate is not in this list any more."""
        number = self.numbers[index]
        if number not in self._rows:
            self._read(index)
        self._rows.move_to_end(number)
        return self._rows[number]

    def _read(self, index: int) -> None:
        start = max(0, index - _BLOCK // 2)
        wanted = [number for number in self.numbers[start : start + _BLOCK] if number not in self._rows]
        found = {row.id: row for row in queue.rows(self._desk, wanted) if self._is_shown(row)}
        for number in wanted:
            self._rows[number] = found.get(number)
        while len(self._rows) > _KEPT:
            self._rows.popitem(last=False)

    def _is_shown(self, row: QueueRow) -> bool:
        return row.state != "open" if self.kind == TO_APPROVE else queue.belongs(row, self.kind)

    def forget_rows(self) -> None:
        """Read rows anew when they are next seen; what was decided changes others too."""
        self.generation += 1
        self._rows.clear()

    def remove(self, number: int) -> None:
        """Take a candidate out, as it was decided."""
        index = self.index(number)
        if index is not None:
            del self.numbers[index]
        self.forget_rows()

    def index(self, number: int, near: int = 0) -> int | None:
        """Where a candidate stands, or None; ``near`` is looked at first."""
        if near < len(self.numbers) and self.numbers[near] == number:
            return near
        try:
            return self.numbers.index(number)
        except ValueError:
            return None

    def insert(self, number: int) -> int | None:
        """Put a candidate back in its place; None if it is not in the list that is shown."""
        self.forget_rows()
        known = self.index(number)
        if known is not None:
            return known
        try:
            row = queue.row(self._desk, number)
        except NotFoundError:
            return None
        if self.kind == TO_APPROVE or not queue.belongs(row, self.kind):
            return None
        place = bisect_left(range(len(self.numbers)), row.position, key=self._position)
        self.numbers.insert(place, number)
        return place

    def _position(self, index: int) -> tuple[float, int]:
        row = self.row(index)
        return row.position if row else (float("-inf"), 0)
