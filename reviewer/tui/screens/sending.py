"""Sending what is staged, and what comes back: progress, failures, a line that was stopped."""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reviewer.domain.errors import ReviewerError
from reviewer.review.desk import Desk
from reviewer.tui.drawing.operations import counted_kinds, sending_words
from reviewer.tui.drawing.status import environment_words
from reviewer.tui.lines import count, joined, shown
from reviewer.tui.prompts import AcknowledgePrompt, Refusal, SendPrompt
from reviewer.tui.screens.browsing import Browsing
from reviewer.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from reviewer.review.progress import Progress

_START_AGAIN = timedelta(seconds=30)
"""How long an executor that was started is given before another is: one at work refuses a second by its lock."""


class Sending(Browsing):
    """Starts the executor as a process of its own, and follows it through the database."""

    def __init__(self, desk: Desk, surroundings: Surroundings) -> None:
        super().__init__(desk, surroundings)
        self._started_at = datetime.min.replace(tzinfo=UTC)

    def why_not(self, command: str) -> str:
        """Why a command is not possible now; nothing where it is."""
        if command == "send":
            return "" if self.progress and self.progress.staged else "nothing is staged"
        if command == "acknowledge":
            return "" if self.progress and self.progress.line_stops else "the line is not stopped"
        return ""

    def possible(self, command: str) -> bool:
        """Whether a command is possible now; if not, its reason is said."""
        reason = "enlarge the terminal to see what you decide on" if self.too_small else self.why_not(command)
        if reason:
            self.message.say(shown(reason), "bad")
        return not reason

    def action_send(self) -> None:
        if not self.possible("send"):
            return
        from reviewer.review import stage

        rows = stage.staged(self.desk)
        production = environment_words(self.surroundings) if self.surroundings.production else ""
        lines = [(sending_words(row), row.calls) for row in rows]
        numbers = [row.operation for row in rows]
        self.ask(SendPrompt(counted_kinds(rows), lines, production, lambda: self._send(numbers)))

    def _send(self, operations: list[int]) -> None:
        from reviewer.review import stage

        try:
            released = stage.release(self.desk, operations)
            sentence = self._start_executor()
        except ReviewerError as error:
            self.say_error(error)
            return
        self.operations_shown = True
        self.look_at_progress()
        self.message.say(joined((f"{count(released, 'operation')} released", sentence)), "good")

    def action_acknowledge(self) -> None:
        if self.possible("acknowledge") and self.progress:
            self.ask(AcknowledgePrompt(self.progress.line_stops, self._acknowledge))

    def _acknowledge(self, note: str) -> Refusal:
        from reviewer.review.line import acknowledge

        try:
            stops = acknowledge(self.desk, note)
        except ReviewerError as error:
            return shown(error)
        self.look_at_progress()
        self.message.say(f"{count(stops, 'stop')} acknowledged: the line goes on", "good")
        return ""

    def progress_changed(self, before: "Progress | None", now: "Progress") -> None:
        """Say at once what stopped the line or failed."""
        super().progress_changed(before, now)
        if now.line_stops and (before is None or now.line_stops != before.line_stops):
            said = f"line stopped, a acknowledges: {shown(now.line_stops[0])}"
            self.message.say(said, "bad", holds=lambda: self._stopped_by(now.line_stops))
        elif before is not None and now.faulty > before.faulty:
            said = "an operation did not end as approved: o shows it"
            self.message.say(said, "bad", holds=lambda: bool(self.progress and self.progress.faulty))
        elif before is not None and now.done > before.done and not self._at_work(now):
            self.message.say(f"sending ended: {now.done:,} done in all, o shows them", "good")

    def _stopped_by(self, stops: tuple[str, ...]) -> bool:
        return bool(self.progress and self.progress.line_stops == stops)

    def _at_work(self, now: "Progress") -> bool:
        due = now.next_send is not None and now.next_send <= self.desk.moment
        return bool(now.sending or now.unclear or due)

    def look_at_progress(self) -> None:
        """As before; and start the executor when the time of what is staged has come."""
        super().look_at_progress()
        self.message.look_again()
        now = self.progress
        due = now.next_send if now and not now.line_stops else None
        if due is not None and due <= self.desk.moment and self.desk.moment - self._started_at > _START_AGAIN:
            try:
                self.message.say(self._start_executor())
            except ReviewerError as error:
                self.say_error(error)

    def _start_executor(self) -> str:
        self._started_at = self.desk.moment
        return shown(self.surroundings.send())
