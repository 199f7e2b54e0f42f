"""A candidate with a contact that another operation keeps: it is found, and asks which way its approval shall go."""

from dataclasses import replace

import pytest

from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.review import candidate, decide, queue, undo
from reviewer.review.desk import Desk
from reviewer.review.queue import WAITING
from reviewer.review.steward import Steward
from reviewer.store import contacts, derivation, operations, pairs
from reviewer.store.transaction import transaction
from tests.review.people import scored
from tests.tui.conftest import OpenBench
from tests.tui.pilot import Bench
from tests.tui.small_queue import NOON

SIZES = [(120, 36), (80, 24)]


def id_of(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


@pytest.fixture
def overlapping(desk: Desk) -> Desk:
    """Bob and Robert Smith are approved by bea; Robert and 小明 are a candidate, which waits."""
    found = contacts.by_ids(desk.database, [id_of(2), id_of(9)])
    a, b = sorted(one.number for one in found.values())
    levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
    pairs.update_scores(desk.database, [scored(a, b, "duplicate", levels)])
    derivation.rebuild(desk.database, desk.today)
    bea = replace(desk, steward=Steward("bea"))
    for number in queue.all_numbers(bea):
        view = candidate.view(bea, number, picks={})
        if [column.contact_id for column in view.columns] == [id_of(1), id_of(2)]:
            decide.merge(bea, candidate.view(bea, number, picks={"firstName": id_of(1)}))
    assert len(queue.all_numbers(desk, kind=WAITING)) == 1
    return desk


async def go_to_waiting(it: Bench) -> int:
    while it.screen.candidates.kind != WAITING:
        await it.press("t")
    assert it.here is not None
    return it.here


def begin(desk: Desk) -> None:
    with transaction(desk.database) as connection:
        operations.move(connection, 1, State.SENDING, NOON)
        operations.update_step(connection, 1, 1, state="sending", sent_at="2026-11-23T12:00:00.000000Z")


@pytest.mark.parametrize("size", SIZES)
async def test_what_waits_is_found_and_asks_which_way(
    bench: OpenBench, overlapping: Desk, size: tuple[int, int]
) -> None:
    async with bench(size) as it:
        await go_to_waiting(it)
        assert "Queue · waiting" in it.text and "w asks what to do about it" in it.said
        await it.press("m")
        assert it.said.startswith("part of operation 1: j join, w wait, b take back")
        assert "In another operation" in it.text and "of bea" in it.text
        hints = it.text.rstrip("\n").splitlines()[-1]
        assert "j join" in hints and "b take back" in hints and "Esc leaves" in hints
        await it.press("d", "m", "s", "x", "q", "u")
        assert it.said.startswith("part of operation 1"), "keys of the question stay with it"
        await it.press("escape")
        assert it.screen.message.prompt is None
        assert operations.read(overlapping.database, 1).state is State.STAGED
        await it.press("w")
        assert it.said.startswith("part of operation 1")


@pytest.mark.parametrize("size", SIZES)
async def test_a_join_is_shown_before_it_is_approved(
    bench: OpenBench, overlapping: Desk, size: tuple[int, int]
) -> None:
    async with bench(size) as it:
        number = await go_to_waiting(it)
        await it.press("m", "j")
        view = it.screen.view
        assert view is not None and [column.letter for column in view.columns] == ["A", "B", "C"]
        assert "join of three contacts" in it.text and "joins operation 1" in it.text
        assert it.screen.picks == {"firstName": id_of(1)}, "the pick of the other approval is carried over"
        assert operations.read(overlapping.database, 1).state is State.STAGED, "nothing is approved yet"
        await it.press("d")
        assert "this is the join: w goes back" in it.said
        await it.press("m")
        assert operations.read(overlapping.database, 1).state is State.WITHDRAWN
        assert "in the place of operation 1" in it.said
        decision = it.last_decision()
        assert (decision.kind, decision.candidate) == ("merge", number)
        assert len(operations.steps(overlapping.database, 2)) >= 1 and number not in it.open_candidates


async def test_from_the_join_one_goes_back_to_the_candidate_alone(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        number = await go_to_waiting(it)
        await it.press("m", "j", "w")
        assert it.here == number and it.screen.view is not None and not it.screen.view.joining
        assert len(it.screen.view.columns) == 2 and it.screen.picks == {}


async def test_picks_are_changed_in_the_join(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        await go_to_waiting(it)
        await it.press("m", "j")
        row = next(i for i, row in enumerate(it.screen.view.rows if it.screen.view else ()) if row.path == "firstName")
        it.screen.records.go(row)
        await it.press("3")
        assert it.screen.picks["firstName"] == id_of(9)
        assert (
            it.screen.view is not None
            and "not carried over from decision 1: first name of A" in it.screen.view.joining_said
        )
        await it.press("m")
        assert operations.read(overlapping.database, 2).state is State.STAGED


async def test_the_candidate_waits_and_comes_back(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        number = await go_to_waiting(it)
        await it.press("m", "w")
        assert "put aside until operation 1 has ended" in it.said
        assert it.last_decision().kind == "defer" and it.here is None
        assert "Nothing waits for an operation" in it.text
        undo.undo(replace(overlapping, steward=Steward("bea")), 1)
        it.screen.look_at_progress()
        await it.press("t")
        await it.go_to("小明")
        while it.here != number:
            await it.press("j")
        assert it.screen.view is not None and it.screen.view.mark == "operation 1 was taken back (ada waited for it)"
        assert "came back: operation 1 was taken back" in it.text


async def test_the_other_is_taken_back(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        await go_to_waiting(it)
        await it.press("m", "b")
        assert "decision 1 (merge) of bea" in it.said and "taken back for it" in it.said
        assert operations.read(overlapping.database, 1).state is State.WITHDRAWN
        assert operations.read(overlapping.database, 2).state is State.STAGED


@pytest.mark.parametrize("key", ["j", "b"])
async def test_a_way_that_closed_while_it_was_offered_is_not_taken(
    bench: OpenBench, overlapping: Desk, key: str
) -> None:
    async with bench() as it:
        await go_to_waiting(it)
        await it.press("m")
        begin(overlapping)
        await it.press(key)
        assert "cannot be taken back any more" in it.said
        assert it.screen.message.prompt is not None, "the question stays"
        await it.press("w")
        assert "put aside until operation 1 has ended" in it.said
        assert it.last_decision().kind == "defer"


async def test_a_join_that_closed_while_it_was_shown_is_not_approved(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        number = await go_to_waiting(it)
        await it.press("m", "j")
        begin(overlapping)
        await it.press("m")
        assert "cannot be taken back any more" in it.said
        assert it.here == number and it.screen.view is not None and not it.screen.view.joining
        assert operations.read(overlapping.database, 1).state is State.SENDING


async def test_a_candidate_that_is_kept_since_it_was_shown_asks_too(bench: OpenBench, overlapping: Desk) -> None:
    undo.undo(replace(overlapping, steward=Steward("bea")), 1)
    async with bench() as it:
        await it.go_to("小明")
        while it.screen.view is None or id_of(2) not in [column.contact_id for column in it.screen.view.columns]:
            await it.press("j")
        for number in list(it.open_candidates):
            view = candidate.view(overlapping, number)
            if [column.contact_id for column in view.columns] == [id_of(1), id_of(2)]:
                decide.merge(replace(overlapping, steward=Steward("bea")), view)
        it.screen.action_merge()
        assert it.said.startswith("part of operation 2: j join")


async def test_the_command_is_in_the_help_with_its_reason(bench: OpenBench, overlapping: Desk) -> None:
    async with bench() as it:
        assert it.screen.why_not("overlap") == "no other operation keeps these contacts"
        await it.press("w")
        assert "no other operation keeps these contacts" in it.said
        await it.press("question_mark")
        assert "overlap" in it.text
