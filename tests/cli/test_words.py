"""The words of the commands: help that is whole, arguments that are refused in words, numbers that agree."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest

from reviewer.cli.main import COMMANDS, cli
from reviewer.domain.record import ReadingRules, make_record
from reviewer.exit_codes import ExitCode
from reviewer.store import contacts
from reviewer.store.database import open_database
from tests.cli.conftest import SMITHS, Said

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
    ruled = reviewer("rule", "identifier", "Phone", "+17029191400", "household")
    assert "household; no pair rests on it" in ruled.out
    assert "desk; 1 pair judged again" in reviewer("rule", "identifier", "Phone", "+17029191300", "desk").out


def test_one_loaded_pair_is_one_pair(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    (tmp_path / "pairs.csv").write_text("id_a,id_b\nsmith-1,jones-1\n")
    assert reviewer("load", "pairs", str(tmp_path / "pairs.csv")).out.startswith("1 pair, 1 of them new")


def test_the_demo_without_a_terminal_points_to_the_one_that_needs_none(reviewer: Reviewer, home: Path) -> None:
    said = reviewer("demo")
    assert said.status == ExitCode.NO_TERMINAL and "`reviewer demo --headless`" in said.err


def test_that_nothing_is_lost_is_said_of_what_can_be_merged_and_only_then(reviewer: Reviewer, queued: Path) -> None:
    rows = reviewer("queue", "--json").json()
    said = {row["kind"]: reviewer("show", str(row["id"])).out for row in rows}
    assert "lost: first name Robert" in said["duplicate"] and "lost: nothing" not in said["duplicate"]
    assert "lost:" not in said["shared"]
    number = next(str(row["id"]) for row in rows if row["kind"] == "duplicate")
    with open_database(queued) as database:
        equal = json.dumps({**SMITHS[1], "id": "smith-1", "modifyDate": "2026-01-01T00:00:00Z"}).encode()
        contacts.write(database, [make_record(equal, ReadingRules())], origin="api", read_at=datetime.now(UTC))
    assert "lost: nothing\n" in reviewer("show", number).out


def test_a_queue_that_is_longer_than_the_list_says_so(reviewer: Reviewer, queued: Path) -> None:
    assert "the strongest 1 of 2; --limit lists more\n" in reviewer("queue", "--limit", "1").err
    assert "--limit" not in reviewer("queue").err + reviewer("queue", "--limit", "1", "--kind", "shared").err


def test_a_batch_of_automatic_approvals_is_taken_back_at_once(reviewer: Reviewer, queued: Path) -> None:
    assert "`reviewer undo 1` takes back" in reviewer("auto", "--approve").err
    reviewer("rule", "identifier", "Phone", "+17029191400", "household")
    undone = reviewer("undo", "1-2", "--json")
    assert [one["decision"] for one in undone.json()["undone"]] == [2, 1] and undone.json()["left"] == []
    assert reviewer("stage", "--json").json()["staged"] == []
    for wrong in ("2-1", "last", "1-"):
        assert "is neither a number nor several as in 12-40" in reviewer("undo", wrong).err
