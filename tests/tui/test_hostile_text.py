"""Text of a record reaches the screen as text: it cannot style, script, beep, or leave its place."""

import unicodedata
from collections.abc import Iterator

import pytest
from rich.segment import Segment

from reviewer.domain.contact import contact_from
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import RulingKind
from reviewer.review.desk import Desk
from reviewer.review.operations import Key, OperationDetail, OperationRow
from reviewer.review.queue import QueueRow
from reviewer.review.stage import Staging
from reviewer.review.steward import Steward
from reviewer.testing import open_workbench_on, settled, workbench
from reviewer.tui.drawing.operations import detail_lines, operation_line, sending_words, staging_lines
from reviewer.tui.drawing.queue_row import queue_row
from reviewer.tui.drawing.status import status_line
from reviewer.tui.lines import Line
from reviewer.tui.operation_prompts import SendPrompt
from reviewer.tui.prompts import MemberPrompt, NotePrompt, RulingPrompt
from reviewer.tui.surroundings import Surroundings
from tests.tui.small_queue import HOSTILE_NAMES, NOON

_JOINERS = "\u200c\u200d"


def harmless(text: str) -> bool:
    """Whether every character is seen and stays in its place."""
    return all(unicodedata.category(char)[0] != "C" or char in _JOINERS for char in text) and "\u3164" not in text


def painted(screen: object) -> Iterator[Segment]:
    for strip in screen._compositor.render_strips():  # type: ignore[attr-defined]
        yield from strip


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_hostile_name_is_text_on_every_pane_of_the_screen(hostile_desk: Desk, size: tuple[int, int]) -> None:
    keys = (
        "v",
        "v",
        "minus",
        "J",
        "minus",
        "0",
        "x",
        "escape",
        "tab",
        "J",
        "e",
        "e",
        "f",
        "escape",
        "1",
        "question_mark",
        "escape",
        "m",
        "o",
        "S",
        "escape",
    )
    async with open_workbench_on(hostile_desk, size) as pilot:
        screen = workbench(pilot)
        for _ in range(len(screen.candidates)):
            for key in (*keys, "u", "o", "j"):
                await pilot.press(key)
                for segment in painted(pilot.app.screen):
                    assert harmless(segment.text), repr(segment.text)
                    assert not (segment.style and segment.style.meta), segment
                    assert not (segment.style and segment.style.link), segment
        await settled(pilot)


async def test_markup_in_a_name_is_shown_as_it_is(hostile_desk: Desk) -> None:
    async with open_workbench_on(hostile_desk) as pilot:
        screen = workbench(pilot)
        screen.go(next(i for i in range(len(screen.candidates)) if "[/x]" in str(screen.candidates.row(i))))
        await settled(pilot)
        entry = screen.records.entry
        assert entry is not None and "A [/x] │ B [@click=app.quit]x[/]" in entry.detail
        await pilot.click("#records", offset=(35, 3))
        assert not pilot.app._exit


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_every_sink_of_record_text_makes_it_harmless(name: str) -> None:
    row = QueueRow(1, "duplicate", 1.0, "review", (name, name), 2, "open", name)
    staged = OperationRow(
        1, 1, "merge", "failed", (name,), (name, name), name, name, NOON, NOON, 2, False, name, name, name, Key("", 1)
    )
    detail = OperationDetail(staged, (("merge", "done"),), (name,), (name,), NOON, True, None, name, NOON, name)
    identifier = Identifier("Phone", name)
    ruling = RulingPrompt([identifier], RulingKind.HOUSEHOLD, lambda one, kind: None)
    member = MemberPrompt([("A", name, name)], lambda letter: "")
    note = NotePrompt(name, lambda text: "")
    surroundings = Surroundings(environment=name, organisation=name, host=name, production=True)
    drawn: list[Line] = [
        queue_row(row, 40, cursor=True),
        *staging_lines(Staging(1, 2, None, 300, NOON, NOON, name, name, NOON, False), 80),
        operation_line(staged, 80, cursor=True),
        operation_line(staged, 120, cursor=False),
        *detail_lines(detail, 50),
        *ruling.lines(60),
        *ruling.lines(40),
        *member.lines(40),
        status_line(surroundings, Steward(name, name), None, 120),
    ]
    for line in drawn:
        assert harmless(line.text), repr(line.text)
    assert all(harmless(prompt.sentence()) for prompt in (ruling, member, note))
    assert contact_from({"id": "1"}).id == "1"


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_send_prompt_shows_hostile_names_as_text(name: str) -> None:
    names = (name, "Jane Doe")
    who = f"{name} + Jane Doe"
    row = OperationRow(7, 1, "merge", "staged", (name,), names, who, name, NOON, NOON, 2, False, "", "", "", Key("", 7))
    prompt = SendPrompt("1 merge", [sending_words(row)], row.calls, "", "", lambda: None)
    assert all(harmless(line.text) for line in prompt.lines(50))
    assert "Jane Doe" in "".join(line.text for line in prompt.lines(50)).replace("   ", " ")


@pytest.mark.parametrize("width", range(1, 50, 7))
@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_a_cell_is_as_wide_as_it_says(name: str, width: int) -> None:
    from rich.cells import cell_len

    from reviewer.tui.lines import cell, fold, shown

    assert cell_len(cell(name, width)) == width
    assert all(cell_len(piece) <= max(width, 2) for piece in fold(shown(name), width))
