"""Staged and sent: what waits and what that takes, whom it is about, how it ended, and what is done about it."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from rich.cells import cell_len

from reviewer.domain.journal import FAULTY_ENDS, MERGING, State
from reviewer.review.operations import Listing
from reviewer.review.who import noun
from reviewer.tui.drawing.times import clock_time, day_time
from reviewer.tui.lines import EMPTY, Line, Span, count, cut, joined, line, pad, paragraph, shown

if TYPE_CHECKING:
    from reviewer.review.operations import OperationDetail, OperationRow
    from reviewer.review.stage import Staging

LISTS = {
    Listing.STAGED: "staged",
    Listing.UNDER_WAY: "under way",
    Listing.ENDED: "ended",
    Listing.TO_LOOK_AT: "to look at",
}
"""The lists in the order in which Tab goes through them."""

_MERGES = ("merge", "stitch")
"""Kinds of operations that make one contact of several."""
_MERGED = (State.DONE, State.DONE_WITH_DIFFERENCES, State.PARTIAL)
_DECIDED_AGAIN = "until its candidate is decided again, or a says that you have seen it"
_GOES_AWAY = {
    State.DONE_WITH_DIFFERENCES: "not as promised: to look at until a acknowledges it",
    State.PARTIAL: "part of it took effect: settle the rest in Genesys Cloud, then a says that you have seen it",
    State.FAILED: f"nothing was merged: to look at {_DECIDED_AGAIN}",
    State.VOID: f"nothing was sent: to look at {_DECIDED_AGAIN}",
    State.MERGED_ELSEWHERE: f"somebody else merged them: to look at {_DECIDED_AGAIN}",
}
"""An end that counts as "to look at" → what it means, and how it goes away."""

_KINDS = {
    "merge": ("merge", "merges"),
    "stitch": ("stitch", "stitches"),
    "link": ("link", "links"),
    "compensate": ("compensation", "compensations"),
}
_NOTHING_LINKED = f"nothing was linked: to look at {_DECIDED_AGAIN}"
"""What it means that a link ended as failed."""
_NOBODY_RECREATED = "nobody was re-created; `reviewer compensate` shows it again"
"""What it means that a compensation ended without effect."""

_WIDE = 100
"""From this width on a row has the steward and the calls beside the rest."""


def staging_lines(summary: "Staging", width: int) -> list[Line]:
    """What is staged in sum, in two lines: how much at which rate, and from when until when."""
    at_most = "at most " if summary.operations > 1 else ""  # operations that are sent together share their reads
    calls = f"{at_most}{count(summary.calls, 'call')} needed"
    rate = summary.rate
    used = f"rate {rate.used:,}/{rate.allowed:,}" if rate else ""
    pace = f"{summary.per_minute:,} calls a minute" if summary.operations else ""
    first = joined((f"{summary.operations:,} staged", calls if summary.operations else "", pace, used))
    return [line(Span(f" {cut(first, width - 2)}", "strong")), _when(summary, width)]


def _when(summary: "Staging", width: int) -> Line:
    if summary.line_stopped:
        return line(Span(f" {cut('the line is stopped: nothing is sent until a acknowledges it', width - 2)}", "bad"))
    window = f"window {shown(summary.window)}" if summary.window else ""
    opens = f"{window} opens {day_time(summary.opens_at)}" if summary.opens_at else window and f"{window} is open"
    by_window = summary.begins_at is not None and summary.begins_at == summary.opens_at
    sent = f"sent from {day_time(summary.begins_at)}" if summary.begins_at and not by_window else ""
    done = f"done by {day_time(summary.done_at)}" if summary.done_at else ""
    order = (opens, done) if by_window else (sent, done, opens)
    said = joined(order) or "nothing waits to be sent"
    return line(Span(f" {cut(said, width - 2)}", "close" if summary.opens_at else "dim"))


def operation_line(row: "OperationRow", width: int, *, cursor: bool) -> Line:
    """An operation in one line of ``width`` cells: number, kind, when or how, who; the steward where there is room."""
    mark = "▶ " if cursor else "  "
    head = f"{mark}#{row.operation:<6}"
    kind = pad(cut(row.kind, 10), 11)
    when = pad(_when_or_how(row), 31 if width >= _WIDE else 22)
    tail = f" {cut(shown(row.steward), 12):>12} {row.calls:>3} calls" if width >= _WIDE else ""
    room = max(4, width - cell_len(head) - cell_len(kind) - cell_len(when) - cell_len(tail) - 1)
    who = pad(cut(_who(row), room), room)
    return line(
        Span(head, "label"), Span(kind), Span(cut(when, cell_len(when)), _role(row.state)), Span(who, "strong"),
        Span(tail, "dim"), cursor=cursor,
    )  # fmt: skip


def _when_or_how(row: "OperationRow") -> str:
    if row.state == State.STAGED:
        return f"from {day_time(row.send_after)}{' !' if row.outside_window else ''}"
    return f"{_SHORT.get(State(row.state), row.state)} {clock_time(row.changed_at)}"


_SHORT = {
    State.DONE_WITH_DIFFERENCES: "differences",
    State.MERGED_ELSEWHERE: "elsewhere",
    State.WITHDRAWN: "taken back",
}
"""States whose name is too long for a row."""


def _role(state: str) -> str:
    if state == State.DONE:
        return "good"
    return "bad" if state in FAULTY_ENDS else "dim" if state == State.WITHDRAWN else "one-sided"


def detail_lines(found: "OperationDetail", width: int) -> list[Line]:
    """One operation in full: the people, what has to be done, how it stands, and what a steward does about it."""
    return list(_detail(found, width))


def _detail(found: "OperationDetail", width: int) -> Iterator[Line]:
    row = found.row
    yield line(Span(cut(f" {_who(row)}", width), "strong"))
    of = f" of {count(len(row.contacts), 'contact')}" if row.kind in _MERGES and row.contacts else ""
    what = f"{noun(row.kind)}{of}, {count(row.calls, 'call')}"
    yield from paragraph(f"{what}, approved by {shown(row.steward)} (decision {row.decision})", width, mark=" ")
    steps = Counter(f"{kind} {'' if state == 'pending' else state}".strip() for kind, state in found.steps)
    told = (f"{number} × {words}" if number > 1 else words for words, number in steps.items())
    yield from paragraph(f"steps: {joined(told, ', ')}", width, "dim", mark=" ")
    yield from _standing(found, width)
    for words in _contacts(found):
        yield from paragraph(words, width, "dim", mark=" ")
    if row.correlation_id:
        yield from paragraph(f"correlation id {shown(row.correlation_id)}", width, "dim", mark=" ")


def _contacts(found: "OperationDetail") -> Iterator[str]:
    """The contacts by their ids, as what they are to an operation of its kind; none where they were erased."""
    row, ids = found.row, ", ".join(map(shown, found.row.contacts))
    if ids and row.kind == "compensate":
        yield f"re-creates {', '.join(map(shown, found.recreates))}, out of the merged contact {ids}"
    elif ids:
        yield f"contacts {ids}"
    if row.canonical:
        yield f"{'new' if row.kind == 'compensate' else 'merged'} contact {shown(row.canonical)}"


def _standing(found: "OperationDetail", width: int) -> Iterator[Line]:
    row = found.row
    if row.state == State.STAGED:
        hour = ", at any hour" if row.outside_window else ""
        yield from paragraph(
            f"staged: sent from {day_time(row.send_after)}{hour}; u takes it back", width, "close", mark=" "
        )
    else:
        yield from paragraph(f"{row.state}, {day_time(row.changed_at)}", width, _role(row.state), mark=" ")
    if found.settles_at:
        yield from paragraph(f"its outcome is read back at {day_time(found.settles_at)}", width, "close", mark=" ")
    if row.outcome:
        yield from paragraph(shown(row.outcome), width, mark=" ")
    for difference in found.differences:
        yield from paragraph(shown(difference), width, "different", mark=" ≠ ")
    if found.waits:
        yield from paragraph(_goes_away(row), width, "close", mark=" ")
    if row.state in _MERGED and row.kind in MERGING:
        yield from paragraph(f"if it was wrong: reviewer compensate {row.operation}", width, "dim", mark=" ")
    if found.seen_at:
        said = f"looked at by {shown(found.seen_by)}, {day_time(found.seen_at)}: {shown(found.note)}"
        yield from paragraph(said, width, "good", mark=" ")


def _goes_away(row: "OperationRow") -> str:
    if row.kind == "link" and row.state == State.FAILED:
        return _NOTHING_LINKED
    if row.kind == "compensate" and row.state in (State.FAILED, State.VOID, State.MERGED_ELSEWHERE):
        return _NOBODY_RECREATED
    return _GOES_AWAY[State(row.state)]


def sending_words(row: "OperationRow") -> str:
    """A staged operation in harmless words, for the question whether to send it."""
    return f"#{row.operation} {noun(row.kind)}: {_who(row)}"


def counted_kinds(kinds: Mapping[str, int]) -> str:
    """How much of what is staged: 2 merges and 1 stitch."""
    words = {kind: _KINDS.get(kind, (kind, f"{kind}s")) for kind in kinds}
    return joined((count(number, *words[kind]) for kind, number in kinds.items() if number), " and ")


def _who(row: "OperationRow") -> str:
    """Whom it is about, as harmless text; a dash where that was erased."""
    return shown(row.who) or "—"


NOTHING_CHOSEN = [EMPTY, line(Span("  Nothing here. Tab goes to the next list, Esc back to the queue.", "dim"))]
