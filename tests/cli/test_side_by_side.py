"""`reviewer show` in a terminal: nothing wider than it is, nothing lost with --full."""

from dataclasses import replace
from pathlib import Path

import pytest

from reviewer.cli.side_by_side import side_by_side
from reviewer.review import candidate
from reviewer.review.views import CandidateView, Column, Row
from reviewer.text import width
from tests.review.people import CERTAIN, World, person

LONG = "a title that is much longer than any column of a terminal can be, with 王小明 and \x1b[31m in it"


@pytest.fixture
def view(tmp_path: Path) -> CandidateView:
    world = World(tmp_path)
    world.write(person("p", firstName="Bob", title=LONG), person("q", firstName="Rob", title="Mr"))
    world.score(("p", "q", "duplicate", CERTAIN))
    found = candidate.view(world.desk, world.candidate("p", "q"))
    world.database.close()
    return found


def many(view: CandidateView, count: int) -> CandidateView:
    """The same with so many contacts."""
    columns = tuple(Column(candidate.letter(i), f"id{i}", i, "Curated", (), "api", f"Bob {i}") for i in range(count))
    rows = tuple(replace_values(row, count) for row in view.rows)
    return replace(view, columns=columns, rows=rows)


def replace_values(row: Row, count: int) -> Row:
    return row._replace(values=(row.values * count)[:count])


@pytest.mark.parametrize("cells", [30, 60, 80, 120, 200])
@pytest.mark.parametrize("count", [2, 3, 4, 5, 25])
@pytest.mark.parametrize("full", [False, True])
def test_no_line_is_wider_than_the_terminal_and_none_is_hostile(
    view: CandidateView, cells: int, count: int, full: bool
) -> None:
    lines = list(side_by_side(many(view, count), cells, full=full))
    assert max(map(width, lines)) <= cells
    assert not any("\x1b" in line for line in lines)


def test_the_columns_stand_under_their_heads_with_the_sign_first(view: CandidateView) -> None:
    head, *rows = side_by_side(view, 80, full=False)
    first = next(row for row in rows if "first name" in row)
    assert first.startswith("≈ first name"), "close by the level of the pair"
    assert first.index("Bob") == head.index("A ") and first.index("Rob") == head.index("B ")
    title = next(row for row in rows if "title" in row)
    assert "…" in title, "cut, for --full to show"


def test_full_shows_all_of_a_value_and_why_it_was_chosen(view: CandidateView) -> None:
    cut = "\n".join(side_by_side(view, 80, full=False))
    full = "\n".join(side_by_side(view, 80, full=True))
    assert "most recently" not in cut
    for word in ("terminal", "王小明", "␛[31m"):
        assert word in full
    assert "much longer than any" in "\n".join(side_by_side(view, 400, full=False))


def test_more_than_four_contacts_are_a_block_for_each_field(view: CandidateView) -> None:
    lines = list(side_by_side(many(view, 5), 80, full=False))
    place = next(index for index, line in enumerate(lines) if "first name" in line)
    assert [line.split()[0] for line in lines[place + 1 : place + 7]] == ["A", "B", "C", "D", "E", "→"]
