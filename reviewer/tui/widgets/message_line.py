"""The reserved line: what happened, what went wrong, or a question that is asked in place."""

from collections.abc import Sequence

from textual import events

from reviewer.tui.lines import Line, Span, cut, line
from reviewer.tui.messages import PromptChanged
from reviewer.tui.prompts import Prompt
from reviewer.tui.widgets.canvas import Canvas


class MessageLine(Canvas, can_focus=False):
    """One line; while a question stands in it, it takes all keys."""

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.prompt: Prompt | None = None
        self._sentence, self._role = "", "text"

    @property
    def sentence(self) -> str:
        """What stands here now, as harmless text."""
        return self.prompt.sentence() if self.prompt else self._sentence

    def say(self, sentence: str, role: str = "text") -> None:
        """Show a sentence of harmless text."""
        self._sentence, self._role = sentence, role
        self.repaint()

    def ask(self, prompt: Prompt) -> None:
        """Ask a question and take the keys until it is answered or left."""
        self.prompt, self._sentence = prompt, ""
        self.can_focus = True
        self.focus()
        self.repaint()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The question, or the sentence."""
        if self.prompt:
            return [line(Span("? ", "key"), Span(cut(self.prompt.sentence(), width - 2), "strong"))]
        mark = {"bad": "! ", "good": "✓ "}.get(self._role, "  ")
        return [line(Span(mark, self._role), Span(cut(self._sentence, width - 2), self._role))]

    def _on_key(self, event: events.Key) -> None:  # type: ignore[override]
        """All keys are answers; Escape leaves the question."""
        if self.prompt is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape" or self.prompt.press(event.key, event.character):
            self._end()
        else:
            self.repaint()
            self.post_message(PromptChanged())

    def _end(self) -> None:
        self.prompt = None
        self.can_focus = False
        self.repaint()
        self.post_message(PromptChanged())
