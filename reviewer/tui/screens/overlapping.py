"""Approving onto a contact that another operation keeps: the question which way, and the join that is shown then."""

from typing import TYPE_CHECKING

from reviewer.domain.errors import ReviewerError
from reviewer.store.database import clear_errors
from reviewer.tui.lines import count, shown
from reviewer.tui.overlap_prompt import OverlapPrompt
from reviewer.tui.prompts import Refusal
from reviewer.tui.screens.sending import Sending

if TYPE_CHECKING:
    from reviewer.review.decide import Decided
    from reviewer.review.overlap import Offer
    from reviewer.review.views import CandidateView


class Overlapping(Sending):
    """A join is shown before it is approved; the other ways are taken at once."""

    def go_on(self, number: int, decided: "Decided") -> None:
        """Say what was decided, and show the next candidate."""
        raise NotImplementedError

    def look_after_refusal(self, number: int, error: ReviewerError) -> None:
        """Show the candidate as it is now, and why nothing was decided."""
        raise NotImplementedError

    def look_again(self) -> bool:
        """As before; a join that is none any more gives way to the candidate alone."""
        if super().look_again():
            return True
        if self.joined and self.queue.number is not None and not self._joinable(self.queue.number):
            self.joined, self.picks = False, {}
            super().look_again()
        return False

    def _joinable(self, number: int) -> bool:
        from reviewer.review.join import union

        try:
            union(self.desk, number, picks={}, left_out=tuple(self.left_out))
        except ReviewerError:
            return False
        return True

    def approve(self, view: "CandidateView", kind: str) -> "Decided":
        """Approve what is shown, alone or as a join."""
        from reviewer.review import decide, join

        if view.joining:
            return join.join(self.desk, view, kind, note=self.note)
        return (decide.stitch if kind == "stitch" else decide.merge)(self.desk, view, note=self.note)

    def action_overlap(self) -> None:
        """Ask which way; from a join, go back to the candidate alone."""
        if not self.possible("overlap") or self.view is None:
            return
        if self.joined:
            self.joined, self.picks = False, {}
            self.look_again()
            return
        if not self.offer_ways("stitch" if self.view.kind == "stitch" else "merge"):
            self.message.say("no other operation keeps these contacts", "bad")

    def offer_ways(self, command: str, refusal: ReviewerError | None = None) -> bool:
        """Ask which way an approval shall go; False if nothing is in the way any more."""
        view = self.view
        found = self._offer()
        if found is None or view is None or view.joining:
            if refusal is not None and view is not None:
                self.look_after_refusal(view.id, refusal)
            return False
        self.ask(OverlapPrompt(found, self._offer, lambda way: self._take(way, command)))
        return True

    def _offer(self) -> "Offer | None":
        from reviewer.review import overlap

        if self.view is None:
            return None
        with clear_errors(self.desk.database.path):
            return overlap.offer(self.desk, self.view)

    def _take(self, way: str, command: str) -> Refusal:
        from reviewer.review import overlap

        if way == overlap.JOIN:
            return self._show_join()
        if self.view is None:
            return ""
        try:
            with clear_errors(self.desk.database.path):
                if way == overlap.WAIT:
                    decided = overlap.wait(self.desk, self.view, note=self.note)
                else:
                    decided = overlap.take_back(self.desk, self.view, command, note=self.note)
        except ReviewerError as error:
            return shown(error)
        self.go_on(self.view.id, decided)
        return ""

    def _show_join(self) -> Refusal:
        """Show the join, with the picks that it carries over beside the steward's own."""
        from reviewer.review.join import union

        number = self.queue.number
        try:
            with clear_errors(self.desk.database.path):
                carried = union(self.desk, number or 0, left_out=tuple(self.left_out)).basis.picks
        except ReviewerError as error:
            return shown(error)
        before = self.picks
        self.joined, self.picks = True, {**carried, **self.picks}
        if not self.look_again():
            self.joined, self.picks = False, before
            return "the join cannot be shown"
        contacts = count(len(self.view.columns), "contact") if self.view else ""
        self.message.say(f"the join of {contacts}: look at it; m approves it, w goes back")
        return ""
