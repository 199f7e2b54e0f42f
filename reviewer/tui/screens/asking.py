"""A screen on which questions are asked in place: while one is asked, every key is an answer to it."""

from collections.abc import Sequence

from textual import events, on
from textual.screen import Screen

from reviewer.tui.commands import COMMANDS, Command
from reviewer.tui.lines import shown
from reviewer.tui.messages import CommandChosen, PromptChanged
from reviewer.tui.prompts import KeyWords, Prompt
from reviewer.tui.widgets.message_line import MessageLine
from reviewer.tui.widgets.too_small import LEAST_HEIGHT, LEAST_WIDTH


class Asking(Screen[None]):
    """Has a message line in which questions stand; ``show_choices`` paints what belongs to them."""

    message: MessageLine
    commands: Sequence[Command] = COMMANDS
    """The acts of this screen, for its hints and the palette."""

    @property
    def too_small(self) -> bool:
        """Whether the terminal is too small to see what one decides on."""
        return self.size.width < LEAST_WIDTH or self.size.height < LEAST_HEIGHT

    def on_resize(self, event: events.Resize) -> None:
        """A message in place of a broken screen."""
        self.set_class(event.size.width < LEAST_WIDTH or event.size.height < LEAST_HEIGHT, "-too-small")

    def on_key(self, event: events.Key) -> None:
        """While a question is asked, every key is an answer to it; else what was said goes as the key acts."""
        if self.message.prompt is None:
            self.message.clear()
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape" or not self.too_small:
            self.message.press(event.key, event.character)

    def ask(self, prompt: Prompt) -> None:
        """Ask a question in place, with its choices in a pane and its keys as the key hints."""
        self.message.ask(prompt)
        self.show_choices()

    def prompt_keys(self) -> KeyWords:
        """The keys of the question that is asked."""
        return self.message.prompt.keys if self.message.prompt else ()

    @on(PromptChanged)
    def show_choices(self) -> None:
        """The question was asked otherwise, answered or left."""

    @on(CommandChosen)
    async def run_chosen(self, message: CommandChosen) -> None:
        """A click on a key hint does what the key does."""
        self.message.leave()
        self.message.clear()
        await self.run_action(message.action)

    def say_error(self, error: Exception) -> None:
        """Show an error's sentence in the reserved line."""
        self.message.say(shown(error), "bad")

    def why_not(self, command: str) -> str:
        """Why a command is not possible now, as one sentence; nothing where it is."""
        return ""

    def possible(self, command: str) -> bool:
        """Whether a command is possible now; if not, its reason is said."""
        reason = "enlarge the terminal to see what you decide on" if self.too_small else self.why_not(command)
        if reason:
            self.message.say(shown(reason), "bad")
        return not reason
