"""What is staged in sum: calls, rate, window, and until when it is sent."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from reviewer.tui.drawing.operations import staging_lines
from reviewer.tui.lines import Line
from reviewer.tui.widgets.canvas import Canvas

if TYPE_CHECKING:
    from reviewer.review.stage import Staging


class StagingHead(Canvas):
    """Two lines that are painted where something in them changed."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self._summary: Staging | None = None

    def show(self, summary: "Staging") -> None:
        """Show another sum."""
        self._summary = summary
        self.repaint()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The sum, once it is known."""
        return staging_lines(self._summary, width) if self._summary else ()
