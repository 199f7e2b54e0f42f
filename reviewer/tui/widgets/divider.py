"""The upright between two panes; it is painted once."""

from collections.abc import Sequence

from reviewer.tui.lines import Line, Span, line
from reviewer.tui.widgets.canvas import Canvas


class Divider(Canvas):
    """Single in a test organisation, double in production, so that colour is not the only sign."""

    def __init__(self, production: bool) -> None:
        super().__init__()
        self.add_class("divider")
        self._joint, self._upright = ("╦", "║") if production else ("┬", "│")

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """A joint with the rules of the panes, and the upright."""
        return [line(Span(self._joint if y == 0 else self._upright, "frame")) for y in range(height)]
