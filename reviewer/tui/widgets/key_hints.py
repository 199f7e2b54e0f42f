"""The line of key hints, made from the registry of commands; what is not possible now stands in brackets.

While a question is asked, they are the question's own keys: no other does anything then.
"""

from collections.abc import Callable, Sequence

from textual import events

from reviewer.tui.commands import COMMANDS, SELDOM, Command, hints
from reviewer.tui.lines import Line, Span, line
from reviewer.tui.messages import CommandChosen
from reviewer.tui.prompts import KeyWords
from reviewer.tui.widgets.canvas import Canvas

WhyNot = Callable[[str], str]
"""Id of a command → why it is not possible now, or nothing."""


class KeyHints(Canvas):
    """One line of keys; a click on one does what the key does."""

    def __init__(
        self,
        why_not: WhyNot,
        asked: Callable[[], KeyWords],
        *,
        id: str,  # noqa: A002 - Textual's own name
        commands: Sequence[Command] = COMMANDS,
    ) -> None:
        super().__init__(id=id)
        self._commands = commands
        self._why_not, self._asked = why_not, asked
        self._places: list[tuple[int, int, Command]] = []

    def lines(self, width: int, height: int) -> Sequence[Line]:
        """The hints that fit, most used first; help and quit always."""
        self._places = []
        if asked := self._asked():
            return [_asked_line(asked, width)]
        chosen = [one for one in hints(self._commands) if one.id not in SELDOM or not self._why_not(one.id)]
        while len(chosen) > 2 and sum(len(_words(command)) + 3 for command in chosen) > width:
            chosen.pop(-3)
        spans: list[Span] = []
        place = 0
        for command in chosen:
            possible = not self._why_not(command.id)
            opened, closed = (" ", " ") if possible else ("(", ")")
            spans += [
                Span(opened, "dim"),
                Span(command.shown, "key" if possible else "dim"),
                Span(f" {command.name}{closed} ", "text" if possible else "dim"),
            ]
            size = len(_words(command)) + 3
            self._places.append((place, place + size, command))
            place += size
        return [line(*spans)]

    def on_click(self, event: events.Click) -> None:
        """Do what the key does."""
        for start, end, command in self._places:
            if start <= event.x < end and "{" not in command.action:
                self.post_message(CommandChosen(command.action))


def _words(command: Command) -> str:
    return f"{command.shown} {command.name}"


def _asked_line(asked: KeyWords, width: int) -> Line:
    """The keys of a question that fit; the last one, which leaves it, always."""
    chosen = list(asked)
    while len(chosen) > 2 and sum(len(key) + len(word) + 4 for key, word in chosen) > width:
        chosen.pop(-2)
    return line(*(span for key, word in chosen for span in (Span(f" {key}", "key"), Span(f" {word}  "))))
