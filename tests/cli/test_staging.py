"""Staged, under way, ended: the sums that the staging area shows, and saying that a faulty end was seen."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer import locations
from reviewer.domain.journal import State
from reviewer.exit_codes import ExitCode
from reviewer.store import line_stops, operations
from reviewer.store.clock import now
from reviewer.store.database import open_database
from reviewer.store.transaction import transaction
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def staged(reviewer: Reviewer, queued: Path) -> int:
    """The number of the one operation that is staged."""
    candidate = next(row["id"] for row in reviewer("queue", "--json").json() if row["kind"] == "duplicate")
    return int(reviewer("decide", str(candidate), "merge", "--json").json()["operation"])


def end(number: int, state: State) -> None:
    with open_database(locations.database("default")) as database, transaction(database) as connection:
        operations.move(connection, number, State.SENDING, now())
        operations.move(connection, number, State.CONFIRMED, now())
        if state is State.PARTIAL:
            operations.move(connection, number, State.FOLLOWING_UP, now())
        operations.move(connection, number, state, now(), outcome="what came of it")
        if state is State.DONE_WITH_DIFFERENCES:
            for word in ("title", "first name"):
                line_stops.raise_stop(connection, number, f"operation {number}: {word}", now())


def test_stage_tells_calls_rate_and_until_when(reviewer: Reviewer, staged: int) -> None:
    said = reviewer("stage")
    assert "1 staged, 2 calls needed" in said.err and "rate: 240 calls a minute" in said.err
    assert "sent from 20" in said.err and ", done by 20" in said.err
    found = reviewer("stage", "--json").json()
    assert (found["operations"], found["calls"], found["per_minute"]) == (1, 2, 240)
    assert found["begins_at"] <= found["done_at"] and found["staged"][0]["calls"] == 2


def test_operations_that_are_sent_together_take_fewer_calls_than_one_by_one(reviewer: Reviewer, staged: int) -> None:
    with open_database(locations.database("default")) as database, transaction(database) as connection:
        connection.execute(
            """INSERT INTO operation (decision, kind, state, calls, send_after, created_at, changed_at)
               SELECT decision, kind, state, calls, send_after, created_at, changed_at FROM operation"""
        )
    assert "2 staged, at most 4 calls needed" in reviewer("stage").err


def test_stage_and_status_tell_the_window(reviewer: Reviewer, staged: int, monkeypatch: pytest.MonkeyPatch) -> None:
    day = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")[(now().weekday() + 3) % 7]
    monkeypatch.setenv("REVIEWER_WINDOW", day)
    monkeypatch.setenv("REVIEWER_TIME_ZONE", "UTC")
    for said in (reviewer("stage").err, reviewer("status").out):
        assert f"execution window {day} (UTC): opens at 20" in said
    assert "when the window opens (20" in reviewer("stage", "--release").out
    assert reviewer("stage", "--release", "--now").out == "1 released; `reviewer execute` sends them\n"
    (row,) = reviewer("operations", "--state", "staged", "--json").json()
    assert row["outside_window"] is True
    assert reviewer("stage", "--now").status == ExitCode.USAGE


def test_operations_are_listed_and_a_faulty_end_is_seen(reviewer: Reviewer, staged: int) -> None:
    assert [row["state"] for row in reviewer("operations", "--json").json()] == ["staged"]
    refused = reviewer("operations", "seen", str(staged), "--note", "?")
    assert refused.status == ExitCode.REFUSED and "is staged" in refused.err
    end(staged, State.PARTIAL)
    assert "to look at 1" in reviewer("status").out
    (row,) = reviewer("operations", "--state", "to-look-at", "--json").json()
    assert (row["operation"], row["outcome"]) == (staged, "what came of it")
    assert reviewer("operations", "seen", str(staged)).status == ExitCode.USAGE
    assert reviewer("operations", "seen", str(staged), "--note", "settled").status == ExitCode.OK
    said = reviewer("status")
    assert "to look at 0" in said.out and ": settled" in said.out and f"operation {staged}: looked at by" in said.out
    assert reviewer("operations", "--state", "to-look-at").out == ""
    assert reviewer("operations", "seen", "99", "--note", "x").status == ExitCode.NOT_FOUND


def test_a_stopped_line_has_its_own_status_and_each_surprise_is_acknowledged_by_name(
    reviewer: Reviewer, staged: int
) -> None:
    end(staged, State.DONE_WITH_DIFFERENCES)
    stopped = reviewer("status")
    assert stopped.status == ExitCode.LINE_STOPPED
    assert "--stop 1 --stop 2" in stopped.err and "title" in stopped.err and "first name" in stopped.err
    refused = reviewer("status", "--acknowledge", "fine")
    assert refused.status == ExitCode.REFUSED and "name each one" in refused.err
    one = reviewer("status", "--acknowledge", "fine", "--stop", "1")
    assert one.status == ExitCode.LINE_STOPPED and "acknowledged: operation" in one.err
    two = reviewer("status", "--acknowledge", "checked", "--stop", "2")
    assert two.status == ExitCode.OK and "looked at by" in two.out and ": checked" in two.out
    assert "stop 2: operation " in (told := reviewer("audit", "--limit", "1").out) and "note checked" in told
    assert reviewer("status", "--acknowledge", "x").status == ExitCode.REFUSED
    assert reviewer("status", "--stop", "1").status == ExitCode.USAGE
