"""The staging area: every operation that is staged, under way or ended is a row, and acts are on the row."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType

from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import State
from reviewer.review import operations, stage, undo
from reviewer.review.operations import Listing, OperationDetail
from reviewer.store.database import clear_errors
from reviewer.tui.commands import OPERATION_COMMANDS, bindings
from reviewer.tui.drawing.operations import LISTS, NOTHING_CHOSEN, detail_lines
from reviewer.tui.lines import Line, count, joined, shown
from reviewer.tui.messages import ListingChosen, OperationChosen
from reviewer.tui.operation_list import OperationList
from reviewer.tui.operation_prompts import SeenPrompt
from reviewer.tui.prompts import Refusal
from reviewer.tui.screens.asking import Asking
from reviewer.tui.screens.send_question import send_question
from reviewer.tui.widgets.key_hints import KeyHints
from reviewer.tui.widgets.message_line import MessageLine
from reviewer.tui.widgets.operations_pane import OperationsPane
from reviewer.tui.widgets.reading import Reading
from reviewer.tui.widgets.staging_head import StagingHead
from reviewer.tui.widgets.status_line import StatusLine
from reviewer.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from reviewer.tui.screens.sending import Sending

POLL_SECONDS = 1.0
"""How often the database is asked whether it was changed; nothing is painted where it was not."""


class OperationsScreen(Asking):
    """Opened over the workbench, which it tells of candidates that came back."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings(OPERATION_COMMANDS))
    commands = OPERATION_COMMANDS
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]  # noqa: RUF012 - declared by Textual
    AUTO_FOCUS = ""
    ALLOW_SELECT = False

    def __init__(self, workbench: "Sending", came_back: Callable[[Sequence[int]], None]) -> None:
        super().__init__()
        self.workbench, self.desk, self._came_back = workbench, workbench.desk, came_back
        self.set_class(workbench.surroundings.production, "-production")
        stroke = workbench.queue.stroke
        self.status = StatusLine(workbench.surroundings, workbench.desk.steward, id="operations-status")
        self.head = StagingHead(id="staging-head")
        self.list = OperationsPane(OperationList(self.desk), id="operations-list", stroke=stroke)
        self.detail = Reading(id="operation", stroke=stroke)
        self.message = MessageLine(lambda: "", id="operations-message")
        self.hints = KeyHints(self.why_not, self.prompt_keys, id="operations-hints", commands=self.commands)
        self._found: OperationDetail | None = None
        self._returned: list[int] = []
        self._changes = 0

    def compose(self) -> ComposeResult:
        """From top to bottom: how things stand, the sum of what is staged, the list, one of it in full."""
        yield self.status
        yield self.head
        yield self.list
        yield self.detail
        yield self.message
        yield self.hints
        yield TooSmall(id="too-small")

    def on_mount(self) -> None:
        """Show what a steward has to look at first, else what is staged, under way or ended."""
        self.list.activate(True)
        self.set_interval(POLL_SECONDS, self.watch_changes)
        self._changes = self.desk.database.changes()
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        order = (Listing.TO_LOOK_AT, Listing.STAGED, Listing.UNDER_WAY)
        self.show_list(next((one for one in order if operations.total(self.desk, one)), Listing.ENDED))

    # What is shown

    def show_list(self, listing: Listing) -> None:
        """Show a list from its first row on."""
        self._guarded(lambda: self.list.show(listing))
        self.reload()

    def watch_changes(self) -> None:
        """Read again where another process has changed the database."""
        try:
            with clear_errors(self.desk.database.path):
                now = self.desk.database.changes()
        except ReviewerError as error:
            self.say_error(error)
            return
        if now != self._changes:
            self._changes = now
            self.reload()

    def reload(self) -> None:
        """Read the sums, the list and the operation again, and paint what differs."""
        self._guarded(self._read)

    def _read(self) -> None:
        self.workbench.look_at_progress()
        if self.workbench.progress is not None:
            self.status.show(self.workbench.progress)
        self.head.show(stage.staging(self.desk))
        self.list.counts = {listing: operations.total(self.desk, listing) for listing in LISTS}
        self.list.reload()
        self._show_detail()

    def _guarded(self, act: Callable[[], None]) -> bool:
        """Do something with the database; what goes wrong is said. Whether it was done."""
        try:
            with clear_errors(self.desk.database.path):
                act()
        except ReviewerError as error:
            self.say_error(error)
            return False
        return True

    def _show_detail(self) -> None:
        row = self.list.row
        self._found = operations.detail(self.desk, row.operation) if row else None
        self.show_choices()

    def show_choices(self) -> None:
        """The question that is asked with its choices, or the operation under the cursor."""
        found, prompt = self._found, self.message.prompt
        if prompt is not None:
            self.detail.show(prompt.title, prompt.lines)
        else:
            title = f"Operation {found.row.operation}" if found else "Operation"
            self.detail.show(title, lambda width: _lines(found, width), keep_place=False)
        self.hints.repaint()

    # Moving

    def go(self, index: int) -> None:
        """Put the cursor on a row."""
        self._guarded(lambda: self.list.go(index))
        self._guarded(self._show_detail)

    @on(OperationChosen)
    def show_chosen(self) -> None:
        """A click went to another row."""
        self.message.clear()
        self._guarded(self._show_detail)

    @on(ListingChosen)
    def show_chosen_list(self, message: ListingChosen) -> None:
        """A click went to another list."""
        self.message.clear()
        self.show_list(message.listing)

    def action_row(self, by: int) -> None:
        self.go(self.list.cursor + by)

    def action_page(self, by: int) -> None:
        self.go(self.list.cursor + by * self.list.room)

    def action_end(self, to: int) -> None:
        self.go(0 if to < 0 else self.list.rows.total - 1)

    def action_list(self, by: int) -> None:
        lists = list(LISTS)
        self.show_list(lists[(lists.index(self.list.rows.listing) + by) % len(lists)])

    def action_scroll(self, by: int) -> None:
        self.detail.scroll_lines(by)

    def action_refresh(self) -> None:
        self.reload()

    def action_help(self) -> None:
        from reviewer.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.list.id or "", self.why_not, self.list.stroke))

    def action_close(self) -> None:
        self.dismiss()
        self._came_back(self._returned)

    # Acts on the row

    def why_not(self, command: str) -> str:
        """Why a command is not possible now; nothing where it is."""
        found = self._found
        if command in ("take-back", "send-row", "acknowledge") and found is None:
            return "there is no operation here"
        if command in ("take-back", "send-row") and found and found.row.state != State.STAGED:
            return f"operation {found.row.operation} is {found.row.state}: only what is staged can be"
        if command == "acknowledge" and found and not found.waits:
            return "there is nothing to look at in this operation"
        if command == "send-all":
            return self.workbench.why_not("send")
        return ""

    def action_take_back(self) -> None:
        """Take the row's decision back, whoever's it is, as ``reviewer undo`` with its number does."""
        if not self.possible("take-back") or self._found is None:
            return
        try:
            with clear_errors(self.desk.database.path):
                undone = undo.undo(self.desk, self._found.row.decision)
        except ReviewerError as error:
            self.reload()
            self.say_error(error)
            return
        if undone.candidate:
            self._returned.append(undone.candidate)
        self.reload()
        self.message.say(shown(undone.sentence), "good")

    def action_send_row(self) -> None:
        """Ask whether to send the row now."""
        if self.possible("send-row") and self._found is not None:
            row = self._found.row
            self._guarded(lambda: self.ask(send_question(self.workbench, [row], self._send)))

    def action_send_all(self) -> None:
        """Ask whether to send all that is staged now."""
        if self.possible("send-all"):
            self._guarded(lambda: self.ask(send_question(self.workbench, None, self._send)))

    def _send(self, numbers: Sequence[int], outside_window: bool) -> None:
        try:
            released, sentence = self.workbench.release(numbers, outside_window)
        except ReviewerError as error:
            self.say_error(error)
            return
        self.reload()
        self.message.say(joined((f"{count(released, 'operation')} released", sentence)), "good")

    def action_acknowledge(self) -> None:
        """Ask what was found; with the answer the end does not wait any more, and the line goes on if it was that."""
        if self.possible("acknowledge") and self._found is not None:
            found = self._found
            self.ask(SeenPrompt(found, lambda note: self._seen(found, note)))

    def _seen(self, found: OperationDetail, note: str) -> Refusal:
        try:
            operations.seen(self.desk, found.row.operation, note)
        except ReviewerError as error:
            return shown(error)
        self.message.prompt = None
        self.reload()
        goes_on = found.stop is not None and not stage.staging(self.desk).line_stopped
        self.message.say(f"operation {found.row.operation}: seen{', the line goes on' if goes_on else ''}", "good")
        return ""


def _lines(found: OperationDetail | None, width: int) -> Sequence[Line]:
    return detail_lines(found, width) if found else NOTHING_CHOSEN
