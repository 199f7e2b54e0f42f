"""A pane of text that is read and scrolled."""

from collections.abc import Callable, Sequence

from reviewer.tui.lines import EMPTY, Line, Span
from reviewer.tui.widgets.pane import Pane

Draw = Callable[[int], Sequence[Line]]
"""Gives the lines for a width in cells."""


class Reading(Pane):
    """Lines under a title; drawn again for another width."""

    def __init__(self, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, stroke=stroke)
        self._title = ""
        self._draw: Draw = lambda width: ()
        self._lines: Sequence[Line] = ()

    def show(self, title: str, draw: Draw, *, keep_place: bool = False) -> None:
        """Show other lines, from the first one on unless the place is kept."""
        self._title, self._draw = title, draw
        self._lines = draw(self.size.width)
        self.top = min(self.top, max(0, len(self._lines) - self.room)) if keep_place else 0
        self.repaint()

    def bring_into_sight(self, wanted: Callable[[str], bool]) -> None:
        """Scroll so that the first line whose text is wanted is seen, with what follows."""
        index = next((place for place, line in enumerate(self._lines) if wanted(line.text)), None)
        if index is not None:
            self.keep_in_sight(index, min(index + self.room, len(self._lines)) - 1)
            self.repaint()

    def title(self) -> tuple[Sequence[Span], str]:
        """The title, and how much is out of sight."""
        return [Span(self._title, "title")], self.more_out_of_sight()

    def body_height(self) -> int:
        """The lines that were drawn."""
        return len(self._lines)

    def body_line(self, index: int) -> Line:
        """One of the lines."""
        return self._lines[index] if index < len(self._lines) else EMPTY

    def on_resize(self) -> None:
        """Another width: the lines are folded elsewhere."""
        self._lines = self._draw(self.size.width)
