"""The words of the commands: help that is whole, arguments that are refused in words, numbers that agree."""

import re
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from reviewer.cli.main import COMMANDS, cli
from reviewer.exit_codes import ExitCode
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


def groups() -> list[list[str]]:
    found: list[list[str]] = [[]]
    for name in COMMANDS:
        if isinstance(cli.get_command(click.Context(cli), name), click.Group):
            found.append([name])
    return found


@pytest.mark.parametrize("group", groups(), ids=lambda group: " ".join(group) or "reviewer")
def test_no_description_in_the_help_is_cut(
    reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch, group: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    _, _, commands = reviewer(*group, "--help").out.partition("Commands:\n")
    assert commands and not re.findall(r"^.*\.\.\.$", commands, re.MULTILINE)


@pytest.mark.parametrize(
    "arguments", [["defer", "1", "yesterday"], ["rule", "identifier", "Phone", "+1", "desk", "--until", "yesterday"]]
)
def test_a_day_that_is_none_is_refused_with_one_that_is(reviewer: Reviewer, queued: Path, arguments: list[str]) -> None:
    said = reviewer(*arguments)
    assert said.status == ExitCode.USAGE
    assert "'yesterday' is no day: write it as in 2026-12-01" in said.err and "%Y" not in said.err


def test_a_ruling_says_how_many_pairs_were_judged_again(reviewer: Reviewer, queued: Path) -> None:
    assert "household; no pair rests on it" in reviewer("rule", "identifier", "Phone", "+17029191400", "household").out
    assert "desk; 1 pair judged again" in reviewer("rule", "identifier", "Phone", "+17029191300", "desk").out


def test_one_loaded_pair_is_one_pair(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("id_a,id_b\nsmith-1,jones-1\n")
    assert reviewer("load", "pairs", str(tmp_path / "pairs.csv")).out.startswith("1 pair, 1 of them new")


def test_the_demo_without_a_terminal_points_to_the_one_that_needs_none(reviewer: Reviewer, home: Path) -> None:
    said = reviewer("demo")
    assert said.status == ExitCode.NO_TERMINAL and "`reviewer demo --headless`" in said.err
