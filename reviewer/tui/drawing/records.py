"""The records side by side, with the golden record as the last column: one entry for each field."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import NamedTuple

from reviewer.domain.levels import Relation
from reviewer.review.comparison_rows import EMPTIED
from reviewer.review.views import CandidateView, Column, Row
from reviewer.tui.drawing.table import Cell, Entry, Table
from reviewer.tui.lines import Line, Span, cell, fold, joined, line, pad, shown

_LABEL = 15
_WORD = 10
_TAIL = 6
_LEAST = 11
"""Least cells of a value before columns go out of sight."""

_AGREED = (Relation.EQUAL, Relation.MISSING)
_NONE = "—"


class Layout(NamedTuple):
    """How the width is shared out: whether words stand beside glyphs, cells of a value, the columns in sight."""

    worded: bool
    value: int
    first: int
    last: int

    @property
    def start(self) -> int:
        """The cell where the first value begins."""
        return 3 + (_WORD if self.worded else 0) + _LABEL


class _Drawn(NamedTuple):
    """A row ready to be laid out: harmless texts, roles, and what stands behind the result."""

    relation: Relation
    label: str
    values: tuple[str, ...]
    result: str
    role: str
    source: str = ""
    picked: bool = False
    loses: bool = False


def layout(width: int, columns: int, first: int, *, worded: bool) -> Layout:
    """Share ``width`` among ``columns`` values and the result, from column ``first`` on."""
    room = width - 3 - (_WORD if worded else 0) - _LABEL - _TAIL
    in_sight = max(1, min(columns, room // (_LEAST + 1) - 1))
    first = max(0, min(first, columns - in_sight))
    return Layout(worded, max(4, room // (in_sight + 1) - 1), first, first + in_sight)


def records_table(
    view: CandidateView, width: int, *, first: int, worded: bool, full: bool, brief: bool, tall: bool = True
) -> Table:
    """The comparison in ``width`` cells.

    ``first`` is the first contact in sight; ``full`` folds values instead of cutting them; ``brief`` leaves out
    fields that are equal or that only one contact has; ``tall`` leaves two lines for the heads of the columns.
    """
    plan = layout(width, len(view.columns), first, worded=worded)
    quiet = (*_AGREED, Relation.ONE_SIDED) if brief else ()
    entries = [_field(row, view.columns, plan, full) for row in view.rows if row.relation not in quiet]
    if not brief:
        entries += [_fact(label, values, view.columns, plan, full) for label, values in _facts(view.columns)]
    return Table(_head(view.columns, plan, tall), tuple(entries), plan.first, len(view.columns) - plan.last)


def _head(columns: Sequence[Column], plan: Layout, tall: bool) -> tuple[Line, ...]:
    """Who the contacts are; in a low pane their letters and anchors only."""
    seen = columns[plan.first : plan.last]
    names = [cell(f"{one.letter} {shown(one.name)}", plan.value) for one in seen]
    about = [
        cell(joined((one.type.lower(), one.anchors[0] if one.anchors else "no anchor")), plan.value) for one in seen
    ]
    letters = [cell(f"{one.letter} {text}", plan.value) for one, text in zip(seen, about, strict=True)]

    def spread(cells: Sequence[str], result: str, role: str) -> Line:
        texts = "".join(f"{text} " for text in cells)
        return line(Span(" " * plan.start), Span(texts, role), Span(cell(result, plan.value), role))

    if not tall:
        return (spread(letters, "→ result", "label"),)
    return spread(names, "→ result", "title"), spread(about, "golden record", "label")


def members_told_apart(view: CandidateView) -> list[tuple[str, str, str]]:
    """Letter, name and what tells a contact from the others: its type where they differ, and a value.

    The value is the anchor, else that of the first field in which no two agree, else the contact's id.
    """
    columns = view.columns
    candidates = [
        [one.anchors[0] if one.anchors else "" for one in columns],
        *(row.values for row in view.rows),
        [one.contact_id for one in columns],
    ]
    telling = next(values for values in candidates if all(values) and len(set(values)) == len(columns))
    types = len({one.type for one in columns}) > 1
    return [
        (one.letter, one.name, joined((one.type.lower() if types else "", value)))
        for one, value in zip(columns, telling, strict=True)
    ]


def _field(row: Row, columns: Sequence[Column], plan: Layout, full: bool) -> Entry:
    exact = row.relation not in _AGREED  # blanks that look alike are told apart where values differ
    drawn = _Drawn(
        relation=row.relation,
        label=shown(row.label),
        values=tuple(shown(value, exact=exact) or _NONE for value in row.values),
        result=shown(row.result, exact=exact) or _NONE,
        role="dim" if row.relation is Relation.MISSING else row.relation.value,
        source=row.source,
        picked=row.why in ("picked", EMPTIED),
        loses=row.loses,
    )
    cells = [
        Cell(plan.start + index * (plan.value + 1), plan.start + (index + 1) * (plan.value + 1), one.letter)
        for index, one in enumerate(columns[plan.first : plan.last])
    ]
    end = cells[-1].end
    return _entry(drawn, plan, full, (*cells, Cell(end, end + plan.value + _TAIL, "")), _detail(row, columns, drawn))


def _fact(label: str, values: Sequence[str], columns: Sequence[Column], plan: Layout, full: bool) -> Entry:
    drawn = _Drawn(Relation.MISSING, label, tuple(shown(value) or _NONE for value in values), "", "dim")
    return _entry(drawn, plan, full, (), _detail(None, columns, drawn))


def _facts(columns: Sequence[Column]) -> list[tuple[str, list[str]]]:
    return [
        ("contact id", [one.contact_id for one in columns]),
        ("came from", ["the API" if one.origin == "api" else one.origin for one in columns]),
    ]


def _entry(drawn: _Drawn, plan: Layout, full: bool, cells: tuple[Cell, ...], detail: "_Detail") -> Entry:
    texts = [*drawn.values[plan.first : plan.last], drawn.result]
    folded = [fold(text, plan.value) if full else [cell(text, plan.value)] for text in texts]
    rows = [[pad(text, plan.value) for text in row] for row in zip_longest(*folded, fillvalue="")]
    without, under = (tuple(_lines(drawn, rows, plan, cursor)) for cursor in (False, True))
    return Entry(without, under, cells, detail.text, detail.path)


def _lines(drawn: _Drawn, rows: Sequence[Sequence[str]], plan: Layout, cursor: bool) -> list[Line]:
    lines = []
    for index, row in enumerate(rows):
        first = index == 0
        word = pad(drawn.relation.value if drawn.role != "dim" else "", _WORD) if plan.worded else ""
        lead = f"{drawn.relation.glyph} {word}" if first else " " * (2 + len(word))
        tail = f" {drawn.source}{'*' if drawn.picked else ''}" if first else ""
        lines.append(
            line(
                Span("▌", "key") if cursor else Span(" ", drawn.role),
                Span(lead, drawn.role),
                Span(f"{cell(drawn.label if first else '', _LABEL - 1)} ", "title-focused" if cursor else "label"),
                Span("".join(f"{text} " for text in row[:-1]), drawn.role),
                Span(row[-1], "picked" if drawn.picked else "dim" if drawn.role in ("equal", "dim") else "result"),
                Span(pad(tail, _TAIL - 2), "picked" if drawn.picked else "dim"),
                Span("! " if drawn.loses and first else "  ", "bad"),
            )
        )
    return lines


class _Detail(NamedTuple):
    text: str
    path: str


def _detail(row: Row | None, columns: Sequence[Column], drawn: _Drawn) -> _Detail:
    """All of a row in words: nothing of it is cut."""
    if drawn.relation is Relation.EQUAL and len(set(drawn.values)) == 1:
        said = f"all {drawn.values[0]}"
    else:
        said = " │ ".join(f"{one.letter} {value}" for one, value in zip(columns, drawn.values, strict=True))
    if row is None:
        return _Detail(f"{drawn.label} · {said}", "")
    source = f"{row.source}, " if row.source else ""
    result = f" → {drawn.result} ({source}{row.why})" if row.why else ""
    loses = " · ! a value is not in the result" if row.loses else ""
    return _Detail(f"{drawn.label} · {row.relation.value} · {said}{result}{loses}", row.path)
