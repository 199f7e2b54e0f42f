"""A pane of lines that paints only the cells that changed, and scrolls by itself without a scroll bar."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from reviewer.tui.lines import EMPTY, ROLES, Line, Span, rule

_CURSOR, _CURSOR_BLURRED = "pane--cursor", "pane--cursor-blurred"


class Pane(Widget, can_focus=True):
    """Lines below a fixed head and above a fixed foot.

    Subclasses say what stands there; ``repaint`` compares it with what was painted last and sends the difference.
    """

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"pane--{role}" for role in ROLES), _CURSOR, _CURSOR_BLURRED}
    WHEEL = 3
    """Lines that one step of the mouse wheel moves."""

    def __init__(self, *, id: str, stroke: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.stroke = stroke
        self.top = 0
        self._painted: dict[int, Strip] = {}
        self._looks: dict[tuple[str, bool], Style] = {}

    # What stands in the pane: subclasses override these.

    def title(self) -> tuple[Sequence[Span], str]:
        """Spans at the left of the head's rule and text at its right."""
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

    # Scrolling

    @property
    def room(self) -> int:
        """Lines of the body that are in sight."""
        return max(1, self.size.height - 1 - len(self.head()) - len(self.foot()))

    def scroll_by(self, lines: int) -> None:
        """Move the body, as far as it goes."""
        self.top = max(0, min(self.top + lines, self.body_height() - self.room))
        self.repaint()

    def keep_in_sight(self, first: int, last: int) -> None:
        """Scroll so that these body lines are seen; half a page at once, so that most steps paint two lines."""
        if first < self.top:
            self.top = first if first < self.room // 2 else max(0, first - self.room // 2)
        elif last >= self.top + self.room:
            self.top = min(first, last - self.room + 1 + self.room // 2)
        self.top = max(0, min(self.top, self.body_height() - self.room))

    def more_below(self) -> str:
        """Says how much of the body is out of sight."""
        below = self.body_height() - self.top - self.room
        above = f"▴{self.top}" if self.top else ""
        return " ".join(part for part in (above, f"▾{below}" if below > 0 else "") if part)

    # Painting

    def repaint(self) -> None:
        """Send the lines that differ from what is on the screen."""
        fresh = self._compose_lines()
        regions = []
        for y, strip in enumerate(fresh):
            end = _end_of_difference(self._painted.get(y), strip)
            if end:
                regions.append(Region(0, y, end, 1))
        self._painted = dict(enumerate(fresh))
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """The line at ``y`` of the pane; Textual asks for it."""
        if y not in self._painted:
            self._painted = dict(enumerate(self._compose_lines()))
        return self._painted.get(y) or Strip.blank(self.size.width, self.look(""))

    def _compose_lines(self) -> list[Strip]:
        width, height = self.size
        if not width or not height:
            return []
        head, foot = [self._rule(width), *self.head()], list(self.foot())
        room = height - len(head) - len(foot)
        body = [
            self.body_line(index) if index < self.body_height() else EMPTY for index in range(self.top, self.top + room)
        ]
        return [self._strip(one, width) for one in (*head, *body, *foot)][:height]

    def _rule(self, width: int) -> Line:
        left, right = self.title()
        if self.has_focus:
            left = [Span("▸ ", "title-focused"), *(Span(span.text, "title-focused") for span in left)]
        return rule(width, left, right, self.stroke)

    def _strip(self, one: Line, width: int) -> Strip:
        segments = [Segment(span.text, self.look(span.role, one.cursor)) for span in one.spans if span.text]
        strip = Strip(segments).simplify()
        return strip.adjust_cell_length(width, self.look("", one.cursor))

    def look(self, role: str, cursor: bool = False) -> Style:
        """The style of a role, on the cursor's background or the pane's."""
        known = self._looks.get((role, cursor))
        if known is None:
            known = self.get_component_rich_style(f"pane--{role}") if role else self.rich_style
            if cursor:
                behind = self.get_component_rich_style(_CURSOR if self.has_focus else _CURSOR_BLURRED)
                known += Style(bgcolor=behind.bgcolor, reverse=behind.reverse)
            self._looks[role, cursor] = known
        return known

    # What Textual tells a pane

    def notify_style_update(self) -> None:
        """Another theme: every line looks different."""
        super().notify_style_update()
        self._looks.clear()
        self._painted.clear()

    def on_resize(self) -> None:
        """Another size: every line may be different."""
        self.top = max(0, min(self.top, self.body_height() - self.room))
        self._painted.clear()
        self.refresh()

    def on_focus(self) -> None:
        """The title says which pane has the keys."""
        self._looks.clear()
        self.repaint()

    def on_blur(self) -> None:
        """The title says which pane has the keys."""
        self._looks.clear()
        self.repaint()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """The wheel moves the lines, not the cursor."""
        event.stop()
        self.scroll_by(self.WHEEL)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """The wheel moves the lines, not the cursor."""
        event.stop()
        self.scroll_by(-self.WHEEL)

    def body_index(self, y: int) -> int | None:
        """The body line at ``y`` of the pane, or None outside the body."""
        index = y - 1 - len(self.head()) + self.top
        in_body = 1 + len(self.head()) <= y < self.size.height - len(self.foot())
        return index if in_body and index < self.body_height() else None


def _end_of_difference(old: Strip | None, new: Strip) -> int:
    """The cell behind the last one that differs; 0 where the lines are the same."""
    if old is None:
        return new.cell_length
    if old == new:
        return 0
    end = new.cell_length
    for before, after in zip(reversed(list(old)), reversed(list(new)), strict=False):
        if before != after:
            break
        end -= after.cell_length
    return max(1, end)
