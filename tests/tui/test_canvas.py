"""What is painted again: the cells that differ, and never fewer."""

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from reviewer.tui.widgets.canvas import _end_of_difference

RED, PLAIN = Style(color="red"), Style()


def strip(*parts: tuple[str, Style]) -> Strip:
    return Strip([Segment(text, style) for text, style in parts])


@pytest.mark.parametrize(
    ("old", "new", "end"),
    [
        (None, strip(("abc", PLAIN)), 3),
        (strip(("abc", PLAIN)), strip(("abc", PLAIN)), 0),
        (strip(("abc   ", PLAIN)), strip(("xbc   ", PLAIN)), 1),
        (strip(("abc", PLAIN), ("end", RED)), strip(("axc", PLAIN), ("end", RED)), 2),
        (strip(("abc", PLAIN)), strip(("abc", RED)), 3),
        (strip(("a─┬─", PLAIN)), strip(("b─┬─", PLAIN)), 1),
        (strip(("漢字 x", PLAIN)), strip(("文字 x", PLAIN)), 4),
        (strip(("e\u0301x", PLAIN)), strip(("a\u0301x", PLAIN)), 1),
        (strip(("👩\u200d👧x", PLAIN)), strip(("👨\u200d👧x", PLAIN)), 2),
        (strip(("abc", PLAIN)), strip(("abd", PLAIN), ("", RED)), 3),
    ],
)
def test_a_line_is_sent_up_to_the_last_cell_that_differs(old: Strip | None, new: Strip, end: int) -> None:
    assert _end_of_difference(old, new) == end
