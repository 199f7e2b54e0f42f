"""The operations of one list, each a row under a cursor; the lists stand as tabs in the rule above them."""

from collections.abc import Sequence

from rich.cells import cell_len
from textual import events

from reviewer.review.operations import Listing, OperationRow
from reviewer.tui.drawing.operations import LISTS, operation_line
from reviewer.tui.lines import EMPTY, Line, Span, line
from reviewer.tui.messages import ListingChosen, OperationChosen
from reviewer.tui.operation_list import OperationList
from reviewer.tui.widgets.pane import Pane


class OperationsPane(Pane):
    """A virtual list with a cursor; it reads the rows it shows."""

    def __init__(self, rows: OperationList, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, stroke=stroke)
        self.rows = rows
        self.cursor = 0
        self.counts: dict[Listing, int] = {}
        self._tabs: list[tuple[int, int, Listing]] = []

    @property
    def row(self) -> OperationRow | None:
        """The operation under the cursor, if there is one."""
        return self.rows.row(self.cursor)

    def show(self, listing: Listing) -> None:
        """Show another list from its start."""
        self.rows.show(listing)
        self.top = 0
        self.go(0)

    def reload(self) -> None:
        """Read the list again; the cursor stays on its operation, or where that was."""
        here = self.row
        self.rows.reload(self.top)
        self.go(self.rows.place(here.key) if here else self.cursor)

    def go(self, index: int) -> None:
        """Put the cursor on a place, or the nearest there is."""
        self.cursor = max(0, min(index, self.rows.total - 1))
        self.keep_in_sight(self.cursor, self.cursor)
        self.repaint()

    def title(self) -> tuple[Sequence[Span], str]:
        """The lists with what is in them, the one that is shown marked; and where the cursor is."""
        spans: list[Span] = []
        self._tabs, place = [], 2 + (2 if self.active else 0)
        for listing, name in LISTS.items():
            here = listing is self.rows.listing
            text = f"{name} {self.counts.get(listing, 0):,}"
            text = f"[{text}] " if here else f" {text}  "
            spans.append(Span(text, "title" if here else "dim"))
            self._tabs.append((place, place + cell_len(text), listing))
            place += cell_len(text)
        total = self.rows.total
        return spans, f"{self.cursor + 1:,} of {total:,}" if total else ""

    def body_height(self) -> int:
        """One line for each operation."""
        return max(1, self.rows.total)

    def body_line(self, index: int) -> Line:
        """The operation's row."""
        row = self.rows.row(index)
        if row is None:
            return line(Span("   nothing here", "dim")) if index == 0 else EMPTY
        return operation_line(row, self.size.width, cursor=index == self.cursor)

    def on_click(self, event: events.Click) -> None:
        """A click on a row goes there, on a tab to its list."""
        if event.y == 0:
            for start, end, listing in self._tabs:
                if start <= event.x < end:
                    self.post_message(ListingChosen(listing))
            return
        index = self.body_index(event.y)
        if index is not None and index < self.rows.total:
            self.go(index)
            self.post_message(OperationChosen())
