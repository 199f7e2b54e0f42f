"""The queue on the left: a virtual list that reads the rows it shows, whatever the number of candidates."""

from collections.abc import Sequence

from textual import events

from reviewer.review.queue import WAITING
from reviewer.tui.candidate_list import TO_APPROVE, CandidateList
from reviewer.tui.drawing.queue_row import missing_row, queue_row
from reviewer.tui.lines import EMPTY, Line, Span, line
from reviewer.tui.messages import CandidateChosen
from reviewer.tui.widgets.pane import Pane

KIND_WORDS = {
    None: "all kinds",
    "duplicate": "duplicates",
    "stitch": "stitches",
    "shared": "shared identifiers",
    TO_APPROVE: "for a second steward",
    WAITING: "waiting",
}
"""What is shown → what the title calls it, in the order in which `t` goes through them."""


class QueueList(Pane):
    """The candidates with a cursor."""

    def __init__(self, candidates: CandidateList, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, stroke=stroke)
        self.candidates = candidates
        self.cursor = 0

    @property
    def number(self) -> int | None:
        """The candidate under the cursor, or None where there is none."""
        return self.candidates.numbers[self.cursor] if len(self.candidates) else None

    def go(self, index: int) -> None:
        """Put the cursor on a place, or the nearest there is."""
        self.cursor = max(0, min(index, len(self.candidates) - 1))
        self.keep_in_sight(self.cursor, self.cursor)
        self.repaint()

    def go_to(self, number: int) -> None:
        """Put the cursor on a candidate, or leave it near its place if that is gone."""
        found = self.candidates.index(number, self.cursor)
        self.go(self.cursor if found is None else found)

    def title(self) -> tuple[Sequence[Span], str]:
        """What is shown, and where the cursor is."""
        total = self.candidates.total()
        place = f"{self.cursor + 1:,} of {total:,}" if total else "empty"
        return [Span("Queue", "title"), Span(f" · {KIND_WORDS[self.candidates.kind]}", "text")], place

    def body_height(self) -> int:
        """One line for each candidate."""
        return max(1, len(self.candidates))

    def body_line(self, index: int) -> Line:
        """The candidate's row."""
        if index >= len(self.candidates):
            return line(Span("   nothing to review", "dim")) if index == 0 else EMPTY
        at_cursor = index == self.cursor
        row = self.candidates.row(index)
        return (
            queue_row(row, self.size.width, cursor=at_cursor) if row else missing_row(self.size.width, cursor=at_cursor)
        )

    def on_click(self, event: events.Click) -> None:
        """A click on a row goes there."""
        index = self.body_index(event.y)
        if index is not None and index < len(self.candidates):
            self.go(index)
            self.post_message(CandidateChosen())
