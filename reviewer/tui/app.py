"""The application around the workbench: themes, signals, and an exit code."""

import asyncio
import signal
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import ClassVar

from textual.app import App, SuspendNotSupported, SystemCommand
from textual.command import Provider
from textual.screen import Screen

from reviewer.exit_codes import ExitCode
from reviewer.review.desk import Desk
from reviewer.tui.screens.asking import Asking
from reviewer.tui.screens.workbench import Workbench
from reviewer.tui.surroundings import Surroundings
from reviewer.tui.themes import DARK, THEMES

_SIGNALS = {
    signal.SIGHUP: ExitCode.HANGUP,
    signal.SIGINT: ExitCode.INTERRUPTED,
    signal.SIGTERM: ExitCode.TERMINATED,
}
"""Ctrl-C is a key here, so SIGINT comes from outside too."""


def _commands() -> type[Provider]:
    from reviewer.tui.palette import Commands

    return Commands


class WorkbenchApp(App[None]):
    """One screen on one database."""

    TITLE = "reviewer"
    CSS_PATH = "styles/workbench.tcss"
    COMMANDS: ClassVar[set[type[Provider] | Callable[[], type[Provider]]]] = {*App.COMMANDS, _commands}
    ENABLE_COMMAND_PALETTE = True

    def __init__(self, desk: Desk, surroundings: Surroundings) -> None:
        super().__init__()
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = surroundings.theme if surroundings.theme in self.available_themes else DARK.name
        self.workbench = Workbench(_stepping_aside(desk, self), surroundings)

    def get_default_screen(self) -> Workbench:
        """The workbench is the first screen, so that the first paint is its own."""
        return self.workbench

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Themes only: the rest is in our registry, and a picture of the screen would be customers' data in a file."""
        yield SystemCommand("Theme", "Choose another theme", self.action_change_theme)

    def action_command_palette(self) -> None:
        """Open the palette, unless a question is asked: its keys come first, and nothing else is done meanwhile."""
        screen = self.screen
        if not isinstance(screen, Asking) or screen.message.prompt is None:
            super().action_command_palette()

    def on_mount(self) -> None:
        """A dropped line or a stop from outside closes the terminal properly; nothing that was decided is lost."""
        for number, code in _SIGNALS.items():
            with suppress(RuntimeError, ValueError, NotImplementedError):  # not in the main thread: a test's loop
                asyncio.get_running_loop().add_signal_handler(number, self._leave, code)

    def on_unmount(self) -> None:
        """Leave the signals as they were."""
        for number in _SIGNALS:
            with suppress(RuntimeError, ValueError, NotImplementedError):
                asyncio.get_running_loop().remove_signal_handler(number)

    def _leave(self, code: ExitCode) -> None:
        self.exit(return_code=code)


def _stepping_aside(desk: Desk, app: App[None]) -> Desk:
    """The desk, with a key whose passphrase is asked for on the bare terminal while the workbench steps aside."""
    if desk.signer is None:
        return desk
    from reviewer.ssh_signature import CannotSign, SshSigner

    @contextmanager
    def terminal() -> Iterator[None]:
        try:
            with app.suspend():
                yield
        except SuspendNotSupported as error:
            raise CannotSign(
                "the key asks for a passphrase, and this terminal cannot be given to ssh-add: run ssh-add before the "
                "workbench"
            ) from error

    return replace(desk, signer=replace(desk.signer, terminal=terminal)) if isinstance(desk.signer, SshSigner) else desk


def run(desk: Desk, surroundings: Surroundings) -> int:
    """Open the workbench in this terminal and return its exit code.

    129, 130 and 143 after SIGHUP, SIGINT and SIGTERM, with the terminal as it was. Raises ``ReviewerError`` where
    the queue cannot be read at all.
    """
    app = WorkbenchApp(desk, surroundings)
    app.run(mouse=surroundings.mouse)
    return int(app.return_code or 0)
