"""Staged and sent: whom an operation is about, how it ended, and how an end that waits goes away."""

import pytest

from reviewer.review.progress import OperationLine
from reviewer.tui.drawing.operations import operations_lines
from tests.tui.conftest import OpenBench
from tests.tui.small_queue import NOON


async def test_what_was_sent_has_the_names_that_it_had_while_it_was_staged(bench: OpenBench) -> None:
    async with bench() as it:
        await it.press("m", "o")
        assert "#1 merge from 12:10 UTC Bob Smith + Robert Smith" in it.text
        connection = it.screen.desk.database.connection
        connection.execute("UPDATE operation SET state = 'done', outcome = 'merged into 4d9d49fe'")
        it.screen.look_at_progress()
        await it.press()
        assert "#1 merge done 12:00 UTC" in it.text and "Bob Smith + Robert Smith" in it.text


@pytest.mark.parametrize(
    ("state", "stopped", "said"),
    [
        ("done with differences", True, "until a acknowledges it"),
        ("done with differences", False, "not as promised: acknowledged"),
        ("partial", False, "it stays to look at"),
        ("failed", False, "nothing was merged: to look at until its candidate is decided again"),
        ("void", False, "nothing was sent: to look at until its candidate is decided again"),
        ("merged elsewhere", False, "to look at until its candidate is decided again"),
        ("done", False, ""),
    ],
)
def test_an_end_that_waits_says_how_it_goes_away(state: str, stopped: bool, said: str) -> None:
    ended = OperationLine(10, 4, "merge", state, "", "", "", NOON)
    stops = frozenset({10} if stopped else ())
    text = " ".join(" ".join(line.text for line in operations_lines([], [ended], {}, stops, 50)).split())
    assert said in text
    assert bool(said) is ("to look at" in text or "acknowledged" in text)


@pytest.mark.parametrize(("kind", "state"), [("merge", "done"), ("stitch", "done"), ("merge", "done with differences")])
def test_a_merge_that_was_made_says_what_shows_how_to_make_somebody_anew(kind: str, state: str) -> None:
    ended = OperationLine(10, 4, kind, state, "", "", "", NOON)
    assert "reviewer compensate 10" in " ".join(
        line.text for line in operations_lines([], [ended], {}, frozenset(), 50)
    )


@pytest.mark.parametrize(("kind", "state"), [("merge", "void"), ("link", "done"), ("compensate", "done")])
def test_what_merged_nobody_does_not(kind: str, state: str) -> None:
    ended = OperationLine(10, 4, kind, state, "", "", "", NOON)
    lines = operations_lines([], [ended], {}, frozenset(), 50)
    assert "compensate 10" not in " ".join(line.text for line in lines)


@pytest.mark.parametrize("state", ["void", "failed", "merged elsewhere"])
def test_a_compensation_without_effect_speaks_of_no_candidate(state: str) -> None:
    ended = OperationLine(10, 4, "compensate", state, "", "", "", NOON)
    text = " ".join(line.text for line in operations_lines([], [ended], {}, frozenset(), 80))
    assert "nobody was re-created" in text and "candidate" not in text
