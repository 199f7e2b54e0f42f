"""Lines of spans: what is drawn, before it has a colour. A span's role is a meaning; the style sheet gives it a look.

Text of a record enters a span through ``shown`` or ``cell`` only, which pass it through ``text.visible``.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size

from reviewer.text import fit, visible, visible_exact

ROLES = (
    "text",
    "dim",
    "strong",
    "label",
    "equal",
    "close",
    "different",
    "one-sided",
    "result",
    "picked",
    "good",
    "bad",
    "key",
    "title",
    "title-focused",
    "frame",
    "environment",
    "production",
)
"""Every meaning that a span can have."""


class Span(NamedTuple):
    """A piece of text with one meaning."""

    text: str
    role: str = "text"


class Line(NamedTuple):
    """One line of a pane; ``cursor`` lays the cursor's background behind all of it."""

    spans: tuple[Span, ...]
    cursor: bool = False

    @property
    def text(self) -> str:
        """The line without its roles."""
        return "".join(span.text for span in self.spans)


EMPTY = Line(())


def line(*spans: Span | str, cursor: bool = False) -> Line:
    """A line of spans; plain text has the role ``text``."""
    return Line(tuple(Span(span) if isinstance(span, str) else span for span in spans), cursor)


def shown(value: object, *, exact: bool = False) -> str:
    """Record text as it may be seen; ``exact`` also shows blanks that look alike as what they are."""
    return visible_exact(value) if exact else visible(value)


def cell(value: object, width: int, *, exact: bool = False) -> str:
    """Record text in exactly ``width`` cells, with … where something is left out."""
    return pad(cut(shown(value, exact=exact), width), width)


def cut(text: str, width: int) -> str:
    """Harmless text in at most ``width`` cells, with … where something is left out."""
    if width <= 0:
        return ""
    fitted = fit(text, width)
    while cell_len(fitted) > width:  # the terminal may draw a cluster wider than its parts
        fitted = f"{fitted.rstrip('…')[:-1]}…"
    return fitted


def cut_start(text: str, width: int) -> str:
    """Harmless text in at most ``width`` cells, with … at its start where something is left out."""
    if cell_len(text) <= width:
        return text
    while text and cell_len(text) >= width:
        text = text[1:]
    return f"…{text}"


def pad(text: str, width: int) -> str:
    """Harmless text filled with blanks to ``width`` cells."""
    return text + " " * (width - cell_len(text)) if cell_len(text) <= width else set_cell_size(text, width)


def fold(text: str, width: int) -> list[str]:
    """Harmless text cut into lines of at most ``width`` cells, at blanks where there are any."""
    lines: list[str] = []
    for word in _pieces(text, max(1, width)):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines or [""]


def _pieces(text: str, width: int) -> Iterator[str]:
    for word in text.split(" "):
        while cell_len(word) > width:
            head = _prefix(word, width)
            yield head
            word = word[len(head) :]
        yield word


def _prefix(word: str, width: int) -> str:
    used = 0
    for position, char in enumerate(word):
        used += cell_len(char)
        if used > width:
            return word[: max(1, position)]
    return word


def paragraph(text: str, width: int, role: str = "text", *, mark: str = "", mark_role: str = "") -> list[Line]:
    """Harmless text folded into lines that hang behind a mark."""
    indent = " " * cell_len(mark)
    folded = fold(text, width - cell_len(mark))
    return [
        line(Span(mark if index == 0 else indent, mark_role or role), Span(piece, role))
        for index, piece in enumerate(folded)
    ]


def rule(width: int, left: Sequence[Span], right: str, stroke: str) -> Line:
    """The head of a pane: a rule of ``stroke`` with a title at its left and a count at its right."""
    tail = f" {right} {stroke}" if right else ""
    room = width - 2 - cell_len(tail)
    spans: list[Span] = [Span(f"{stroke} ", "frame")]
    for span in left:
        text = cut(span.text, room)
        room -= cell_len(text)
        spans.append(Span(text, span.role))
    filler = f" {stroke * max(0, room - 1)}" if room > 0 else ""
    return Line((*spans, Span(filler, "frame"), Span(tail, "frame")))


def joined(parts: Iterable[str], between: str = " · ") -> str:
    """The parts that are not empty."""
    return between.join(part for part in parts if part)


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: 1 contact, 1,204 contacts."""
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"
