"""The reserved line: what happened, what went wrong, or a question that is asked in place."""

from collections.abc import Callable, Sequence

from reviewer.tui.lines import Line, Span, cut, line
from reviewer.tui.messages import PromptChanged
from reviewer.tui.prompts import Prompt
from reviewer.tui.widgets.canvas import Canvas


def _always() -> bool:
    return True


class MessageLine(Canvas):
    """One line; while a question stands in it, it takes all keys. ``resting`` says what stands here otherwise."""

    def __init__(self, resting: Callable[[], str], *, id: str) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.prompt: Prompt | None = None
        self._resting = resting
        self._sentence, self._role = "", "text"
        self._holds: Callable[[], bool] = _always

    @property
    def sentence(self) -> str:
        """What stands here now, as harmless text."""
        return self.prompt.sentence() if self.prompt else self._sentence or self._resting()

    def say(self, sentence: str, role: str = "text", *, holds: Callable[[], bool] = _always) -> None:
        """Show a sentence of harmless text until the next act, or until it does not hold any more."""
        self._sentence, self._role, self._holds = sentence, role, holds
        self.repaint()

    def clear(self) -> None:
        """Take away what was said: something else is being done now."""
        self.say("")

    def look_again(self) -> None:
        """Take away what does not hold any more; what stands here otherwise may be another by now."""
        if not self._holds():
            self.clear()
        else:
            self.repaint()

    def ask(self, prompt: Prompt) -> None:
        """Ask a question and take the keys until it is answered or left."""
        self.prompt = prompt
        self.clear()

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The question, or the sentence."""
        if self.prompt:
            return [line(Span("? ", "key"), Span(cut(self.prompt.sentence(), width - 2), "strong"))]
        role = self._role if self._sentence else "dim"
        mark = {"bad": "! ", "good": "✓ "}.get(role, "  ")
        return [line(Span(mark, role), Span(cut(self.sentence, width - 2), role))]

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
