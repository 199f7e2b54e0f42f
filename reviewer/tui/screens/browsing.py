"""The ways between candidates, fields and panes. No act is here."""

from textual import on

from reviewer.tui.candidate_list import TO_APPROVE
from reviewer.tui.messages import CandidateChosen, PaneChosen
from reviewer.tui.screens.showing import Showing
from reviewer.tui.widgets.pane import Pane
from reviewer.tui.widgets.queue_list import KIND_WORDS
from reviewer.tui.widgets.reading import Reading


class Browsing(Showing):
    """What keys and clicks do that only look."""

    def go(self, index: int) -> None:
        """Go to a candidate by its place in the list."""
        before = self.queue.number
        self.queue.go(index)
        if self.queue.number != before:
            self.show_candidate()

    @on(CandidateChosen)
    def show_chosen(self) -> None:
        """A click went to another candidate."""
        self.message.clear()
        self.show_candidate()

    def action_next(self) -> None:
        self.go(self.queue.cursor + 1)

    def action_previous(self) -> None:
        self.go(self.queue.cursor - 1)

    def action_top(self) -> None:
        self.go(0)

    def action_bottom(self) -> None:
        self.go(len(self.candidates) - 1)

    @on(PaneChosen)
    def activate_chosen(self, message: PaneChosen) -> None:
        """A click gave the keys to a pane."""
        self.message.clear()
        self._activate(next(pane for pane in self._panes if pane.id == message.pane))

    @property
    def _panes(self) -> list[Pane]:
        return [self.queue, self.records, self.evidence, self.outcome]

    def _activate(self, pane: Pane) -> None:
        self.active.activate(False)
        self.active = pane
        pane.activate(True)

    def action_next_pane(self, by: int) -> None:
        panes = self._panes
        self._activate(panes[(panes.index(self.active) + by) % len(panes)])

    def action_pane(self, by: int) -> None:
        if self.active is self.records:
            self.records.go(self.records.cursor + by)
        elif isinstance(self.active, Reading):
            self.active.scroll_lines(by)
        else:
            self.go(self.queue.cursor + by)

    def action_page(self, by: int) -> None:
        self.action_pane(by * self.active.room)

    def action_end(self, to: int) -> None:
        self.action_pane(to * max(len(self.candidates), 10_000))

    def action_field(self, by: int) -> None:
        self.records.go(self.records.cursor + by)

    def action_full(self) -> None:
        self.records.full = not self.records.full
        self.records.redraw()

    def action_brief(self) -> None:
        self.records.brief = not self.records.brief
        self.records.redraw()

    def action_next_pair(self) -> None:
        from reviewer.tui.drawing.links import IN_FULL

        if self.view is None or not self.possible("pair"):
            return
        known = [link.letters for link in self.view.in_full]
        here = known.index(self.pair) if self.pair in known else 0
        self.pair = known[(here + 1) % len(known)]
        self.show_evidence()
        self.evidence.bring_into_sight(lambda text: IN_FULL in text)

    def action_columns(self, by: int) -> None:
        if not self.records.move_columns(by):
            self.message.say("all contacts are in sight on that side")

    def action_kind(self) -> None:
        proposed = self.progress is not None and self.progress.proposed > 0
        kinds = [kind for kind in KIND_WORDS if kind != TO_APPROVE or proposed or self.candidates.kind == TO_APPROVE]
        self.candidates.start(kinds[(kinds.index(self.candidates.kind) + 1) % len(kinds)])
        self.queue.go(0)
        self.show_candidate()
        self.read_numbers()

    def action_refresh(self) -> None:
        self.candidates.forget_rows()
        self.look_again()
        self.look_at_progress()
        self.read_numbers()

    def action_help(self) -> None:
        from reviewer.tui.screens.help import HelpScreen

        self.app.push_screen(HelpScreen(self.active.id or "", self.why_not, self.queue.stroke))

    def action_quit(self) -> None:
        self.app.exit()
