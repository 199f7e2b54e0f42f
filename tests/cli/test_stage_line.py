"""The progress line: the stage, how far it has come, and about how long it still takes."""

import pytest

from reviewer.cli.progress import StageLine


def test_the_time_that_is_left_is_told_once_it_can_be_judged(capsys: pytest.CaptureFixture[str]) -> None:
    now = 0.0
    line = StageLine(True, clock=lambda: now)
    line.tell("resolving", 0, 10_000)
    now = 10.0
    line.tell("resolving", 500, 10_000)
    line.tell("resolving", 501, 10_000)
    now = 100.0
    line.tell("resolving", 9_000, 10_000)
    line.clear()
    line.clear()
    shown = capsys.readouterr().err.split("\r")[1:]
    assert shown == [
        "resolving: 0 of 10,000 (0%)",
        "resolving: 500 of 10,000 (5%, about 3 min left)",
        "resolving: 9,000 of 10,000 (90%, about 11 s left)",
        "",
    ]


def test_nothing_is_shown_where_nobody_is_there_to_see_it(capsys: pytest.CaptureFixture[str]) -> None:
    line = StageLine(False)
    line.tell("resolving", 1, 2)
    line.clear()
    assert capsys.readouterr().err == ""
