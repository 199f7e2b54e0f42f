"""`reviewer compensate`: what is shown, what is asked, what is staged, and what is refused."""

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer import locations
from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def merged(served: ServedOrganization, reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A merge that was carried out; its operation as `reviewer execute` tells it."""
    monkeypatch.setenv("REVIEWER_COOL_OFF_MINUTES", "0")
    for command in (("sync",), ("detect",)):
        assert reviewer(*command).status == ExitCode.OK
    for row in reviewer("queue", "--json").json():
        if row["kind"] == "duplicate" and reviewer("decide", str(row["id"]), "merge").status == ExitCode.OK:
            break
    (operation,) = reviewer("execute", "--json").json()["operations"]
    assert operation["state"] == "done", operation
    found: dict[str, Any] = operation
    return found


def members(merged: dict[str, Any]) -> list[str]:
    with sqlite3.connect(locations.database("default")) as plain:
        query = "SELECT contact FROM member_snapshot WHERE operation = ? ORDER BY place"
        ids = [id_ for (id_,) in plain.execute(query, (merged["id"],))]
    plain.close()
    return ids


def test_each_choice_is_shown_with_its_calls_and_what_does_not_come_back(
    reviewer: Reviewer, merged: dict[str, Any]
) -> None:
    said = reviewer("compensate", str(merged["id"]))
    assert said.status == ExitCode.OK, said.err
    for id_ in members(merged):
        assert f"to re-create {id_} (" in said.out
        assert f"does not come back: the id {id_}: it stays an alias of {merged['canonical']}" in said.out
    assert "create {" in said.out and "the service was not asked" not in said.out
    shown = reviewer("compensate", str(merged["id"]), "--json").json()
    assert [choice["contacts"] for choice in shown["choices"]] == [[id_] for id_ in members(merged)]
    assert shown["refusal"] == "" and shown["asked"] is True


def test_without_the_service_the_stored_plans_are_shown(
    reviewer: Reviewer, merged: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REVIEWER_API_URL")
    said = reviewer("compensate", str(merged["id"]))
    assert said.status == ExitCode.OK and "the service was not asked" in said.out
    assert merged["canonical"] in said.out and "(the merged contact)" not in said.out
    first = members(merged)[0]
    refused = reviewer("compensate", str(merged["id"]), "--recreate", first, "--carry-out", "--note", "wrong", "--yes")
    assert refused.status == ExitCode.REFUSED and "has to be read first" in refused.err


def test_it_is_carried_out_when_that_is_asked_for(reviewer: Reviewer, merged: dict[str, Any]) -> None:
    first = members(merged)[0]
    call = ("compensate", str(merged["id"]), "--recreate", first, "--carry-out", "--note", "two persons")
    refused = reviewer(*call)
    assert refused.status == ExitCode.REFUSED and "confirm it with --yes" in refused.err
    staged = reviewer(*call, "--yes", "--json").json()
    assert "was approved" in staged["sentence"]
    (row,) = reviewer("stage", "--json").json()["staged"]
    assert (row["kind"], row["contacts"]) == ("compensate", [merged["canonical"]])
    assert f" out of {row['names'][0]}" in row["who"] and row["who"] in reviewer("operations").out
    assert "1. " in reviewer("audit", "show", str(staged["decision"])).out
    done = reviewer("execute", "--json")
    (operation,) = done.json()["operations"]
    assert operation["state"] == "done", operation["outcome"]
    again = reviewer(*call, "--yes")
    assert again.status == ExitCode.REFUSED and f"was re-created by operation {operation['id']}" in again.err
    table = [json.loads(line) for line in reviewer("export", "crosswalk", "-", "--format", "jsonl").out.splitlines()]
    assert {row["old_id"]: row["recreated_as"] for row in table}[first] == operation["canonical"]


def test_on_a_terminal_the_word_is_typed(
    reviewer: Reviewer, merged: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = members(merged)[0]
    call = ("compensate", str(merged["id"]), "--recreate", first, "--carry-out", "--note", "two persons")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    for typed, status in (("yes", ExitCode.REFUSED), ("re-create", ExitCode.OK)):
        monkeypatch.setattr("click.prompt", lambda *given, word=typed, **how: word)
        assert reviewer(*call).status == status


def test_what_cannot_be_compensated_is_said(reviewer: Reviewer, merged: dict[str, Any]) -> None:
    number, first = str(merged["id"]), members(merged)[0]
    assert reviewer("compensate", "999").status == ExitCode.NOT_FOUND
    unnoted = reviewer("compensate", number, "--recreate", first, "--carry-out", "--yes")
    assert unnoted.status == ExitCode.REFUSED and "needs a note" in unnoted.err
    stranger = reviewer("compensate", number, "--recreate", "nobody")
    assert stranger.status == ExitCode.REFUSED and "nobody was no member" in stranger.err
    assert reviewer("compensate", number, "--carry-out").status == ExitCode.USAGE


def test_a_snapshot_is_as_private_as_the_database(reviewer: Reviewer, merged: dict[str, Any], home: Path) -> None:
    assert locations.database("default").stat().st_mode & 0o777 == 0o600
