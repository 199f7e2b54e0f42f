"""The staging area: every operation a row, what an act on it does, and that it costs the same among thousands."""

import json
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.domain.window import windows
from reviewer.review import operations
from reviewer.review.desk import Desk, Pace
from reviewer.store import audit, decisions, line_stops
from reviewer.store import operations as journal
from reviewer.store.clock import text_of
from reviewer.store.operation_lists import waits
from reviewer.store.transaction import transaction
from reviewer.tui.drawing.operations import detail_lines
from reviewer.tui.operation_list import BLOCK
from reviewer.tui.screens.operations import OperationsScreen
from tests.tui.conftest import OpenBench
from tests.tui.pilot import Bench
from tests.tui.small_queue import NOON

SIZES = [(80, 24), (120, 36)]


class Executor:
    """Counts how often an executor was started."""

    def __init__(self) -> None:
        self.started = 0

    def __call__(self) -> str:
        self.started += 1
        return "the executor was started"


BOTH_SIZES = pytest.mark.parametrize("size", SIZES)


def screen(it: Bench) -> OperationsScreen:
    shown = it.pilot.app.screen
    assert isinstance(shown, OperationsScreen)
    return shown


def said(it: Bench) -> str:
    return screen(it).message.sentence


def end(desk: Desk, number: int, state: State, outcome: str = "") -> None:
    """Let an operation come to an end, as the executor does."""
    confirmed = (State.CONFIRMED,)
    path = {
        State.PARTIAL: (State.CONFIRMED, State.FOLLOWING_UP),
        State.DONE_WITH_DIFFERENCES: confirmed,
        State.DONE: confirmed,
    }
    with transaction(desk.database) as connection:
        for step in (State.SENDING, *path.get(state, ()), state):
            journal.move(connection, number, step, NOON, outcome=outcome)
        if state is State.DONE_WITH_DIFFERENCES:
            line_stops.raise_stop(connection, number, f"operation {number}: title: promised Mr, got Dr", NOON)


def many(desk: Desk, number: int) -> None:
    """Copies of the first operation, each due a second after the one before."""
    connection = desk.database.connection
    with transaction(desk.database):
        connection.executemany(
            """INSERT INTO operation (decision, kind, state, calls, send_after, created_at, changed_at)
               VALUES (1, 'merge', 'staged', 2, ?, ?, ?)""",
            [
                (f"2027-01-01T{i // 3600:02}:{i // 60 % 60:02}:{i % 60:02}.000000Z", *[text_of(NOON)] * 2)
                for i in range(number)
            ],
        )


@BOTH_SIZES
async def test_what_is_staged_is_told_in_sum_and_row_by_row(bench: OpenBench, size: tuple[int, int]) -> None:
    async with bench(size=size) as it:
        await it.press("m", "o")
        assert "1 staged · 2 calls needed · 300 calls a minute" in it.text
        assert "sent from 11-23 12:10 UTC · done by 11-23 12:10 UTC" in it.text
        assert "▶ #1" in it.text and "Bob Smith + Robert Smith" in it.text
        assert "approved by ada (decision 1)" in it.text
        await it.press("escape")
        assert it.screen_name == "Workbench"


@BOTH_SIZES
async def test_u_takes_the_row_back_whoever_approved_it(bench: OpenBench, size: tuple[int, int]) -> None:
    async with bench(size=size) as it:
        candidate = it.here
        await it.press("m", "m", "o")
        it.screen.desk.database.connection.execute("UPDATE decision SET steward = 'bea' WHERE id = 1")
        await it.press("u")
        assert "taken back" in said(it)
        assert decisions.read(it.screen.desk.database, 1).undone_at
        assert not decisions.read(it.screen.desk.database, 2).undone_at
        assert screen(it).list.rows.total == 1
        await it.press("o")
        assert it.here == candidate, "the candidate that came back is shown"


async def test_s_sends_the_row_alone_and_only_after_a_yes(bench: OpenBench) -> None:
    executor = Executor()
    async with bench(send=executor) as it:
        await it.press("m", "m", "o", "j", "s")
        assert "send 1 merge now (2 calls)?" in it.text
        await it.press("escape")
        assert journal.read(it.screen.desk.database, 2).send_after > text_of(NOON) and not executor.started
        await it.press("s", "Y")
        assert "1 operation released" in said(it) and executor.started
        assert journal.read(it.screen.desk.database, 2).send_after == text_of(NOON)
        assert journal.read(it.screen.desk.database, 1).send_after > text_of(NOON)


@pytest.mark.parametrize("keys", [("S",), ("o", "S"), ("o", "s")])
async def test_sending_outside_of_the_window_is_said_asked_and_audited(
    bench: OpenBench, desk: Desk, keys: tuple[str, ...]
) -> None:
    object.__setattr__(desk, "pace", Pace(windows("20:00-06:00", NOON.tzinfo)))  # type: ignore[arg-type]
    async with bench(size=(120, 36)) as it:
        await it.press("m", *keys)
        assert "now OUTSIDE OF THE WINDOW (2 calls)?" in it.text and "which opens" in it.text
        await it.press("Y")
        assert journal.read(desk.database, 1).outside_window == 1
        (entry,) = audit.entries(desk.database, "staging")
        assert entry.payload and json.loads(entry.payload) == {"operations": [1], "outside_window": "20:00-06:00"}


async def test_the_window_and_what_waits_for_it_stand_above(bench: OpenBench, desk: Desk) -> None:
    object.__setattr__(desk, "pace", Pace(windows("20:00-06:00", NOON.tzinfo)))  # type: ignore[arg-type]
    executor = Executor()
    async with bench(send=executor) as it:
        await it.press("m")
        desk.database.connection.execute("UPDATE operation SET send_after = ?", (text_of(NOON),))
        it.screen.look_at_progress()
        await it.press("o")
        assert "window 20:00-06:00 opens 11-23 20:00 UTC · done by 11-23 20:00 UTC" in it.text
        assert not executor.started, "what is due waits for the window: no executor is started for it"


@BOTH_SIZES
@pytest.mark.parametrize("state", [State.PARTIAL, State.FAILED, State.VOID, State.MERGED_ELSEWHERE])
async def test_a_says_that_a_faulty_end_was_seen(bench: OpenBench, size: tuple[int, int], state: State) -> None:
    async with bench(size=size) as it:
        await it.press("m")
        desk = it.screen.desk
        end(desk, 1, state, "what came of it")
        desk.database.connection.execute("UPDATE candidate SET state = 'open'")
        it.screen.look_at_progress()
        await it.press("o")
        assert "! 1" in it.text
        assert (
            "[to look at 1]" in it.text
            and "what came of it" in it.text
            and "a says that you" in " ".join(it.text.split())
        )
        await it.press("a", "enter")
        assert "say in a note" in it.text
        await it.write("settled")
        await it.press("enter")
        assert "operation 1: seen" in said(it) and "[to look at 0]" in it.text
        await it.press("shift+tab")
        assert "looked at by ada, 11-23 12:00 UTC: settled" in it.text
        assert not waits(desk.database, 1)
        entry = list(audit.entries(desk.database, "operation:1"))[-1]
        assert (entry.act, entry.steward) == ("seen", "ada")
        await it.press("a")
        assert "nothing to look at" in said(it)


async def test_a_lets_the_line_go_on_with_the_operation_that_stopped_it(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "m")
        desk = it.screen.desk
        for number in (1, 2):
            end(desk, number, State.DONE_WITH_DIFFERENCES)
        it.screen.look_at_progress()
        await it.press("o", "a")
        await it.write("fine")
        await it.press("enter")
        assert "operation 2: seen" in said(it) and "goes on" not in said(it)
        assert [stop.operation for stop in line_stops.open_stops(desk.database)] == [1]
        await it.press("a")
        await it.write("fine")
        await it.press("enter")
        assert "operation 1: seen, the line goes on" in said(it)


async def test_a_surprise_that_comes_while_one_is_acknowledged_stays(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "m")
        desk = it.screen.desk
        end(desk, 1, State.DONE_WITH_DIFFERENCES)
        it.screen.look_at_progress()
        await it.press("a")
        await it.write("fine")
        end(desk, 2, State.DONE_WITH_DIFFERENCES)
        await it.press("enter")
        assert "1 surprise more stops it" in it.said
        assert [stop.operation for stop in line_stops.open_stops(desk.database)] == [2]
        await it.press("a")
        assert "operation 2: title" in it.text


async def test_an_unclear_operation_says_when_it_is_read_back(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        desk = it.screen.desk
        with transaction(desk.database) as connection:
            journal.move(connection, 1, State.SENDING, NOON)
            journal.move(connection, 1, State.UNCLEAR, NOON, outcome="no answer came")
            journal.update_step(connection, 1, 1, state="unclear", answered_at=text_of(NOON))
        await it.press("o")
        assert "[under way 1]" in it.text and "its outcome is read back at 11-23 12:02 UTC" in it.text
        await it.press("u")
        assert "only what is staged can be" in said(it)


@BOTH_SIZES
async def test_thousands_are_walked_and_only_windows_of_them_are_read(
    bench: OpenBench, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    read = []
    original = operations._row

    def counted(*given: Any) -> operations.OperationRow:
        read.append(1)
        return original(*given)

    monkeypatch.setattr(operations, "_row", counted)
    async with bench(size=size) as it:
        await it.press("m")
        many(it.screen.desk, 5000)
        await it.press("o")
        assert "5,001 staged · at most 10,002 calls needed" in it.text and "1 of 5,001" in it.text
        await it.press("G")
        assert "5,001 of 5,001" in it.text and "▶ #5001" in it.text
        await it.press("k", "pageup")
        assert f"{5000 - screen(it).list.room:,} of 5,001" in it.text
        await it.press("g", "j", "j")
        assert "▶ #3" in it.text
        assert len(read) < 8 * BLOCK
        read.clear()
        await it.press("j")
        assert len(read) <= 1, "a step reads the operation in full, and no list"


async def test_every_row_comes_in_its_turn_by_steps_and_by_pages(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        many(it.screen.desk, 600)
        await it.press("o")
        rows = screen(it).list.rows
        assert [rows.row(i).operation for i in range(601)] == list(range(1, 602))  # type: ignore[union-attr]
        assert [rows.row(i).operation for i in reversed(range(601))] == list(range(601, 0, -1))  # type: ignore[union-attr]
        assert rows.row(601) is None


async def test_the_cursor_stays_on_its_operation_when_others_leave(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m")
        desk = it.screen.desk
        many(desk, 300)
        await it.press("o", *["j"] * 5)
        assert "▶ #6" in it.text
        with transaction(desk.database) as connection:
            for number in (2, 3):
                journal.move(connection, number, State.WITHDRAWN, NOON)
        screen(it).reload()
        await it.press()
        assert "▶ #6" in it.text and "4 of 299" in it.text


async def test_a_click_goes_to_a_row_and_to_a_list(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "m", "o")
        await it.pilot.click("#operations-list", offset=(10, 2))
        await it.press()
        assert "▶ #2" in it.text
        place = it.text.splitlines()[3].index("ended")
        await it.pilot.click("#operations-list", offset=(place, 0))
        await it.press()
        assert "[ended 0]" in it.text


@pytest.mark.parametrize(
    ("state", "says"),
    [
        (State.DONE_WITH_DIFFERENCES, "to look at until a acknowledges it"),
        (State.PARTIAL, "settle the rest in Genesys Cloud"),
        (State.FAILED, "nothing was merged: to look at until its candidate is decided again"),
        (State.VOID, "nothing was sent: to look at until its candidate is decided again"),
        (State.MERGED_ELSEWHERE, "somebody else merged them"),
    ],
)
def test_an_end_that_waits_says_how_it_goes_away(desk: Desk, state: State, says: str) -> None:
    from reviewer.review import candidate, decide, queue

    decided = decide.merge(desk, candidate.view(desk, queue.all_numbers(desk)[0]))
    end(desk, decided.operation or 0, state)
    found = operations.detail(desk, decided.operation or 0)
    for one, there in ((replace_waits(found, True), True), (replace_waits(found, False), False)):
        text = " ".join(" ".join(line.text for line in detail_lines(one, 60)).split())
        assert (says in text) is there


def replace_waits(found: operations.OperationDetail, waits: bool) -> operations.OperationDetail:
    return found._replace(waits=waits)


@pytest.mark.parametrize(
    ("kind", "state", "says", "there"),
    [
        ("merge", State.DONE, "if it was wrong: reviewer compensate 1", True),
        ("stitch", State.DONE_WITH_DIFFERENCES, "if it was wrong: reviewer compensate 1", True),
        ("merge", State.VOID, "reviewer compensate", False),
        ("link", State.DONE, "reviewer compensate", False),
        ("compensate", State.DONE, "reviewer compensate", False),
        ("compensate", State.FAILED, "nobody was re-created; `reviewer compensate` shows it again", True),
        ("compensate", State.VOID, "candidate", False),
    ],
)
def test_what_can_be_done_about_a_wrong_merge_is_said_where_one_was_made(
    desk: Desk, kind: str, state: State, says: str, there: bool
) -> None:
    from reviewer.review import candidate, decide, queue

    decided = decide.merge(desk, candidate.view(desk, queue.all_numbers(desk)[0]))
    end(desk, decided.operation or 0, state)
    found = operations.detail(desk, decided.operation or 0)
    shown = replace_waits(found, state is State.FAILED)._replace(row=found.row._replace(kind=kind))
    text = " ".join(" ".join(line.text for line in detail_lines(shown, 60)).split())
    assert (says in text) is there
