"""A list of operations as the workbench holds it: a window of rows around the cursor, read by keyset."""

from reviewer.review import operations
from reviewer.review.desk import Desk
from reviewer.review.operations import LAST, Key, Listing, OperationRow

BLOCK = 64
"""Rows that are read at once."""

_KEPT = 4 * BLOCK


class OperationList:
    """Rows ``start`` to ``start + len(rows)`` of ``total``; others are read when they come into sight."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.listing = Listing.STAGED
        self.total = 0
        self._start = 0
        self._rows: list[OperationRow] = []

    def show(self, listing: Listing) -> None:
        """Show another list, from its first row on."""
        self.listing = listing
        self._count()
        self._read_first()

    def reload(self, top: int) -> None:
        """Read rows again, from the one that stands at ``top`` on, in their new places."""
        first = self._rows[top - self._start] if self._holds(top) else None
        self._count()
        if first is None or not self.total:
            self._read_first()
            return
        self._start = operations.place(self._desk, self.listing, first.key)
        self._rows = operations.rows(self._desk, self.listing, BLOCK, behind=self._just_before(first.key))
        if not self._rows:
            self._read_last()

    def place(self, key: Key) -> int:
        """The index of a place: of its operation, or of the one that follows where that has left the list."""
        return operations.place(self._desk, self.listing, key)

    def row(self, index: int) -> OperationRow | None:
        """The row at an index, None behind the end of the list."""
        if not 0 <= index < self.total:
            return None
        if not self._holds(index):
            self._bring(index)
        return self._rows[index - self._start] if self._holds(index) else None

    def _holds(self, index: int) -> bool:
        return self._start <= index < self._start + len(self._rows)

    def _count(self) -> None:
        self.total = operations.total(self._desk, self.listing)

    def _just_before(self, key: Key) -> Key:
        """The place right before an operation, so that reading behind it begins with that operation."""
        return key._replace(id=key.id - 1 if self.listing is Listing.STAGED else key.id + 1)

    def _read_first(self) -> None:
        self._start, self._rows = 0, operations.rows(self._desk, self.listing, BLOCK)

    def _read_last(self) -> None:
        self._rows = operations.rows(self._desk, self.listing, BLOCK, before=LAST)
        self._start = max(0, self.total - len(self._rows))

    def _bring(self, index: int) -> None:
        if index < BLOCK:
            self._read_first()
        elif index >= self.total - BLOCK:
            self._read_last()
        while self._rows and index >= self._start + len(self._rows) and self._read_on():
            continue
        while self._rows and index < self._start and self._read_back():
            continue

    def _read_on(self) -> bool:
        more = operations.rows(self._desk, self.listing, BLOCK, behind=self._rows[-1].key)
        dropped = max(0, len(self._rows) + len(more) - _KEPT)
        self._rows = [*self._rows[dropped:], *more]
        self._start += dropped
        return bool(more)

    def _read_back(self) -> bool:
        more = operations.rows(self._desk, self.listing, BLOCK, before=self._rows[0].key)
        self._rows = [*more, *self._rows][:_KEPT]
        self._start = max(0, self._start - len(more))
        return bool(more)
