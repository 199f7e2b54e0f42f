"""What is on the screen, and when it is painted: the panes, the candidate, how things stand."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container

from reviewer.domain.errors import NotFoundError, ReviewerError
from reviewer.review.desk import Desk
from reviewer.store.database import clear_errors
from reviewer.tui.candidate_list import TO_APPROVE, CandidateList
from reviewer.tui.commands import bindings
from reviewer.tui.drawing.words import WELCOME, nothing_left
from reviewer.tui.lines import Line, line, shown
from reviewer.tui.messages import NumbersRead, PromptChanged, Trouble
from reviewer.tui.prompts import GonePrompt
from reviewer.tui.screens.asking import Asking
from reviewer.tui.surroundings import Surroundings
from reviewer.tui.widgets.divider import Divider
from reviewer.tui.widgets.key_hints import KeyHints
from reviewer.tui.widgets.message_line import MessageLine
from reviewer.tui.widgets.pane import Pane
from reviewer.tui.widgets.queue_list import QueueList
from reviewer.tui.widgets.reading import Reading
from reviewer.tui.widgets.records import Records
from reviewer.tui.widgets.status_line import StatusLine
from reviewer.tui.widgets.too_small import TooSmall

if TYPE_CHECKING:
    from reviewer.review.progress import Progress
    from reviewer.review.views import CandidateView
    from reviewer.tui.drawing.proposal import Proposal

POLL_SECONDS = 1.0
"""How often the database is asked how things stand: while nothing is on its way, only whether it was changed."""


class Showing(Asking):
    """The panes and what is in them. What is shown is what an act would act on."""

    BINDINGS: ClassVar[list[BindingType]] = list(bindings())
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (100, "-wide")]  # noqa: RUF012 - declared by Textual
    VERTICAL_BREAKPOINTS = [(0, "-low"), (30, "-tall")]  # noqa: RUF012 - declared by Textual
    AUTO_FOCUS = ""
    ALLOW_SELECT = False

    def __init__(self, desk: Desk, surroundings: Surroundings) -> None:
        super().__init__()
        self.desk, self.surroundings = desk, surroundings
        self.set_class(surroundings.production, "-production")
        stroke = "═" if surroundings.production else "─"
        self.candidates = CandidateList(desk)
        self.status = StatusLine(surroundings, desk.steward, id="status")
        self.queue = QueueList(self.candidates, id="queue", stroke=stroke)
        self.records = Records(id="records", stroke=stroke)
        self.evidence = Reading(id="evidence", stroke=stroke)
        self.outcome = Reading(id="outcome", stroke=stroke)
        self.message = MessageLine(self.first_words, id="message")
        self.hints = KeyHints(self.why_not, self.prompt_keys, id="hints")
        self.view: CandidateView | None = None
        self.picks: dict[str, str] = {}
        self.left_out: dict[str, str] = {}
        self.pair: tuple[str, ...] = ()
        """The letters of the pair of a group whose evidence is shown; none: of the weakest link."""
        self.note = ""
        self.joined = False
        """Whether the candidate is shown as a join with what keeps its contacts."""
        self.proposal: Proposal | None = None
        self.progress: Progress | None = None
        self.active: Pane = self.queue
        self._reading = False
        self._changes = 0

    def compose(self) -> ComposeResult:
        """The panes, from top to bottom."""
        yield self.status
        with Container(id="main"):
            yield self.queue
            yield Divider(self.surroundings.production)
            yield self.records
        with Container(id="below"):
            yield self.evidence
            yield Divider(self.surroundings.production)
            yield self.outcome
        yield self.message
        yield self.hints
        yield TooSmall(id="too-small")

    def on_mount(self) -> None:
        """Paint the list first; all else comes after."""
        self.queue.activate(True)
        self.set_interval(POLL_SECONDS, self.watch_progress)
        if self.surroundings.hint:
            self.message.say(WELCOME, "strong")
        self.call_after_refresh(self._begin)

    def _begin(self) -> None:
        self.show_candidate()
        self.look_at_progress()
        self.read_numbers(wake=True)

    # What is shown

    def show_candidate(self) -> None:
        """Show the candidate under the cursor, without picks; a question about another one is dropped."""
        if self.message.prompt is not None and self.message.prompt.about_candidate:
            self.message.leave()
        self.picks, self.left_out, self.pair, self.note, self.joined = {}, {}, (), "", False
        self.look_again()

    def look_again(self) -> bool:
        """Read and paint the candidate under the cursor. Nothing is shown that the database does not hold.

        False if it could not be read as asked: then what was shown before still is.
        """
        number = self.queue.number
        self.proposal = None
        try:
            if number is None:
                self._show_nothing()
                return True
            with clear_errors(self.desk.database.path):
                self.view = self._read_view(number)
            self.records.show(self.view)
        except NotFoundError:
            self.view = None
            self.records.say([line(""), line("  This candidate is gone: it was decided elsewhere. j goes on.")])
        except ReviewerError as error:
            self.say_error(error)
            self.show_evidence()
            return False
        self.show_evidence()
        return True

    def _read_view(self, number: int) -> "CandidateView":
        """The candidate as it is, or as a join, or, where it waits for a second steward, as its proposer decided."""
        from reviewer.review import candidate

        if self.candidates.kind == TO_APPROVE:
            from reviewer.tui.drawing.proposal import read_proposal

            self.proposal, view = read_proposal(self.desk, number)
            return view
        if self.joined:
            from reviewer.review.join import union

            return union(self.desk, number, picks=self.picks, left_out=tuple(self.left_out))
        return candidate.view(self.desk, number, picks=self.picks, left_out=tuple(self.left_out))

    def _show_nothing(self) -> None:
        self.view = None
        counts = self.progress.to_review if self.progress else {}
        staged = self.progress.staged if self.progress else 0
        self.records.say(nothing_left(self.candidates.kind, counts, staged, self.records.size.width))
        self.show_evidence()

    def show_evidence(self) -> None:
        """Paint what stands below the records, and the keys that are possible."""
        from reviewer.tui.drawing.evidence import evidence_lines

        view = self.evidence_view
        self.evidence.show("Why", lambda width: evidence_lines(view, width) if view else ())
        self.show_outcome()
        self.hints.repaint()
        self.message.look_again()

    @property
    def evidence_view(self) -> "CandidateView | None":
        """The candidate with the evidence of the pair that was asked for. Nothing is decided on it."""
        link = next((one for one in self.view.in_full if one.letters == self.pair), None) if self.view else None
        if self.view is None or link is None:
            return self.view
        from reviewer.review.links import showing

        return showing(self.view, link)

    def show_outcome(self) -> None:
        """Paint the pane beside the evidence: a question's choices, or what a merge would do."""
        view, prompt = self.view, self.message.prompt
        if prompt is not None:
            self.outcome.show(prompt.title, prompt.lines)
        elif self.proposal is not None:
            self.outcome.show("A second steward has to approve", self._proposed)
        else:
            title = "The identifier" if view and view.shared else "After the merge"
            self.outcome.show(title, lambda width: self._outcome(view, width) if view else ())

    def _outcome(self, view: "CandidateView", width: int) -> Sequence[Line]:
        from reviewer.tui.drawing.outcome import outcome_lines

        return outcome_lines(view, width, self.desk.cool_off, list(self.left_out.values()))

    def _proposed(self, width: int) -> Sequence[Line]:
        from reviewer.tui.drawing.proposal import proposal_lines

        known = proposal_lines(self.proposal, width) if self.proposal else ()
        return [*known, *(self._outcome(self.view, width) if self.view else ())]

    def first_words(self) -> str:
        """What is said of a candidate before anything is done with it."""
        return ""

    # How things stand

    def look_at_progress(self) -> None:
        """Ask the database how things stand; paint only what changed."""
        from reviewer.review.progress import progress

        try:
            with clear_errors(self.desk.database.path):
                now = progress(self.desk)
        except ReviewerError as error:
            self.say_error(error)
            return
        before, self.progress = self.progress, now
        if now != before:
            self.status.show(now)
            self.hints.repaint()
            self.progress_changed(before, now)

    def watch_progress(self) -> None:
        """Look where something is on its way or will end, or where another process has changed the database."""
        now, before = self.progress, self._changes
        try:
            with clear_errors(self.desk.database.path):
                self._changes = self.desk.database.changes()
        except ReviewerError as error:
            self.say_error(error)
            return
        if self._changes != before or now is None or now.staged or now.sending or now.unclear or now.rates:
            self.look_at_progress()

    def progress_changed(self, before: "Progress | None", now: "Progress") -> None:
        """Read the queue again where the executor or another steward changed it."""
        if before is not None and (before.to_review, before.proposed) != (now.to_review, now.proposed):
            self.candidates.forget_rows()
            self.read_numbers()

    def read_numbers(self, wake: bool = False) -> None:
        """Read the numbers of all open candidates in the background, one thread at a time."""
        if not self._reading:
            self._reading = True
            self._read_in_thread(self.candidates.kind, self.candidates.generation, wake)

    @work(thread=True, group="numbers", exit_on_error=False)
    def _read_in_thread(self, kind: str | None, generation: int, wake: bool) -> None:
        from reviewer.tui import background

        try:
            if wake:
                background.wake(self.desk)
            numbers = background.read_numbers(self.desk, kind)
        except ReviewerError as error:
            self.post_message(Trouble(shown(error)))
        else:
            self.post_message(NumbersRead(kind, generation, numbers))

    @on(NumbersRead)
    def take_numbers(self, message: NumbersRead) -> None:
        """Take the numbers over; what was read before an act is read again. The cursor stays on its candidate."""
        self._reading = False
        if (message.kind, message.generation) != (self.candidates.kind, self.candidates.generation):
            self.read_numbers()
            return
        here = self.queue.number
        self.candidates.take_over(message.numbers)
        if here is None:
            self.queue.go(0)
        else:
            self.queue.go_to(here)
        if self.queue.number != here:
            self._show_instead()

    def _show_instead(self) -> None:
        """Show another candidate than the steward went to; an answer that is being typed is not given to that one."""
        asked = self.message.prompt
        self.show_candidate()
        if asked is not None and asked.about_candidate:
            self.ask(GonePrompt())

    @on(PromptChanged)
    def show_choices(self) -> None:
        """The question was asked otherwise, answered or left."""
        self.show_outcome()
        self.hints.repaint()

    @on(Trouble)
    def show_trouble(self, message: Trouble) -> None:
        """Say what went wrong in the background."""
        self._reading = False
        self.message.say(message.sentence, "bad")
