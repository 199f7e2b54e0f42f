"""The workbench: looking at candidates, and the steward's acts on them."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from textual import on

from reviewer.domain.errors import HeldError, NotFoundError, ReviewerError
from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import MERGING
from reviewer.store.database import clear_errors
from reviewer.tui.candidate_list import TO_APPROVE
from reviewer.tui.drawing import proposal
from reviewer.tui.drawing.records import members_told_apart
from reviewer.tui.drawing.times import clock_time
from reviewer.tui.lines import count, joined, shown
from reviewer.tui.messages import ValueChosen
from reviewer.tui.prompts import DayPrompt, MemberPrompt, NotePrompt, Prompt, Refusal, RejectPrompt, RulingPrompt
from reviewer.tui.screens.overlapping import Overlapping
from reviewer.tui.widgets.records import WIDE

if TYPE_CHECKING:
    from reviewer.domain.identifiers import Identifier
    from reviewer.domain.rulings import RulingKind
    from reviewer.review.decide import Decided
    from reviewer.review.views import CandidateView, Row

Act = Callable[["CandidateView"], "Decided"]

_NO_CANDIDATE = "there is no candidate here"
_PICKS = ("pick", "pick-nothing", "unpick")
_ON_CONTACTS = ("merge", "stitch", "link", "distinct", "leave-out", "overlap", *_PICKS)
"""Commands about the contacts of a candidate."""
_DECIDING = (*_ON_CONTACTS, "rule", "defer")
_ON_CANDIDATE = (*_DECIDING, "note")


class Workbench(Overlapping):
    """Every act is on disk before anything is painted; what is not possible is said with its reason."""

    def why_not(self, command: str) -> str:
        """Why a command is not possible now; nothing where it is."""
        if command in ("send", "acknowledge"):
            return super().why_not(command)
        if command == "pair":
            return "" if self.view and len(self.view.in_full) > 1 else "there is one pair here: its evidence is shown"
        if command in ("approve", "reject"):
            return proposal.why_not(self.proposal, command)
        if self.proposal is not None and command in _DECIDING:
            return "it waits for a second steward: y approves, N rejects"
        if command not in _ON_CANDIDATE:
            return ""
        return _why_not_on(self.view, command, len(self.left_out)) if self.view else _NO_CANDIDATE

    def first_words(self) -> str:
        """What cannot be undone is said before it happens."""
        if self.view is None or self.view.shared is not None:
            return ""
        if self.proposal is not None:
            waits = self.proposal.waits
            keys = "another steward has to approve it" if waits.yours else "y approves, N rejects"
            return f"proposed by {shown(waits.proposer)}: {keys}"
        if self.view.state == "waiting" and not self.view.joining:
            return "a contact is part of another operation: w asks what to do about it"
        if self.view.refusal:
            return f"cannot be merged: {shown(self.view.refusal)}"
        minutes = count(round(self.desk.cool_off.total_seconds() / 60), "minute")
        key = "s" if self.view.kind == "stitch" else "m"
        if self.view.why_two:
            return f"{key} proposes: a second steward has to approve it ({shown('; '.join(self.view.why_two))})"
        what = "approves the join, w leaves it" if self.view.joining else "approves"
        return f"{key} {what}: u takes it back for {minutes}; once sent, it is for good"

    # Decisions

    def _decide(self, command: str, act: Act) -> None:
        """Do it, and go on to the next candidate."""
        if self.view is None or not self.possible(command):
            if self.view is None:
                self.message.say(_NO_CANDIDATE, "bad")
            return
        number = self.view.id
        try:
            with clear_errors(self.desk.database.path):
                decided = act(self.view)
        except HeldError as error:
            self.offer_ways(command, error)
            return
        except ReviewerError as error:
            self.look_after_refusal(number, error)
            return
        self.go_on(number, decided)

    def go_on(self, number: int, decided: "Decided") -> None:
        """Say what was decided, and show the next candidate."""
        self._advance(number)
        until = decided.send_after
        self.message.say(_told(decided), "good", holds=lambda: until is None or self.desk.moment < until)

    def look_after_refusal(self, number: int, error: ReviewerError) -> None:
        """Nothing was decided: show the candidate as it is now, or go on where somebody else has decided on it."""
        if self._still_listed(number):
            self.look_again()
        else:
            self._advance(number)
        self.say_error(error)

    def _still_open(self, number: int) -> bool:
        from reviewer.review import queue

        try:
            return queue.belongs(queue.row(self.desk, number), self.candidates.kind)
        except NotFoundError:
            return False

    def _still_listed(self, number: int) -> bool:
        """Whether a candidate belongs in the list that is shown."""
        if self.candidates.kind != TO_APPROVE:
            return self._still_open(number)
        from reviewer.review import approving

        return number in approving.candidates(self.desk)

    def _advance(self, number: int) -> None:
        """Go on from a candidate; one that is still open stays where it is."""
        self.candidates.forget_rows()
        if not self._still_listed(number):
            self.candidates.remove(number)
        self.queue.go(self.queue.cursor)
        self.look_at_progress()
        self.show_candidate()
        self.read_numbers()

    def action_merge(self) -> None:
        self._decide("merge", lambda view: self.approve(view, "merge"))

    def action_stitch(self) -> None:
        self._decide("stitch", lambda view: self.approve(view, "stitch"))

    def action_link(self) -> None:
        from reviewer.review import link
        from reviewer.tui.link_prompt import LinkPrompt

        self._ask("link", lambda view: LinkPrompt(link.offer(view), view.refusal, self.action_stitch, self._link))

    def _link(self) -> None:
        from reviewer.review import link

        self._decide("link", lambda view: link.link(self.desk, view, note=self.note))

    def action_distinct(self) -> None:
        from reviewer.review import decide

        self._decide("distinct", lambda view: decide.distinct(self.desk, view, note=self.note))

    def action_approve(self) -> None:
        from reviewer.review import approving

        waits = self.proposal.waits.decision if self.proposal else 0
        self._decide("approve", lambda view: approving.approve(self.desk, waits, note=self.note))

    def action_reject(self) -> None:
        if self.possible("reject") and self.proposal is not None:
            waits = self.proposal.waits
            self.ask(RejectPrompt(waits.proposer, lambda note: self._reject(waits.decision, note)))

    def _reject(self, decision: int, note: str) -> Refusal:
        from reviewer.review import approving

        try:
            with clear_errors(self.desk.database.path):
                rejected = approving.reject(self.desk, decision, note)
        except ReviewerError as error:
            return shown(error)
        self._advance(rejected.candidate)
        self.message.say(shown(rejected.sentence), "good")
        return ""

    def action_undo(self) -> None:
        from reviewer.review import undo

        try:
            undone = undo.undo(self.desk)
        except ReviewerError as error:
            self.say_error(error)
            return
        self.look_at_progress()
        self._return_to(undone.candidate)
        self.message.say(shown(undone.sentence), "good")
        self.read_numbers()

    def _return_to(self, number: int) -> None:
        """Put the cursor on a candidate that came back."""
        place = self.candidates.insert(number) if number else None
        if place is None and number and self.candidates.kind is not None:
            self.candidates.start(None)
            place = self.candidates.insert(number)
        self.queue.go(self.queue.cursor if place is None else place)
        self.show_candidate()

    def action_operations(self) -> None:
        from reviewer.tui.screens.operations import OperationsScreen

        self.app.push_screen(OperationsScreen(self, self._came_back))

    def _came_back(self, candidates: Sequence[int]) -> None:
        """Show what was taken back from the staging area, the last of it first."""
        for number in candidates:
            self._return_to(number)
        if not candidates:
            self.look_again()
        self.read_numbers()

    # Questions

    def _ask(self, command: str, prompt: Callable[["CandidateView"], Prompt]) -> None:
        if self.possible(command) and self.view is not None:
            self.ask(prompt(self.view))

    def action_rule(self) -> None:
        self._ask("rule", lambda view: RulingPrompt(_rulable(view), _guess(view), self._rule))

    def _rule(self, identifier: "Identifier", kind: "RulingKind") -> None:
        from reviewer.review.rule import rule

        self._decide("rule", lambda view: rule(self.desk, identifier, kind, note=self.note, candidate=view.id))

    def action_defer(self) -> None:
        self._ask("defer", lambda _: DayPrompt(self.desk.today, self._defer))

    def _defer(self, until: date) -> None:
        from reviewer.review.defer import defer

        self._decide("defer", lambda view: defer(self.desk, view, until, note=self.note))

    def action_note(self) -> None:
        self._ask("note", lambda _: NotePrompt(self.note, self._keep_note))

    def _keep_note(self, note: str) -> Refusal:
        self.note = note
        self.message.say(f"note: {shown(note)} (stored with the next decision here)" if note else "no note")
        return ""

    def action_leave_out(self) -> None:
        link = self.evidence_view.shown_link if self.evidence_view else None
        side = link.without[-1] if link and link.holds else ()
        self._ask("leave-out", lambda view: MemberPrompt(members_told_apart(view), self._leave_out, side))

    def _leave_out(self, letters: Sequence[str]) -> Refusal:
        columns = self.view.columns if self.view else ()
        chosen = {one.contact_id: one.name or one.contact_id for one in columns if one.letter in letters}
        if len(columns) - len(chosen) < 2:
            return "two contacts must stay"
        self.left_out = {**self.left_out, **chosen} if chosen else {}
        self.picks = {path: pick for path, pick in self.picks.items() if pick not in self.left_out}
        self.look_again()
        return ""

    # Picks

    def action_pick(self, digit: int) -> None:
        letter = self._letter_of(digit) if digit else ""
        if letter is None:
            self.message.say(f"there is no contact {digit} here", "bad")
            return
        self._pick(self.records.path, letter)

    def _letter_of(self, digit: int) -> str | None:
        """1 is A; in a group of more contacts than there are digits, 1 is the first in sight."""
        columns = self.view.columns if self.view else ()
        if len(columns) > WIDE:
            return next((one.letter for one in self.records.in_sight[digit - 1 : digit]), None)
        letter = "ABCDEFGHI"[digit - 1]
        return letter if letter in [one.letter for one in columns] else None

    def action_pick_nothing(self) -> None:
        if self.view is None or not self.possible("pick-nothing"):
            return
        row = self._row(self.records.path)
        if row is None or not (any(row.values) or row.result):
            self.message.say("there is nothing to remove in this line", "bad")
            return
        before = dict(self.picks)
        self.picks[row.path] = NOTHING
        if self.look_again():
            self.message.say(f"{shown(row.label)}: nothing picked, 0 goes back to the rule")
        else:
            self.picks = before

    @on(ValueChosen)
    def pick_clicked(self, message: ValueChosen) -> None:
        """A click on a value picks it; on the result, the rule chooses again."""
        self.message.leave()
        self._pick(message.path, message.letter)

    def _pick(self, path: str, letter: str) -> None:
        if self.view is None or not self.possible("pick"):
            return
        row = self._row(path)
        if row is None:
            self.message.say("there is nothing to pick in this line", "bad")
            return
        if not letter:
            self.picks.pop(path, None)
        else:
            place = next(index for index, one in enumerate(self.view.columns) if one.letter == letter)
            if not row.values[place] and not row.flag:
                self.message.say(f"{letter} has no value for {shown(row.label)}", "bad")
                return
            self.picks[path] = self.view.columns[place].contact_id
        self.look_again()
        self.message.say(
            f"{shown(row.label)}: {f'{letter} picked, 0 goes back to the rule' if letter else 'by the rule'}"
        )

    def _row(self, path: str) -> "Row | None":
        return next((one for one in self.view.rows if one.path == path), None) if self.view else None


def _why_not_on(view: "CandidateView", command: str, left_out: int) -> str:
    if view.joining and command in ("link", "distinct", "rule", "defer", "leave-out"):
        return "this is the join: w goes back to the candidate alone"
    if view.shared is not None and command in _ON_CONTACTS:
        return "a shared identifier is ruled on: f"
    if command == "overlap" and not view.joining and view.state not in ("waiting", "deferred"):
        return "no other operation keeps these contacts"
    if command in MERGING and view.refusal:
        return view.refusal
    if command in ("stitch", "link") and view.kind != "stitch":
        return "no contact here is an anonymous channel identity: m merges"
    if command == "rule" and not _rulable(view):
        return "these contacts share no phone, email or WhatsApp number to rule on"
    if command == "leave-out" and len(view.columns) + left_out < 3:
        return "a pair has nobody to leave out: d says that they are distinct"
    return ""


def _rulable(view: "CandidateView") -> "list[Identifier]":
    from reviewer.review.rule import rulable

    return rulable(view)


def _guess(view: "CandidateView") -> "RulingKind":
    from reviewer.domain.rulings import RulingKind

    return RulingKind(view.shared.guess) if view.shared else RulingKind.HOUSEHOLD


def _told(decided: "Decided") -> str:
    if decided.why_two:
        why = f"a second steward has to approve it ({shown('; '.join(decided.why_two))})"
        return joined((shown(decided.sentence), why, "u takes it back"))
    waits = f"sent from {clock_time(decided.send_after)}, u takes it back until then" if decided.send_after else ""
    touches = f"touches {count(decided.settles, 'other candidate')}" if decided.settles else ""
    return joined((shown(decided.sentence), waits or "u takes it back", touches))
