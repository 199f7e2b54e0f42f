"""The line at the top: where one is, how much is left, whether something is wrong."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.review.steward import Steward
from reviewer.tui.drawing.status import status_line
from reviewer.tui.lines import Line
from reviewer.tui.surroundings import Surroundings
from reviewer.tui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from reviewer.review.progress import Progress


class StatusLine(Canvas):
    """One line; painted again only where its numbers changed."""

    def __init__(self, surroundings: Surroundings, steward: Steward, *, id: str) -> None:  # noqa: A002
        super().__init__(id=id)
        self._surroundings, self._steward = surroundings, steward
        self._progress: Progress | None = None

    def show(self, progress: "Progress") -> None:
        """Show other numbers."""
        self._progress = progress
        self.repaint()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The status line."""
        return [status_line(self._surroundings, self._steward, self._progress, width)]
