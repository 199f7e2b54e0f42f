"""One candidate in the list: its weight, who it is about, and what is special about it."""

from reviewer.review.queue import QueueRow
from reviewer.tui.lines import Line, Span, cell, cut, line, pad, shown

_WIDE = 56
"""Cells of a row from which there is room to say what a shared identifier looks like."""

_VERDICT_ROLE = {"auto": "good", "veto": "bad"}


def queue_row(row: QueueRow, width: int, *, cursor: bool) -> Line:
    """The row of a candidate in ``width`` cells."""
    tag, role = _tag(row, width)
    names = max(4, width - 9 - (len(tag) + 1 if tag else 0))
    return line(
        Span("▌", "key") if cursor else Span(" "),
        Span(f"{row.weight:+6.1f} "),
        Span(pad(cut(headline(row), names), names), "strong" if cursor else "text"),
        Span(f" {tag}", role),
        cursor=cursor,
    )


def headline(row: QueueRow) -> str:
    """Who a candidate is about, as harmless text."""
    names = [shown(name) for name in row.names]
    if row.kind == "shared":
        return f"⚑ {row.size} × {''.join(names)}"
    if row.size > 2:
        return f"{row.size} × {names[0] if names else ''}"
    return (" ⇢ " if row.kind == "stitch" else " ≈ ").join(names)


def missing_row(width: int, *, cursor: bool) -> Line:
    """Stands where a candidate was decided elsewhere."""
    return line(Span(cell("▌" if cursor else "", 1), "key"), Span(cell("  gone: decided elsewhere", width - 1), "dim"))


def _tag(row: QueueRow, width: int) -> tuple[str, str]:
    if row.mark:
        return "↺ back", "close"
    if row.kind == "stitch":
        return "stitch", "one-sided"
    if row.kind == "shared":
        return row.looks if row.looks and width >= _WIDE else "shared", "close"
    if row.verdict == "review":
        return "", "dim"
    return row.verdict, _VERDICT_ROLE.get(row.verdict, "dim")
