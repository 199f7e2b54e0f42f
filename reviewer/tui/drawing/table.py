"""What the pane of records shows: a head, entries of one or more lines, and the cells that a mouse can hit."""

from typing import NamedTuple

from reviewer.tui.lines import Line


class Cell(NamedTuple):
    """Where a value stands in an entry's lines: cells ``start`` to ``end``; the letter of its contact ('' = result)."""

    start: int
    end: int
    letter: str


class Entry(NamedTuple):
    """One field, or one holder: its lines without and with the cursor on it, its cells, and all of it in words."""

    lines: tuple[Line, ...]
    with_cursor: tuple[Line, ...]
    cells: tuple[Cell, ...]
    detail: str
    path: str = ""


class Table(NamedTuple):
    """A head that stays, the entries, and how many columns are out of sight to the left and to the right."""

    head: tuple[Line, ...]
    entries: tuple[Entry, ...]
    hidden_left: int = 0
    hidden_right: int = 0
