"""The records side by side for a terminal: a table that fits its width, or a block for each field where it cannot."""

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from reviewer.review.views import CandidateView, Row
from reviewer.text import fit, visible, width

MOST_COLUMNS = 4
"""Most contacts that stand side by side; of more, each field is a block."""

_LEAST = 11
"""Least cells of a column of values."""

_LONGEST_LABEL = 18
_NONE = "—"


def side_by_side(view: CandidateView, cells: int, *, full: bool) -> Iterator[str]:
    """The comparison in lines of at most ``cells`` cells of harmless text.

    Values that do not fit are cut with …; with ``full`` they are folded, and the rule behind each result is said.
    """
    merges = view.shared is None
    label = min(_LONGEST_LABEL, max((width(visible(row.label)) for row in view.rows), default=0))
    texts = [_texts(row, merges, full) for row in view.rows]
    heads = [visible(f"{column.letter} {column.name}".strip()) for column in view.columns]
    heads += ["→ result"] if merges else []
    room = cells - label - 2 - 2 * len(heads) - 2
    if len(view.columns) > MOST_COLUMNS or room < _LEAST * len(heads):
        yield from _blocks(view, texts, cells, full)
        return
    widths = _shared_out(room, [max(map(width, column)) for column in zip(heads, *texts, strict=True)])
    yield _line("  " + " " * label, heads, widths)
    for row, values in zip(view.rows, texts, strict=True):
        folded = [
            _fold(value, size) if full else [fit(value, size)] for value, size in zip(values, widths, strict=True)
        ]
        for index, pieces in enumerate(zip_longest(*folded, fillvalue="")):
            lead = (
                f"{row.relation.glyph} {_pad(fit(visible(row.label), label), label)}"
                if not index
                else " " * (label + 2)
            )
            yield _line(lead, pieces, widths, "!" if row.loses and not index else "")


def _texts(row: Row, merges: bool, full: bool) -> list[str]:
    values = [visible(value) or _NONE for value in row.values]
    return [*values, _result(row, full)] if merges else values


def _result(row: Row, full: bool) -> str:
    if not row.result:
        return f"{_NONE} ({row.why})" if row.why else _NONE
    said = ", ".join(part for part in (row.source, row.why if full else "") if part)
    return f"{visible(row.result)} ({said})" if said else visible(row.result)


def _blocks(view: CandidateView, texts: Sequence[Sequence[str]], cells: int, full: bool) -> Iterator[str]:
    marks = [*(column.letter for column in view.columns), "→"]
    for row, values in zip(view.rows, texts, strict=True):
        yield fit(f"{row.relation.glyph} {visible(row.label)}{'  !' if row.loses else ''}", cells)
        for mark, value in zip(marks, values, strict=False):
            room = max(1, cells - 8)
            for index, piece in enumerate(_fold(value, room) if full else [fit(value, room)]):
                yield f"    {'' if index else mark:<3} {piece}".rstrip()


def _shared_out(room: int, wanted: Sequence[int]) -> list[int]:
    """Cells for each column: what it wants where that is less than its share, and the rest for the others."""
    widths = [0] * len(wanted)
    left = sorted(range(len(wanted)), key=lambda index: wanted[index])
    while left:
        index = left.pop(0)
        widths[index] = min(wanted[index], room // (len(left) + 1))
        room -= widths[index]
    return widths


def _line(lead: str, texts: Sequence[str], widths: Sequence[int], tail: str = "") -> str:
    cells = "".join(f"  {_pad(fit(text, size), size)}" for text, size in zip(texts, widths, strict=True))
    return f"{lead}{cells} {tail}".rstrip()


def _pad(text: str, cells: int) -> str:
    return text + " " * (cells - width(text))


def _fold(text: str, cells: int) -> list[str]:
    """Lines of at most ``cells`` cells, broken at blanks where there are any."""
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}" if lines[-1] else word
        if width(joined) <= cells:
            lines[-1] = joined
            continue
        lines.append("")
        for char in word:
            if width(lines[-1] + char) > cells:
                lines.append("")
            lines[-1] += char
    return [line for line in lines if line] or [""]
