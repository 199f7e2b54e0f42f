"""Staged and sent: what waits, whom it is about, how it ended, and what a steward does about an end that waits."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from reviewer.domain.journal import BEFORE_SENDING, FAULTY_ENDS, State
from reviewer.tui.drawing.times import clock_time
from reviewer.tui.lines import EMPTY, Line, Span, count, cut, joined, line, paragraph, shown

if TYPE_CHECKING:
    from reviewer.review.progress import OperationLine
    from reviewer.review.stage import StagedRow

_NOT_SENT = (*BEFORE_SENDING, State.WITHDRAWN)
_DECIDED_AGAIN = "to look at until its candidate is decided again"
_GOES_AWAY = {
    State.DONE_WITH_DIFFERENCES: "merged, not as promised: to look at until a acknowledges it",
    State.PARTIAL: "part of it took effect: it stays to look at; settle the rest in Genesys Cloud",
    State.FAILED: f"nothing was merged: {_DECIDED_AGAIN}",
    State.VOID: f"nothing was sent: {_DECIDED_AGAIN}",
    State.MERGED_ELSEWHERE: f"somebody else merged them: {_DECIDED_AGAIN}",
}
"""An end that counts as "to look at" → what it means, and how it goes away."""

_KINDS = {"merge": ("merge", "merges"), "stitch": ("stitch", "stitches")}


def operations_lines(
    staged: "Sequence[StagedRow]",
    newest: "Sequence[OperationLine]",
    people: Mapping[int, Sequence[str]],
    stops: frozenset[int],
    width: int,
) -> list[Line]:
    """What waits to be sent and what was sent last, newest first.

    ``people`` is decision → names (record text); ``stops`` are the operations whose surprise is not acknowledged.
    """
    lines = [*_staged(staged, width)]
    ended = [one for one in newest if one.state not in _NOT_SENT]
    if ended:
        lines.append(line(Span(" sent", "label")))
    for one in ended:
        lines += _sent(one, people.get(one.decision, ()), one.operation in stops, width)
    return lines or paragraph("nothing was approved yet: what you merge waits here until it is sent", width, mark=" ")


def _sent(one: "OperationLine", names: Sequence[str], stopped: bool, width: int) -> Iterator[Line]:
    bad = one.state in FAULTY_ENDS
    role = "good" if one.state == State.DONE else "bad" if bad else "one-sided"
    head = f" #{one.operation} {one.kind} {one.state} "
    yield line(Span(head, role), Span(clock_time(one.changed_at), "dim"))
    if names:
        yield line(Span("   "), Span(cut(people_words(one.kind, names), width - 3), "strong"))
    if one.outcome:
        yield from paragraph(shown(one.outcome), width, mark="   ")
    if bad:
        acknowledged = one.state == State.DONE_WITH_DIFFERENCES and not stopped
        said = "merged, not as promised: acknowledged" if acknowledged else _GOES_AWAY[State(one.state)]
        yield from paragraph(said, width, "dim" if acknowledged else "close", mark="   ")
    if one.correlation_id and bad:
        yield from paragraph(f"correlation id {shown(one.correlation_id)}", width, "dim", mark="   ")


def _staged(staged: "Sequence[StagedRow]", width: int) -> Iterator[Line]:
    if staged:
        yield line(Span(f" waiting to be sent: {len(staged):,}", "label"))
    for row in staged:
        head = f" #{row.operation} {row.kind} from {clock_time(row.send_after)} "
        yield line(Span(head, "one-sided"), Span(cut(people_words(row.kind, row.names), width - len(head))))
    if staged:
        yield EMPTY


def sending_words(row: "StagedRow") -> str:
    """A staged operation in harmless words, for the question whether to send it."""
    return f"#{row.operation} {row.kind}: {people_words(row.kind, row.names)}"


def counted_kinds(rows: "Sequence[StagedRow]") -> str:
    """How much of what is staged: 2 merges and 1 stitch."""
    numbers = {kind: sum(row.kind == kind for row in rows) for kind in _KINDS}
    return joined((count(numbers[kind], *words) for kind, words in _KINDS.items() if numbers[kind]), " and ")


def people_words(kind: str, names: Sequence[str]) -> str:
    """The contacts of an operation as harmless text; a channel identity goes to its person."""
    between = " ⇢ " if kind == "stitch" else " + "
    counted = Counter(shown(name) or "—" for name in names)
    return between.join(f"{number} × {name}" if number > 1 else name for name, number in counted.items())
