"""Groups of more contacts than there are digits and letters: each contact can be seen, picked and left out."""

import json
from collections.abc import Sequence
from datetime import date
from itertools import pairwise

import pytest

from reviewer.domain.record import make_record
from reviewer.review.desk import Desk
from reviewer.store import contacts, decisions, derivation, pairs
from reviewer.tui.drawing.evidence import evidence_lines
from reviewer.tui.prompts import MemberPrompt
from tests.review.people import CERTAIN, scored
from tests.tui.conftest import OpenBench
from tests.tui.pilot import Bench
from tests.tui.small_queue import NOON, RULES, contact

COUNT = 49


@pytest.fixture(autouse=True)
def wide(desk: Desk) -> None:
    """A group of 49 contacts in the small queue, each with a title of its own."""
    known = [contact(100 + number, "Wide", "Group", title=f"title {number}") for number in range(COUNT)]
    records = [make_record(json.dumps(one).encode(), RULES) for one in known]
    contacts.write(desk.database, records, origin="api", read_at=NOON)
    stored = contacts.by_ids(desk.database, [str(one["id"]) for one in known])
    numbers = sorted(one.number for one in stored.values())
    pairs.update_scores(desk.database, [scored(a, b, "duplicate", CERTAIN) for a, b in pairwise(numbers)])
    derivation.rebuild(desk.database, date(2026, 11, 23))


def title_of(it: Bench) -> str:
    assert it.screen.view is not None
    return next(row.result for row in it.screen.view.rows if row.path == "title")


def titles(it: Bench) -> list[str]:
    """What the contacts have as title, in the order of their columns."""
    assert it.screen.view is not None
    return next(list(row.values) for row in it.screen.view.rows if row.path == "title")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=str)
async def test_every_contact_comes_into_sight_and_its_value_is_picked_by_digit(
    bench: OpenBench, size: tuple[int, int]
) -> None:
    async with bench(size) as it:
        await it.go_to("Wide")
        records = it.screen.records
        records.go_to("title")
        seen = [one.letter for one in records.in_sight]
        while records.move_columns(1):
            seen += [one.letter for one in records.in_sight if one.letter not in seen]
        assert seen == [one.letter for one in it.screen.view.columns] if it.screen.view else False
        last = len(records.in_sight)
        assert records.in_sight[-1].letter == "AW"
        await it.press(str(last))
        assert title_of(it) == titles(it)[-1] and "AW picked" in it.said
        await it.press("0", str(last + 1))
        assert f"there is no contact {last + 1} here" in it.said


async def test_two_merges_are_told_before_the_approval(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Wide")
        assert "49 fresh contacts: 25 first, then the head with 24" in it.text, "in sight without scrolling"
        await it.press("m")
        steps = json.loads(it.last_decision().document)["steps"]
        assert [kind for kind, _ in steps] == ["merge", "merge"]


async def test_of_many_pairs_the_weakest_are_told_one_by_one(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Wide")
        assert it.screen.view is not None and len(it.screen.view.pairs) == 48
        told = " ".join(line.text for line in evidence_lines(it.screen.view, 60))
        assert told.count(" auto") == 30 and "and 18 stronger" in told


async def test_a_contact_of_two_letters_is_left_out(bench: OpenBench) -> None:
    async with bench() as it:
        await it.go_to("Wide")
        await it.press("x", "a", "c")
        assert it.screen.view is not None
        assert "AC" not in [one.letter for one in it.screen.view.columns] and len(it.screen.view.columns) == 48
        await it.press("x", "a", "enter")
        assert "A" not in [one.letter for one in it.screen.view.columns]
        assert decisions.last_live(it.screen.desk.database, "ada") is None


def test_letters_are_typed_until_they_mean_one_contact() -> None:
    chosen: list[str] = []

    def answered(letters: Sequence[str]) -> str:
        chosen.append(" ".join(letters))
        return ""

    members = [(letter, letter, "") for letter in ("A", "B", "Z", "AA", "AB")]
    prompt = MemberPrompt(members, answered)
    assert prompt.press("b", "b") and chosen == ["B"]
    assert not prompt.press("a", "a") and "Enter takes A" in prompt.sentence()
    assert len(prompt.lines(60)) == 3
    assert not prompt.press("x", "x") and "there is no contact AX here" in prompt.sentence()
    assert prompt.press("b", "b") and chosen == ["B", "AB"]
    assert not prompt.press("a", "a") and prompt.press("enter", "\r") and chosen[-1] == "A"
    assert not prompt.press("a", "a") and not prompt.press("backspace", None) and prompt.press("0", "0")
    assert chosen[-1] == ""
    assert not prompt.press("enter", "\r") and len(chosen) == 4, "there is no side to leave out"
    aside = MemberPrompt(members, answered, ("Z", "AA"))
    assert "Enter: Z AA" in aside.sentence() and aside.press("enter", "\r") and chosen[-1] == "Z AA"
