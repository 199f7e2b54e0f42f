"""Questions about operations: whether to send now, and what was found in one that did not end as it was approved."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from reviewer.tui.lines import EMPTY, Line, joined, paragraph, shown
from reviewer.tui.prompts import LEAVES, NotePrompt, Prompt, Refusal

if TYPE_CHECKING:
    from reviewer.review.operations import OperationDetail
    from reviewer.store.line_stops import LineStop


class SeenPrompt(NotePrompt):
    """What was found in an operation that did not end as it was approved?"""

    about_candidate = False
    keys = (("Enter", "says that you have seen it"), ("Backspace", "rubs out"), *LEAVES)

    def __init__(self, found: "OperationDetail", answered: Callable[[str], Refusal]) -> None:
        super().__init__("", answered)
        self.title = f"Operation {found.row.operation}"
        self._found = found

    def sentence(self) -> str:
        takes = "lets the line go on" if self._found.stop is not None else "takes it from what is to look at"
        return f"what did you find? {super().sentence().replace('keeps it', takes)}"

    def lines(self, width: int) -> Sequence[Line]:
        from reviewer.tui.drawing.operations import detail_lines

        return detail_lines(self._found, width)


class AcknowledgePrompt(NotePrompt):
    """What was found? One surprise is asked about at a time: only what was seen is acknowledged."""

    title = "The line is stopped"
    about_candidate = False
    keys = (("Enter", "lets the line go on"), ("Backspace", "rubs out"), *LEAVES)

    def __init__(self, stops: "Sequence[LineStop]", answered: "Callable[[LineStop, str], Refusal]") -> None:
        self._stop, self._others = stops[0], len(stops) - 1
        super().__init__("", lambda note: answered(self._stop, note))

    def sentence(self) -> str:
        takes = f"acknowledges it, {self._others} more to go" if self._others else "lets the line go on"
        return f"what did you find? {super().sentence().replace('keeps it', takes)}"

    def lines(self, width: int) -> Sequence[Line]:
        lines = paragraph("the service did not do what was promised; nothing is sent until a steward says why", width)
        more = paragraph(f"{self._others} more stop it: each is asked about", width, mark=" ") if self._others else []
        return [*paragraph(shown(self._stop.reason), width, "bad", mark=" ! "), *lines, *more]


class SendPrompt(Prompt):
    """Send now? A key that is used nowhere else says yes."""

    title = "Send now"
    about_candidate = False
    YES = "Y"
    keys = ((YES, "sends"), *LEAVES)

    def __init__(
        self,
        what: str,
        staged: Sequence[str],
        calls: int,
        production: str,
        outside: str,
        answered: Callable[[], None],
    ) -> None:
        """``what`` counts what is sent, ``staged`` names operations, ``outside`` the window that is passed over.

        All are harmless text.
        """
        self._what, self._staged, self._calls, self._answered = what, staged, calls, answered
        self._where = f" in {production}" if production else ""
        self._outside = outside
        self._wrong = ""

    def sentence(self) -> str:
        if self._wrong:
            return self._wrong
        outside = " OUTSIDE OF THE WINDOW" if self._outside else ""
        at_most = "at most " if len(self._staged) > 1 else ""
        return joined(
            (
                f"send {self._what}{self._where} now{outside} ({at_most}{self._calls:,} calls)? it cannot be undone",
                f"{self.YES} sends",
                "Esc leaves",
            )
        )

    def lines(self, width: int) -> Sequence[Line]:
        return [
            *paragraph("what is sent cannot be undone: the service has no unmerge", width, "bad", mark=" ! "),
            *(paragraph(f"now is {self._outside}", width, "bad", mark=" ! ") if self._outside else ()),
            EMPTY,
            *(one for said in self._staged for one in paragraph(said, width, mark=" · ", mark_role="dim")),
        ]

    def press(self, key: str, character: str | None) -> bool:
        if character != self.YES:
            small = character == self.YES.lower()
            self._wrong = f"press {self.YES} (capital) to send; it cannot be undone · Esc leaves" if small else ""
            return False
        self._answered()
        return True
