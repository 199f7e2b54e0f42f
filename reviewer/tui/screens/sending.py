"""Sending what is staged, and what comes back: progress, failures, a line that was stopped."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reviewer.domain.errors import ReviewerError
from reviewer.review.desk import Desk
from reviewer.tui.lines import count, joined, shown
from reviewer.tui.operation_prompts import AcknowledgePrompt
from reviewer.tui.prompts import Refusal
from reviewer.tui.screens.finding import Finding
from reviewer.tui.surroundings import Surroundings

if TYPE_CHECKING:
    from reviewer.review.progress import Progress
    from reviewer.store.line_stops import LineStop

_START_AGAIN = timedelta(seconds=30)
"""How long an executor that was started is given before another is: one at work refuses a second by its lock."""


class Sending(Finding):
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

    def action_send(self) -> None:
        if self.possible("send"):
            from reviewer.tui.screens.send_question import send_question

            self.ask(send_question(self, None, self._send))

    def _send(self, operations: Sequence[int], outside_window: bool) -> None:
        try:
            released, sentence = self.release(operations, outside_window)
        except ReviewerError as error:
            self.say_error(error)
            return
        self.look_at_progress()
        self.message.say(joined((f"{count(released, 'operation')} released", sentence)), "good")

    def release(self, operations: Sequence[int], outside_window: bool) -> tuple[int, str]:
        """End the cool-off of operations and see that an executor is at work: how many, and what became of that."""
        from reviewer.review import stage

        released = stage.release(self.desk, operations, outside_window=outside_window)
        return released, self._start_executor()

    def action_acknowledge(self) -> None:
        if self.possible("acknowledge") and self.progress:
            self.ask(AcknowledgePrompt(self.progress.line_stops, self._acknowledge))

    def _acknowledge(self, stop: "LineStop", note: str) -> Refusal:
        """Acknowledge the one surprise that was shown; one that was raised meanwhile is asked about by itself."""
        from reviewer.review.line import acknowledge

        try:
            acknowledge(self.desk, note, [stop.id])
        except ReviewerError as error:
            return shown(error)
        self.look_at_progress()
        left = len(self.progress.line_stops) if self.progress else 0
        rest = f"{count(left, 'surprise')} more {'stops' if left == 1 else 'stop'} it, a shows the next" if left else ""
        self.message.say(f"acknowledged: {rest or 'the line goes on'}", "bad" if left else "good")
        return ""

    def progress_changed(self, before: "Progress | None", now: "Progress") -> None:
        """Say at once what stopped the line or failed."""
        super().progress_changed(before, now)
        if now.line_stops and (before is None or now.line_stops != before.line_stops):
            several = f" by {len(now.line_stops)} surprises" if len(now.line_stops) > 1 else ""
            said = f"line stopped{several}, a acknowledges: {shown(now.line_stops[0].reason)}"
            self.message.say(said, "bad", holds=lambda: self._stopped_by(now.line_stops))
        elif not now.line_stops and self.tell_found(now):
            return
        elif before is not None and now.faulty > before.faulty:
            said = "an operation did not end as approved: o shows it"
            self.message.say(said, "bad", holds=lambda: bool(self.progress and self.progress.faulty))
        elif before is not None and now.done > before.done and not self._at_work(now):
            self.message.say(f"sending ended: {now.done:,} done in all, o shows them", "good")

    def _stopped_by(self, stops: "tuple[LineStop, ...]") -> bool:
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
