"""What is shown in place of a broken screen."""

from collections.abc import Sequence

from reviewer.tui.lines import EMPTY, Line, Span, fold, line
from reviewer.tui.widgets.canvas import Canvas

LEAST_WIDTH, LEAST_HEIGHT = 60, 20


class TooSmall(Canvas):
    """Says how large the terminal has to be; keys that decide do nothing meanwhile."""

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The message in the middle."""
        wanted = f"Please enlarge it to {LEAST_WIDTH}×{LEAST_HEIGHT}; nothing is lost. q quits."
        said = f"The terminal is {width}×{height}. {wanted}"
        folded = fold(said, max(8, width - 2))
        return [*[EMPTY] * max(0, (height - len(folded)) // 2), *(line(" ", Span(text, "strong")) for text in folded)]
