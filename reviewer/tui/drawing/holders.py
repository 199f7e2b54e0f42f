"""Who holds a shared identifier: one entry for each contact, with the fields that tell the holders apart."""

from collections.abc import Sequence

from reviewer.domain.levels import Relation
from reviewer.review.views import CandidateView, Column, Row, SharedView
from reviewer.tui.drawing.table import Entry, Table
from reviewer.tui.lines import Line, Span, cell, count, fold, joined, line, pad, shown

_NAME = 24
_NAMES = ("firstName", "middleName", "lastName")


def holders_table(view: CandidateView, shared: SharedView, width: int, *, full: bool) -> Table:
    """The holders in ``width`` cells; every field of the holder under the cursor is in its detail."""
    telling = _telling(view, max(1, (width - _NAME - 4) // 19))
    room = max(8, (width - _NAME - 4) // max(1, len(telling)) - 1)
    title = line(Span(" " * 4), Span(pad("holder", _NAME), "label"), *(_heading(row, room) for row in telling))
    entries = [_holder(index, one, view, telling, room, width, full) for index, one in enumerate(view.columns)]
    if shared.holders > len(view.columns):
        more = f"    and {count(shared.holders - len(view.columns), 'contact')} more: `reviewer show {view.id}`"
        entries.append(Entry((line(Span(more, "dim")),), (line(Span(more, "dim"), cursor=True),), (), more.strip()))
    return Table((title,), tuple(entries))


def identifier_of(shared: SharedView) -> str:
    """The identifier with its type, as harmless text."""
    return f"{shared.kind} {shown(shared.value)}"


def _heading(row: Row, room: int) -> Span:
    return Span(pad(cell(row.label, room), room + 1), "label")


def _telling(view: CandidateView, most: int) -> list[Row]:
    """The fields that differ among the holders, those that most holders have first."""
    others = [row for row in view.rows if row.path not in _NAMES and row.relation is not Relation.EQUAL]
    return sorted(others, key=lambda row: -sum(map(bool, row.values)))[:most]


def _holder(
    index: int, column: Column, view: CandidateView, telling: Sequence[Row], room: int, width: int, full: bool
) -> Entry:
    values = "".join(f"{cell(row.values[index] or '—', room)} " for row in telling)
    about = joined((column.type.lower(), f"anchor {shown(column.anchors[0])}" if column.anchors else ""))
    said = joined(f"{shown(row.label)} {shown(row.values[index])}" for row in view.rows if row.values[index])
    detail = f"{column.letter} {shown(column.name)} · {about} · {said} · {shown(column.contact_id)}"

    def lines(cursor: bool) -> tuple[Line, ...]:
        first = line(
            Span("▌" if cursor else " ", "key"),
            Span(f"{column.letter:<3}{cell(column.name, _NAME - 1)} ", "title-focused" if cursor else "strong"),
            Span(values),
        )
        rest = fold(detail, width - 6) if full else ()
        return (first, *(line(Span(" " * 4), Span(piece, "dim")) for piece in rest))

    return Entry(lines(False), lines(True), (), detail)
