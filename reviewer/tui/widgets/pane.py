"""A pane: a rule with a title, a head and a foot that stay, and a body that scrolls without a scroll bar."""

from collections.abc import Sequence

from textual import events

from reviewer.tui.lines import EMPTY, Line, Span, rule
from reviewer.tui.messages import PaneChosen
from reviewer.tui.widgets.canvas import Canvas


class Pane(Canvas):
    """Subclasses say what stands in the head, the body and the foot; ``stroke`` draws the rule."""

    WHEEL = 3
    """Lines that one step of the mouse wheel moves."""

    def __init__(self, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.stroke = stroke
        self.top = 0

    def title(self) -> tuple[Sequence[Span], str]:
        """Spans at the left of the rule and text at its right."""
        return (), ""

    def head(self) -> Sequence[Line]:
        """Lines between the rule and the body that do not scroll."""
        return ()

    def foot(self) -> Sequence[Line]:
        """Lines at the bottom that do not scroll."""
        return ()

    def body_height(self) -> int:
        """How many lines the body has."""
        return 0

    def body_line(self, index: int) -> Line:
        """One line of the body."""
        return EMPTY

    @property
    def room(self) -> int:
        """Lines of the body that are in sight."""
        return max(1, self.size.height - 1 - len(self.head()) - len(self.foot()))

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The rule, the head, the part of the body that is in sight, and the foot."""
        head, foot = [self._rule(width), *self.head()], list(self.foot())
        shown = range(self.top, self.top + max(0, height - len(head) - len(foot)))
        body = [self.body_line(index) if index < self.body_height() else EMPTY for index in shown]
        return [*head, *body, *foot]

    def _rule(self, width: int) -> Line:
        left, right = self.title()
        if self.active:
            left = [Span("▸ ", "title-focused"), *(Span(span.text, "title-focused") for span in left)]
        return rule(width, left, right, self.stroke)

    def scroll_lines(self, by: int) -> None:
        """Move the body, as far as it goes."""
        self.top = max(0, min(self.top + by, self.body_height() - self.room))
        self.repaint()

    def keep_in_sight(self, first: int, last: int) -> None:
        """Scroll so that these body lines are seen; half a page at once, so that most steps paint two lines."""
        if first < self.top:
            self.top = first - self.room // 2
        elif last >= self.top + self.room:
            self.top = min(first, last - self.room + 1 + self.room // 2)
        self.top = max(0, min(self.top, self.body_height() - self.room))

    def more_out_of_sight(self) -> str:
        """Says how many lines of the body are above and below."""
        below = self.body_height() - self.top - self.room
        return " ".join(part for part in (f"▴{self.top}" if self.top else "", f"▾{below}" if below > 0 else "") if part)

    def body_index(self, y: int) -> int | None:
        """The body line at ``y`` of the pane, or None outside the body."""
        index = y - 1 - len(self.head()) + self.top
        in_body = 1 + len(self.head()) <= y < self.size.height - len(self.foot())
        return index if in_body and index < self.body_height() else None

    def on_resize(self) -> None:
        """Another size: what was scrolled away may be in sight now."""
        self.top = max(0, min(self.top, self.body_height() - self.room))

    def on_click(self, event: events.Click) -> None:
        """A click gives the keys to this pane."""
        self.post_message(PaneChosen(self.id or ""))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the lines, not the cursor."""
        event.stop()
        self.scroll_lines(self.WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the lines, not the cursor."""
        event.stop()
        self.scroll_lines(-self.WHEEL)
