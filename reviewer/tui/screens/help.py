"""All keys on one page, closed by any of the keys that one would try."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import Screen

from reviewer.tui.drawing.help import help_lines
from reviewer.tui.widgets.reading import Reading


class HelpScreen(Screen[None]):
    """The help for the pane that had the keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,question_mark,f1", "close", "back"),
        Binding("down,j", "lines(1)", "down"),
        Binding("up,k", "lines(-1)", "up"),
        Binding("pagedown,space", "page(1)", "page down"),
        Binding("pageup", "page(-1)", "page up"),
        Binding("home,g", "lines(-9999)", "start"),
        Binding("end,G,upper_g", "lines(9999)", "end"),
    ]

    def __init__(self, pane: str, why_not: Callable[[str], str], stroke: str) -> None:
        super().__init__()
        self.set_class(stroke == "═", "-production")
        self._pane, self._why_not = pane, why_not
        self._text = Reading(id="help", stroke=stroke)

    def compose(self) -> ComposeResult:
        """One pane."""
        yield self._text

    def on_mount(self) -> None:
        """Fill the pane."""
        self._text.show("Keys · Esc goes back", lambda width: help_lines(width, self._pane, self._why_not))

    def action_close(self) -> None:
        self.dismiss()

    def action_lines(self, by: int) -> None:
        self._text.scroll_lines(by)

    def action_page(self, by: int) -> None:
        self._text.scroll_lines(by * self._text.room)
