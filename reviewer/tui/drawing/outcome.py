"""After the merge: what will be, what is lost, and what cannot be taken back."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from reviewer.domain.consequences import Kind
from reviewer.tui.lines import EMPTY, Line, Span, count, cut, line, paragraph, shown

if TYPE_CHECKING:
    from reviewer.review.progress import OperationLine
    from reviewer.review.stage import StagedRow
    from reviewer.review.views import CandidateView

_GOOD_ENDS = ("done",)
_LIVE = ("staged", "sending", "unclear", "confirmed", "following up")


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
    for name in left_out:
        lines += paragraph(f"left out: {shown(name)} (x brings back)", width, "close", mark=" ")
    for sentence in view.after[:1]:
        lines += paragraph(shown(sentence), width, "strong", mark=" · ", mark_role="dim")
    losses = view.said_of(Kind.LOST)
    for loss in losses:
        lines += paragraph(f"lost: {shown(loss)}", width, "bad", mark=" ! ")
    steps = view.said_of(Kind.OWN_STEP)
    for step in steps:
        lines += paragraph(f"own step: {shown(step)}", width, "close", mark=" + ")
    told = (*view.after[1:], *view.said_of(Kind.LIMIT, Kind.IDENTIFIER, Kind.OPEN))
    lossless = "lost: nothing else" if steps else "lost: nothing"
    for sentence in (*told, *((lossless,) if view.after and not losses else ())):
        lines += paragraph(shown(sentence), width, mark=" · ", mark_role="dim")
    for sentence in view.said_of(Kind.STAYS):
        lines += paragraph(shown(sentence), width, "dim", mark=" · ", mark_role="dim")
    return [*lines, *(_warning(width, cool_off) if not view.refusal else ())]


def _warning(width: int, cool_off: timedelta) -> list[Line]:
    minutes = round(cool_off.total_seconds() / 60)
    return paragraph(
        f"once sent, a merge cannot be undone; it waits {count(minutes, 'minute')}: until then u takes it back",
        width,
        "close",
        mark=" ",
    )


def operations_lines(staged: "Sequence[StagedRow]", newest: "Sequence[OperationLine]", width: int) -> list[Line]:
    """What waits to be sent and what was sent last, newest first."""
    lines = [*_staged(staged, width)]
    ended = [one for one in newest if one.state != "staged" and one.state != "withdrawn"]
    if ended:
        lines.append(line(Span(" sent", "label")))
    for one in ended:
        role = "good" if one.state in _GOOD_ENDS else "one-sided" if one.state in _LIVE else "bad"
        said = f"#{one.operation} {one.kind} {one.state}"
        lines.append(line(Span(f" {said} ", role), Span(clock_time(one.changed_at), "dim")))
        if one.outcome:
            lines += paragraph(shown(one.outcome), width, mark="   ")
        if one.correlation_id and role == "bad":
            lines += paragraph(f"correlation id {shown(one.correlation_id)}", width, "dim", mark="   ")
    return lines or paragraph("nothing was approved yet: what you merge waits here until it is sent", width, mark=" ")


def _staged(staged: "Sequence[StagedRow]", width: int) -> Iterator[Line]:
    if staged:
        yield line(Span(f" waiting to be sent: {len(staged):,}", "label"))
    for row in staged:
        names = _people(row)
        head = f" #{row.operation} {row.kind} from {clock_time(row.send_after)} "
        yield line(Span(head, "one-sided"), Span(cut(names, width - len(head))))
    if staged:
        yield EMPTY


def sending_words(row: "StagedRow") -> str:
    """A staged operation in harmless words, for the question whether to send it."""
    return f"#{row.operation} {row.kind}: {_people(row)}"


def _people(row: "StagedRow") -> str:
    return " + ".join(dict.fromkeys(shown(name) or "—" for name in row.names))


def clock_time(at: datetime) -> str:
    """The local time of day, absolute: an idle screen never has to be painted again."""
    return f"{at.astimezone():%H:%M}"
