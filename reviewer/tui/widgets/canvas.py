"""What every widget here is: lines of spans, painted cell by cell only where they changed."""

from collections.abc import Sequence
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from reviewer.tui.lines import EMPTY, ROLES, Line

_CURSOR, _CURSOR_BLURRED = "canvas--cursor", "canvas--cursor-blurred"


class Canvas(Widget):
    """Subclasses say with ``lines`` what stands here; ``repaint`` sends the difference to what was painted last."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {*(f"canvas--{role}" for role in ROLES), _CURSOR, _CURSOR_BLURRED}

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.active = False
        """Whether the keys that move things move this."""
        self._painted: list[Strip] = []
        self._looks: dict[tuple[str, bool], Style] = {}

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """What stands here, in that many cells and lines."""
        return ()

    def repaint(self) -> None:
        """Send the cells that differ from what is on the screen."""
        fresh = self._strips()
        before = self._painted if len(self._painted) == len(fresh) else [None] * len(fresh)
        ends = [_end_of_difference(old, new) for old, new in zip(before, fresh, strict=True)]
        self._painted = fresh
        regions = [Region(0, y, end, 1) for y, end in enumerate(ends) if end]
        if regions:
            self.refresh(*regions)

    def render_line(self, y: int) -> Strip:
        """The line at ``y``; Textual asks for it."""
        if not self._painted:
            self._painted = self._strips()
        return self._painted[y] if y < len(self._painted) else Strip.blank(self.size.width, self.look(""))

    def _strips(self) -> list[Strip]:
        width, height = self.size
        if not width or not height:
            return []
        lines = list(self.lines(width, height))[:height]
        return [self._strip(one, width) for one in (*lines, *[EMPTY] * (height - len(lines)))]

    def _strip(self, one: Line, width: int) -> Strip:
        """The line in exactly ``width`` cells. Blanks take the look of their neighbour: each look costs 40 bytes."""
        segments: list[Segment] = []
        look = self.look("", one.cursor)
        for span in one.spans:
            if not span.text:
                continue
            wanted = self.look(span.role, one.cursor)
            if segments and span.text.isspace() and _same_ground(look, wanted):
                wanted = look
            segments.append(Segment(span.text, wanted))
            look = wanted
        ground = self.look("", one.cursor)
        filled = Strip(segments).adjust_cell_length(width, look if _same_ground(look, ground) else ground)
        return filled.simplify()

    def look(self, role: str, cursor: bool = False) -> Style:
        """The style of a role, on the background of the cursor or of the widget."""
        known = self._looks.get((role, cursor))
        if known is None:
            known = self.get_component_rich_style(f"canvas--{role}") if role else self.rich_style
            if cursor:
                behind = self.get_component_rich_style(_CURSOR if self.active else _CURSOR_BLURRED)
                known += Style(bgcolor=behind.bgcolor, reverse=behind.reverse)
            self._looks[role, cursor] = known
        return known

    def notify_style_update(self) -> None:
        """Another theme: every line looks different."""
        super().notify_style_update()
        self._looks.clear()
        self._painted = []

    def on_resize(self) -> None:
        """Another size: every line may be different."""
        self._painted = []
        self.refresh()

    def activate(self, active: bool) -> None:
        """Give the keys to this widget, or take them from it. Textual's focus would paint all of it again."""
        if active != self.active:
            self.active = active
            self._looks.clear()
            self.repaint()


def _common_end(one: str, other: str) -> int:
    """How many last characters are the same, counting only those that always take one cell by themselves."""
    length = 0
    for before, after in zip(reversed(one), reversed(other), strict=False):
        if before != after or not (after < "\u0300" or "\u2500" <= after < "\u25a0"):
            break
        length += 1
    return length


def _same_ground(one: Style, other: Style) -> bool:
    """Whether a blank looks the same in both."""
    return one.bgcolor == other.bgcolor and not (one.reverse or other.reverse or one.underline or other.underline)


def _end_of_difference(old: Strip | None, new: Strip) -> int:
    """The cell behind the last one that differs; 0 where the lines are the same."""
    if old is None:
        return new.cell_length
    if old == new:
        return 0
    end = new.cell_length
    for before, after in zip(reversed(list(old)), reversed(list(new)), strict=False):
        if before != after:
            if before.style == after.style:
                end -= _common_end(before.text, after.text)
            break
        end -= after.cell_length
    return max(1, end)
