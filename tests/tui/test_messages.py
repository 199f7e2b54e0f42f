"""What stands in the reserved line: it goes when it does not hold any more, or when the next key acts."""

from dataclasses import replace

import pytest

from reviewer.domain.levels import Relation
from reviewer.review.line import acknowledge
from reviewer.store import line_stops
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import NOON


async def test_a_stop_that_was_acknowledged_elsewhere_is_not_said_any_more(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        line_stops.raise_stop(it.screen.desk.database.connection, 1, "a surprise", NOON)
        it.screen.look_at_progress()
        assert "line stopped, a acknowledges" in it.said
        assert "a acknowledge" in it.text.splitlines()[-1]
        acknowledge(it.screen.desk, "seen in another shell")
        it.screen.look_at_progress()
        await it.press()
        assert "line stopped" not in it.text and "a acknowledge" not in it.text.splitlines()[-1]


@pytest.mark.parametrize("key", ["v", "n", "f", "G", "tab", "e", "J"])
async def test_a_refusal_goes_when_the_next_key_acts(bench: OpenBench, key: str) -> None:
    async with bench() as it:
        await it.press("x")
        assert "a pair has nobody to leave out" in it.said
        await it.press(key, "escape")
        assert "a pair has nobody to leave out" not in it.text


async def test_an_empty_queue_says_nothing_of_what_a_key_would_approve(bench: OpenBench) -> None:
    async with bench() as it:
        while it.open_candidates:
            kind = it.screen.view.kind if it.screen.view else ""
            await it.press(*(("f", "enter") if kind == "shared" else ("d",)))
        await it.press("escape")
        assert "approves:" not in it.text
        connection = it.screen.desk.database.connection
        connection.execute("UPDATE candidate SET state = 'settled'")
        await it.press("r", "t", "t", "t", "t")
        assert "approves:" not in it.text


async def test_how_long_it_can_be_taken_back_is_said_no_longer_than_it_holds(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        assert "sent from 12:10 UTC, u takes it back until then" in it.said
        it.screen.desk = replace(it.screen.desk, clock=lambda: NOON.replace(hour=13))
        it.screen.look_at_progress()
        assert "u takes it back until then" not in it.said


async def test_where_nothing_conflicts_that_is_said(bench: OpenBench) -> None:
    async with bench() as it:
        view = it.screen.view
        assert view is not None
        await it.press("e")
        assert "no conflicts" not in it.text
        agreeing = tuple(row for row in view.rows if row.relation in (Relation.EQUAL, Relation.ONE_SIDED))
        it.screen.records.show(replace(view, rows=agreeing))
        await it.press("J", "1")
        assert "no conflicts; e shows all" in it.text
        await it.press("e")
        assert "no conflicts" not in it.text and "first name" in it.text
