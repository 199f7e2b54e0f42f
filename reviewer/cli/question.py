"""Asking on the terminal: an option answers beforehand, Enter takes the default, a wrong answer is asked again."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import click

from reviewer.domain.errors import SettingsError
from reviewer.text import visible

Answer = TypeVar("Answer")
NOTHING = "-"
"""What is typed to leave an optional answer out."""


def say(sentence: str) -> None:
    """Narration; standard output is for data."""
    click.echo(sentence, err=True)


@dataclass(frozen=True)
class Questions:
    """``ask`` is whether there is somebody to answer; if not, options and defaults must be enough."""

    ask: bool

    def text(
        self,
        label: str,
        option: str,
        given: str | None,
        default: object = None,
        *,
        optional: bool = False,
        check: Callable[[str], Any] = str,
    ) -> Any:
        """What ``check`` makes of the answer; None if an optional one is left out.

        Raises ``SettingsError`` if the option's value is wrong, or nobody can be asked for what is needed.
        """

        def checked(answer: str) -> Any:
            return None if optional and answer.strip() in ("", NOTHING) else check(answer.strip())

        if given is not None:
            return checked(given)
        if not self.ask:
            if default is None and not optional:
                raise SettingsError(f"{option} is needed where nobody can be asked")
            return None if default is None else checked(str(default))
        if optional:
            label = f"{label}, {NOTHING} for none"
            default = NOTHING if default is None else default
        shown = "" if default is None else visible(default)  # an empty answer is checked, and told what is wrong

        def ask() -> Any:
            return click.prompt(label, default=shown, show_default=bool(shown), value_proc=_again(checked), err=True)

        return self._answered(option, ask)

    def choice(self, label: str, option: str, given: str | None, default: str, choices: tuple[str, ...]) -> str:
        """One of several words."""
        if given is not None or not self.ask:
            return given or default
        kind = click.Choice(choices)
        return str(self._answered(option, lambda: click.prompt(label, default=default, type=kind, err=True)))

    def yes(self, label: str, option: str, given: bool | None, default: bool) -> bool:
        """Yes or no."""
        if given is not None or not self.ask:
            return default if given is None else given
        return self._answered(option, lambda: click.confirm(label, default=default, err=True))

    def hidden(self, label: str, option: str, *, needed: bool) -> str | None:
        """An answer that is not shown while it is typed; None if it may be left out, and is."""
        if not self.ask:
            return None
        default = None if needed else ""
        answer = self._answered(
            option,
            lambda: click.prompt(label, default=default, hide_input=True, show_default=False, err=True),
        )
        return str(answer).strip() or None

    def _answered(self, option: str, ask: Callable[[], Answer]) -> Answer:
        try:
            return ask()
        except click.Abort as error:
            if sys.stdin.isatty():
                raise
            raise SettingsError(f"the input ended before {option} was answered; give it as an option") from error


def _again(check: Callable[[str], Any]) -> Callable[[str], Any]:
    """The check as a prompt takes it: what is wrong is said, and asked again."""

    def checked(answer: str) -> Any:
        try:
            return check(answer)
        except SettingsError as error:
            raise click.UsageError(str(error)) from error

    return checked
