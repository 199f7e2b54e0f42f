"""The records side by side, with a cursor on a field; all of its values stand in words at the foot."""

from collections.abc import Sequence

from textual import events

from reviewer.review.views import CandidateView, Column
from reviewer.tui.drawing.candidate_title import candidate_title
from reviewer.tui.drawing.holders import holders_table
from reviewer.tui.drawing.records import records_table
from reviewer.tui.drawing.table import Entry, Table
from reviewer.tui.lines import EMPTY, Line, Span, cut, fold, line
from reviewer.tui.messages import ValueChosen
from reviewer.tui.widgets.pane import Pane

_NO_CONFLICTS = line(Span("  no conflicts; e shows all", "dim"))
_NO_TABLE = Table((), ())

WIDE = 9
"""From more contacts on, digits and arrows are about those in sight: there are no more digits."""


class Records(Pane):
    """The comparison of one candidate, or words where there is none."""

    WORDED_FROM = 82
    """From this width on, relations are words beside their glyphs."""
    TALL_FROM = 14
    """From this height on, the heads of the columns and the foot have two lines."""

    def __init__(self, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, stroke=stroke)
        self.cursor = 0
        self.first_column = 0
        self.full = False
        self.brief = False
        self.foot_height = 2
        self._view: CandidateView | None = None
        self._words: Sequence[Line] = ()
        self._table = _NO_TABLE
        self._starts: list[int] = []

    # What is shown

    def show(self, view: CandidateView) -> None:
        """Show a candidate; the cursor stays on its field where it is the same candidate."""
        if self._view is None or self._view.id != view.id:
            self.cursor = self.first_column = self.top = 0
        self._view = view
        self._lay_out()
        self.repaint()

    def say(self, words: Sequence[Line]) -> None:
        """Show words where there is no candidate."""
        self._view, self._words, self._table, self._starts = None, words, _NO_TABLE, []
        self.cursor = self.top = 0
        self.repaint()

    def redraw(self) -> None:
        """Lay the same candidate out again."""
        self._lay_out()
        self.repaint()

    def _lay_out(self) -> None:
        if self._view is None:
            return
        width = self.size.width
        if self._view.shared is not None:
            self._table = holders_table(self._view, self._view.shared, width, full=self.full)
        else:
            worded = width >= self.WORDED_FROM
            self._table = records_table(
                self._view,
                width,
                first=self.first_column,
                worded=worded,
                full=self.full,
                brief=self.brief,
                tall=self.size.height >= self.TALL_FROM,
            )
        self._words = () if self._table.entries else (_NO_CONFLICTS,)
        self.first_column = self._table.hidden_left
        self.cursor = max(0, min(self.cursor, len(self._table.entries) - 1))
        self._starts, start = [], 0
        for entry in self._table.entries:
            self._starts.append(start)
            start += len(entry.lines)

    # The cursor

    @property
    def entry(self) -> Entry | None:
        """The entry under the cursor."""
        return self._table.entries[self.cursor] if self._table.entries else None

    @property
    def path(self) -> str:
        """The path of the field under the cursor, or nothing where no value can be picked."""
        return self.entry.path if self.entry else ""

    def go(self, index: int) -> None:
        """Put the cursor on an entry, or the nearest there is."""
        if not self._table.entries:
            return
        self.cursor = max(0, min(index, len(self._table.entries) - 1))
        start = self._starts[self.cursor]
        self.keep_in_sight(start, start + len(self._table.entries[self.cursor].lines) - 1)
        self.repaint()

    def go_to(self, path: str) -> None:
        """Put the cursor on a field."""
        for index, entry in enumerate(self._table.entries):
            if entry.path == path:
                self.go(index)

    @property
    def in_sight(self) -> Sequence[Column]:
        """The contacts whose columns are in sight."""
        if self._view is None:
            return ()
        columns = self._view.columns
        return columns[self._table.hidden_left : len(columns) - self._table.hidden_right]

    def move_columns(self, by: int) -> bool:
        """Show the contacts further to the right or left, of a wide group as many as are in sight.

        False where all are in sight.
        """
        can = self._table.hidden_right if by > 0 else self._table.hidden_left
        if can and self._view is not None:
            self.first_column += by * (len(self.in_sight) if len(self._view.columns) > WIDE else 1)
            self.redraw()
        return bool(can)

    # What Pane asks

    def title(self) -> tuple[Sequence[Span], str]:
        """What the candidate is, and what is out of sight."""
        if self._view is None:
            return [Span("Records", "title")], ""
        columns = "".join(
            (f"◂{self._table.hidden_left} " if self._table.hidden_left else "",
             f"{self._table.hidden_right}▸ " if self._table.hidden_right else "")
        )  # fmt: skip
        brief = "conflicts only " if self.brief else ""
        return candidate_title(self._view), f"{brief}{columns}{self.more_out_of_sight()}".strip()

    def head(self) -> Sequence[Line]:
        """The heads of the columns."""
        return self._table.head

    def foot(self) -> Sequence[Line]:
        """All values of the field under the cursor."""
        if self.entry is None or self.size.height < 8:
            return ()
        width = self.size.width - 2
        folded = fold(self.entry.detail, width)
        if len(folded) > self.foot_height:
            rest = " ".join(folded[self.foot_height - 1 :])
            folded = [*folded[: self.foot_height - 1], f"{cut(rest, width - 9).removesuffix('…')}… (v: all)"]
        texts = [*folded, *[""] * (self.foot_height - len(folded))]
        return [line(Span(" ▏" if text else "", "key"), Span(text, "text")) for text in texts]

    def body_height(self) -> int:
        """All lines of all entries."""
        if self._words:
            return len(self._words)
        return self._starts[-1] + len(self._table.entries[-1].lines) if self._starts else 0

    def body_line(self, index: int) -> Line:
        """A line of an entry."""
        if self._words:
            return self._words[index]
        place = self._entry_at(index)
        if place is None:
            return EMPTY
        entry = self._table.entries[place]
        return (entry.with_cursor if place == self.cursor else entry.lines)[index - self._starts[place]]

    def _entry_at(self, index: int) -> int | None:
        for place in range(len(self._starts) - 1, -1, -1):
            if self._starts[place] <= index:
                return place
        return None

    def on_resize(self) -> None:
        """Another width: the columns are shared out again."""
        self.foot_height = 2 if self.size.height >= self.TALL_FROM else 1
        self._lay_out()

    def on_click(self, event: events.Click) -> None:
        """A click on a field goes there; on a value, it picks it."""
        index = self.body_index(event.y)
        place = self._entry_at(index) if index is not None and self._table.entries else None
        if place is None:
            return
        self.go(place)
        for hit in self._table.entries[place].cells:
            if hit.start <= event.x < hit.end:
                self.post_message(ValueChosen(self._table.entries[place].path, hit.letter))
