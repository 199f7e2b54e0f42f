"""What another steward proposed: who, why it needs a second one, and what changed since."""

from typing import TYPE_CHECKING, NamedTuple

from reviewer.domain.errors import NotFoundError
from reviewer.domain.journal import MERGING
from reviewer.review.desk import Desk
from reviewer.tui.drawing.times import clock_time
from reviewer.tui.lines import EMPTY, Line, paragraph, shown

if TYPE_CHECKING:
    from reviewer.review.approving import Waiting
    from reviewer.review.views import CandidateView


class Proposal(NamedTuple):
    """What waits, what changed since it was proposed (empty: nothing), and the text that its proposer saw."""

    waits: "Waiting"
    changed: str
    screen: str


def read_proposal(desk: Desk, candidate: int) -> "tuple[Proposal, CandidateView]":
    """What waits on a candidate, and the comparison as it was proposed. Raises ``NotFoundError`` if nothing does."""
    from reviewer.review import approving

    waits = approving.of_candidate(desk, candidate)
    if waits is None:
        raise NotFoundError(f"candidate {candidate} does not wait for a second steward any more")
    found = Proposal(waits, approving.changed_since(desk, waits.decision), approving.screen_of(desk, waits))
    return found, approving.proposed_view(desk, waits)


def proposal_lines(proposal: Proposal, width: int) -> list[Line]:
    """The proposal in ``width`` cells, before what a merge would do."""
    waits = proposal.waits
    who = f"{shown(waits.proposer)}{'' if waits.rung == 'steward' else ' (automatic)'}"
    lines = paragraph(f"{waits.kind}, proposed by {who} at {clock_time(waits.proposed_at)}", width, "strong", mark=" ")
    lines += paragraph(f"needs a second steward: {shown(waits.why)}", width, mark=" · ", mark_role="dim")
    if waits.note:
        lines += paragraph(f"note: {shown(waits.note)}", width, mark=" · ", mark_role="dim")
    if proposal.changed:
        lines += paragraph(f"changed since: {shown(proposal.changed)}", width, "bad", mark=" ! ")
    if waits.kind not in MERGING:  # the comparison shows a merge in full; of others the text that the proposer saw
        lines += [one for text in proposal.screen.splitlines() for one in paragraph(text, width, "dim", mark="   ")]
    return [*lines, EMPTY]


def why_not(proposal: Proposal | None, command: str) -> str:
    """Why a second steward cannot say yes (approve) or no (reject) to it; empty where they can."""
    if proposal is None:
        return "t shows what waits for a second steward"
    if proposal.waits.yours:
        return "yours: another steward has to say so; u takes your last decision back"
    if command == "approve" and proposal.changed:
        return f"changed since it was proposed: {proposal.changed}; w brings it back as it is now"
    return ""
