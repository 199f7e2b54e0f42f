"""A question keeps the keys until it is answered or left: no refusal and no change elsewhere lets them decide."""

from dataclasses import replace

import pytest

from reviewer.review import candidate, decide, queue
from reviewer.review.line import acknowledge
from reviewer.review.steward import Steward
from reviewer.store import decisions, line_stops, operations
from tests.tui.conftest import OpenBench
from tests.tui.pilot import Bench
from tests.tui.small_queue import NOON


async def stop_the_line(it: Bench) -> int:
    """A merge is staged, and its line is stopped; gives the number of the decision, this steward's only one."""
    await it.press("m")
    line_stops.raise_stop(it.screen.desk.database.connection, 1, "a surprise", NOON)
    it.screen.look_at_progress()
    return it.last_decision().id


def decide_elsewhere(it: Bench) -> None:
    """Another steward decides the candidate that is shown, and the screen learns of it."""
    other = replace(it.screen.desk, steward=Steward("bea"))
    assert it.here is not None
    decide.distinct(other, candidate.view(other, it.here))
    it.screen.look_at_progress()


def hints(it: Bench) -> str:
    return it.text.rstrip("\n").splitlines()[-1]


async def test_an_acknowledgement_without_a_note_is_asked_for_again_and_nothing_typed_decides(bench: OpenBench) -> None:
    async with bench() as it:
        only = await stop_the_line(it)
        await it.press("a", "enter")
        assert "say in a note what you found" in it.said
        await it.write("merged mds u")
        assert it.last_decision().id == only
        assert "merged mds u" in it.said
        await it.press("enter")
        assert line_stops.open_stops(it.screen.desk.database) == []
        assert "acknowledged: the line goes on" in it.said


async def test_what_was_acknowledged_elsewhere_does_not_close_the_question_under_the_typist(bench: OpenBench) -> None:
    async with bench() as it:
        only = await stop_the_line(it)
        await it.press("a")
        await it.write("kno")
        acknowledge(it.screen.desk, "by another")
        it.screen.look_at_progress()
        await it.write("wn")
        await it.press("enter", "d", "m")
        assert it.last_decision().id == only
        await it.press("escape")
        assert it.screen.message.prompt is None


@pytest.mark.parametrize("key", ["n", "f", "z"])
async def test_an_answer_to_a_candidate_that_was_decided_elsewhere_goes_nowhere(bench: OpenBench, key: str) -> None:
    async with bench() as it:
        gone = it.here
        await it.press(key)
        decide_elsewhere(it)
        await it.press()
        assert it.here != gone
        await it.press("m", "d", "h", "1", "enter")
        assert "decided elsewhere meanwhile" in it.said
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.press("escape", "d")
        assert it.last_decision().kind == "distinct"


@pytest.mark.parametrize("key", ["a", "S"])
async def test_a_question_that_is_not_about_the_candidate_outlives_it(bench: OpenBench, key: str) -> None:
    async with bench() as it:
        await stop_the_line(it)
        await it.press(key)
        asked = it.screen.message.prompt
        decide_elsewhere(it)
        await it.press()
        assert asked is not None and it.screen.message.prompt is asked


async def test_leaving_out_the_last_but_one_is_refused_in_the_question(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Ayşe")
        await it.press("x", "b", "x", "a")
        assert "two contacts must stay" in it.said
        await it.press("d", "m")
        assert decisions.last_live(it.screen.desk.database, "ada") is None
        await it.press("0")
        assert it.screen.view is not None and len(it.screen.view.columns) == 3


async def test_contacts_of_one_name_are_told_apart_where_one_is_left_out(bench: OpenBench) -> None:
    async with bench() as it:
        connection = it.screen.desk.database.connection
        connection.execute("UPDATE contact SET name = 'Ayşe Yılmaz' WHERE name LIKE 'Ay%'")
        await it.go_to("Ayşe")
        await it.press("x")
        shown = "\n".join(line.text for line in it.screen.outcome._lines)
        for letter, value in (("a", "Yılmaz"), ("b", "Yilmaz"), ("c", "Yilmaz-Kaya")):
            assert f" {letter}  Ayşe Yılmaz · {value}" in shown.splitlines()


@pytest.mark.parametrize(("key", "own"), [("n", "Enter keeps it"), ("z", "1 tomorrow"), ("f", "h k r w c p a ruling")])
@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=str)
async def test_the_key_hints_are_those_of_the_question(
    bench: OpenBench, size: tuple[int, int], key: str, own: str
) -> None:
    async with bench(size) as it:
        before = hints(it)
        await it.press(key)
        assert own in hints(it) and "Esc leaves" in hints(it) and "merge" not in hints(it)
        await it.pilot.click("#hints", offset=(14, 0))
        await it.press("escape")
        assert hints(it) == before
        assert decisions.last_live(it.screen.desk.database, "ada") is None


async def test_the_palette_does_not_open_over_a_question(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("n", "ctrl+p")
        assert it.screen_name == "Workbench"
        await it.press("escape", "ctrl+p")
        assert it.screen_name == "CommandPalette"


async def test_a_question_takes_no_answer_while_the_terminal_is_too_small_to_read_it(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "S")
        await it.pilot.resize_terminal(50, 15)
        await it.press("Y")
        assert operations.counts(it.screen.desk.database) == {"staged": 1}
        assert not operations.due(it.screen.desk.database, NOON)


async def test_what_is_sent_is_counted_by_kind_and_a_channel_identity_has_its_name(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        await it.go_to("stitch")
        await it.press("s", "S")
        assert "send 1 merge and 1 stitch now" in it.said
        assert "stitch: Jane Doe ⇢ ig:jdoe" in it.text
        assert queue.open_counts(it.screen.desk).get("stitch", 0) == 0
