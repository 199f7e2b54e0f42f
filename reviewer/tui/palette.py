"""The palette: every command of the registry with its key, and why it is not possible now."""

from collections.abc import Awaitable, Callable, Iterator
from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider

from reviewer.tui.commands import COMMANDS, Command
from reviewer.tui.screens.asking import Asking


class Commands(Provider):
    """The commands of the screen that has the keys."""

    async def search(self, query: str) -> Hits:
        """Commands whose name or tooltip matches."""
        matcher = self.matcher(query)
        for command in self._runnable():
            score = matcher.match(f"{command.name} {command.tooltip}")
            if score > 0:
                yield Hit(score, _label(command), self._run(command), text=command.name, help=self._help(command))

    async def discover(self) -> Hits:
        """All of them."""
        for command in self._runnable():
            yield DiscoveryHit(_label(command), self._run(command), text=command.name, help=self._help(command))

    def _runnable(self) -> Iterator[Command]:
        commands = self.screen.commands if isinstance(self.screen, Asking) else COMMANDS
        return (command for command in commands if "{" not in command.action and command.id != "palette")

    def _run(self, command: Command) -> Callable[[], Awaitable[None]]:
        return partial(self.screen.run_action, command.action)

    def _help(self, command: Command) -> str:
        reason = self.screen.why_not(command.id) if isinstance(self.screen, Asking) else ""
        return "not now" if reason else command.tooltip


def _label(command: Command) -> str:
    return f"{command.name} ({command.shown})"
