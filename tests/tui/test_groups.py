"""A group in the workbench: what to doubt first is in sight, other pairs are a key away, a side is left out by two."""

import json
from datetime import date

import pytest

from reviewer.domain.levels import Attribute
from reviewer.domain.record import make_record
from reviewer.review.desk import Desk
from reviewer.store import contacts, derivation, pairs
from tests.review.people import CERTAIN, TWO_FACTORS, Levels, scored
from tests.tui.conftest import OpenBench
from tests.tui.pilot import Bench
from tests.tui.small_queue import NOON, RULES, contact

WEAK: Levels = {Attribute.GIVEN: "initial", Attribute.SURNAME: "exact", Attribute.EMAIL: "own"}
SIZES = pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=str)


@pytest.fixture(autouse=True)
def two_halves(desk: Desk) -> None:
    """Five contacts: A–B–C and D–E hang together strongly, C–D weakly, and A–E speaks against it."""
    known = [contact(200 + number, "Dana", "Fox", title=f"title {number}") for number in range(5)]
    records = [make_record(json.dumps(one).encode(), RULES) for one in known]
    contacts.write(desk.database, records, origin="api", read_at=NOON)
    a, b, c, d, e = sorted(
        one.number for one in contacts.by_ids(desk.database, [str(one["id"]) for one in known]).values()
    )
    unlike: Levels = {Attribute.GIVEN: "unlike", Attribute.SURNAME: "exact"}
    links = [(a, b, CERTAIN), (b, c, TWO_FACTORS), (d, e, CERTAIN), (c, d, WEAK), (a, e, unlike)]
    pairs.update_scores(desk.database, [scored(x, y, "duplicate", levels) for x, y, levels in links])
    derivation.rebuild(desk.database, date(2026, 11, 23))


def why(it: Bench) -> list[str]:
    """The lines of the evidence that are in sight."""
    pane = it.screen.evidence
    return [line.text.strip() for line in pane.lines(pane.size.width, pane.size.height)][1:]


@SIZES
async def test_the_weakest_link_and_the_sides_are_in_sight_at_once(bench: OpenBench, size: tuple[int, int]) -> None:
    async with bench(size) as it:
        await it.go_to("Dana")
        first = " ".join(" ".join(why(it)).split())
        assert "▸ weakest link C–D +" in first
        assert "review without it: A B C │ D E · x Enter leaves these 2 out" in first


async def test_what_is_against_comes_before_the_stronger_links(bench: OpenBench) -> None:
    async with bench((120, 60)) as it:
        await it.go_to("Dana")
        told = "\n".join(why(it))
        assert told.index("weakest link C–D") < told.index("≠A–E -") < told.index("B–C +") < told.index("A–B +")
        assert "different given names" in told


@SIZES
async def test_p_shows_the_evidence_of_one_pair_after_the_other(bench: OpenBench, size: tuple[int, int]) -> None:
    async with bench(size) as it:
        await it.go_to("Dana")
        view = it.screen.view
        assert view is not None
        order = [link.letters for link in view.in_full]
        assert order[0] == ("C", "D") and len(order) == 5
        for letters in (*order[1:], order[0]):
            await it.press("p")
            shown = it.screen.evidence_view
            assert shown is not None and shown.bars_of == letters
            first = f"{'–'.join(letters)} in full"
            assert any(text.startswith(first) for text in why(it)), "in sight"
            assert it.screen.view is not None and it.screen.view.bars_of == order[0], "what is decided on stays"


async def test_of_one_pair_there_is_no_other(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("p")
        assert "there is one pair here" in it.said


async def test_the_sides_of_the_pair_that_is_shown_are_told_with_it(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Dana")
        await it.press("p")
        told = " ".join(why(it))
        assert "B–C in full · without it: C D E │ A B · x Enter leaves these 2 out · p shows" in told
        await it.press("x")
        assert "Enter: A B" in it.said


@SIZES
async def test_x_and_enter_leave_the_smaller_side_of_the_shown_link_out(
    bench: OpenBench, size: tuple[int, int]
) -> None:
    async with bench(size) as it:
        await it.go_to("Dana")
        await it.press("x")
        assert "Enter: D E" in it.said
        await it.press("enter")
        assert it.screen.view is not None
        assert [one.letter for one in it.screen.view.columns] == ["A", "B", "C"]
        assert "weakest link B–C" in " ".join(why(it))
        await it.press("x", "0")
        assert len(it.screen.view.columns) == 5
