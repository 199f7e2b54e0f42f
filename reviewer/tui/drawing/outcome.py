"""After the merge: what will be, what is lost, and what cannot be taken back."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from reviewer.domain.consequences import Kind
from reviewer.tui.lines import Line, count, paragraph, shown

if TYPE_CHECKING:
    from reviewer.review.views import CandidateView


def outcome_lines(view: "CandidateView", width: int, cool_off: timedelta, left_out: Sequence[str]) -> list[Line]:
    """What a merge of this candidate would do, in ``width`` cells; ``left_out`` are names of unticked contacts."""
    if view.shared is not None:
        return [
            *paragraph("nothing is merged: f rules on the identifier", width, "strong", mark=" "),
            *paragraph("every pair that rests on it is judged again at once", width, mark=" "),
            *paragraph("u takes a ruling back", width, "dim", mark=" "),
        ]
    lines: list[Line] = []
    if view.refusal:
        lines += paragraph(f"cannot be merged: {shown(view.refusal)}", width, "bad", mark=" ! ")
    for sentence in view.joining_said:
        lines += paragraph(shown(sentence), width, "one-sided", mark=" & ", mark_role="key")
    for name in left_out:
        lines += paragraph(f"left out: {shown(name)} (x brings back)", width, "close", mark=" ")
    for sentence in view.after[:1]:
        lines += paragraph(shown(sentence), width, "strong", mark=" · ", mark_role="dim")
    for sentence in view.said_of(Kind.LIMIT):  # before the losses, of which a wide group has more than fit
        lines += paragraph(shown(sentence), width, mark=" · ", mark_role="dim")
    losses = view.said_of(Kind.LOST)
    for loss in losses:
        lines += paragraph(f"lost: {shown(loss)}", width, "bad", mark=" ! ")
    steps = view.said_of(Kind.OWN_STEP)
    for step in steps:
        lines += paragraph(f"own step: {shown(step)}", width, "close", mark=" + ")
    told = (*view.after[1:], *view.said_of(Kind.IDENTIFIER, Kind.OPEN))
    lossless = "lost: nothing else" if steps else "lost: nothing"
    for sentence in (*told, *((lossless,) if view.after and not losses else ())):
        lines += paragraph(shown(sentence), width, mark=" · ", mark_role="dim")
    for sentence in view.said_of(Kind.STAYS):
        lines += paragraph(shown(sentence), width, "dim", mark=" · ", mark_role="dim")
    return [*lines, *(_warning(width, cool_off) if not view.refusal else ()), *_link(view, width)]


def _link(view: "CandidateView", width: int) -> list[Line]:
    """What a link would do in place of the merge, where there is an identity to link."""
    if view.kind != "stitch":
        return []
    from reviewer.review.link import offer

    offered = offer(view)
    if offered.refusal:
        return paragraph(f"l, without a merge: {shown(offered.refusal)}", width, "dim", mark=" ")
    lines = paragraph("l: or no merge, release and claim", width, "strong", mark=" ")
    for sentence in offered.costs:
        lines += paragraph(shown(sentence), width, "dim", mark=" · ", mark_role="dim")
    return lines


def _warning(width: int, cool_off: timedelta) -> list[Line]:
    minutes = round(cool_off.total_seconds() / 60)
    return paragraph(
        f"once sent, a merge cannot be undone; it waits {count(minutes, 'minute')}: until then u takes it back",
        width,
        "close",
        mark=" ",
    )
