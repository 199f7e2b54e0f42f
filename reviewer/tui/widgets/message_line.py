"""The reserved line: what happened, what went wrong, or a question that is asked in place."""

from collections.abc import Sequence

from reviewer.tui.lines import Line, Span, cut, line
from reviewer.tui.messages import PromptChanged
from reviewer.tui.prompts import Prompt
from reviewer.tui.widgets.canvas import Canvas


class MessageLine(Canvas):
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
        self.prompt, self._sentence, self._role = prompt, "", "text"
        self.repaint()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The question, or the sentence."""
        if self.prompt:
            return [line(Span("? ", "key"), Span(cut(self.prompt.sentence(), width - 2), "strong"))]
        mark = {"bad": "! ", "good": "✓ "}.get(self._role, "  ")
        return [line(Span(mark, self._role), Span(cut(self._sentence, width - 2), self._role))]

    def leave(self) -> None:
        """Drop a question that nobody answered: what it was asked of is not shown any more."""
        if self.prompt is not None:
            self.prompt = None
            self.repaint()
            self.post_message(PromptChanged())

    def press(self, key: str, character: str | None) -> None:
        """Take a key as an answer; Escape leaves the question."""
        if self.prompt is None:
            return
        if key == "escape" or self.prompt.press(key, character):
            self.prompt = None
        self.repaint()
        self.post_message(PromptChanged())
