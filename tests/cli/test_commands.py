"""Whatever a key does, a command does too."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def smiths(reviewer: Reviewer, queued: Path) -> int:
    """The number of the candidate that is one Robert Smith."""
    rows = reviewer("queue", "--json").json()
    return int(next(row["id"] for row in rows if row["kind"] == "duplicate" and "Bob Smith" in row["names"]))


def kinds(reviewer: Reviewer) -> list[str]:
    return [row["kind"] for row in reviewer("queue", "--json").json()]


def test_the_queue_lists_candidates_strongest_first_and_by_kind(reviewer: Reviewer, smiths: int) -> None:
    rows = reviewer("queue", "--json").json()
    assert [row["weight"] for row in rows] == sorted((row["weight"] for row in rows), reverse=True)
    shared = reviewer("queue", "--kind", "shared", "--json").json()
    assert [row["names"] for row in shared] == [["+17029191400"]]


def test_show_lays_out_the_records_the_result_and_the_evidence(reviewer: Reviewer, smiths: int) -> None:
    said = reviewer("show", str(smiths)).out
    assert re.search(r"^≈ first name +Robert +Bob +Bob \(B\) +!$", said, re.MULTILINE)
    full = reviewer("show", str(smiths), "--full").out
    assert re.search(r"^≈ first name +Robert +Bob +Bob \(B, most", full, re.MULTILINE)
    assert "lost: first name Robert: another value was chosen" in said
    assert "same date of birth" in said


def test_hostile_names_reach_no_terminal(reviewer: Reviewer, queued: Path) -> None:
    for line in reviewer("queue", "--json").json():
        said = reviewer("show", str(line["id"]))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\x9b]", said.out + said.err)


def test_a_merge_is_staged_and_undo_brings_the_candidate_back(reviewer: Reviewer, smiths: int) -> None:
    decided = reviewer("decide", str(smiths), "merge", "--pick", "firstName=A", "--note", "same man", "--json").json()
    staged = reviewer("stage", "--json").json()["staged"]
    assert [row["operation"] for row in staged] == [decided["operation"]]
    assert smiths not in [row["id"] for row in reviewer("queue", "--json").json()]
    seen = reviewer("audit", "show", str(decided["decision"])).out
    assert "Robert (A, picked)" in seen
    undone = reviewer("undo", "--json").json()
    assert undone["candidate"] == smiths
    assert smiths in [row["id"] for row in reviewer("queue", "--json").json()]
    assert reviewer("stage", "--json").json()["staged"] == []


def test_the_dry_run_prints_the_very_request(reviewer: Reviewer, smiths: int) -> None:
    reviewer("decide", str(smiths), "merge")
    (operation,) = reviewer("execute", "--dry-run", "--json").json()
    read, merge = operation["calls"]
    assert (read["method"], read["path"]) == ("POST", "/api/v2/externalcontacts/bulk/contacts/unresolved")
    assert merge["path"] == "/api/v2/externalcontacts/contacts/merge" and merge["writes"]
    assert merge["body"]["contactIds"] == ["smith-1", "smith-2"]
    assert merge["body"]["valueOverride"]["firstName"] == "Bob"
    said = reviewer("execute", "--dry-run")
    assert f"{merge['method']} {merge['path']}" in said.out and "1 operation, 2 calls; nothing was sent" in said.err


def test_distinct_takes_the_pair_out_for_good(reviewer: Reviewer, smiths: int) -> None:
    assert reviewer("decide", str(smiths), "distinct").status == ExitCode.OK
    assert reviewer("detect").status == ExitCode.OK
    assert smiths not in [row["id"] for row in reviewer("queue", "--json").json()]


def test_a_deferred_candidate_leaves_the_queue(reviewer: Reviewer, smiths: int) -> None:
    assert reviewer("defer", str(smiths), "2999-01-01").status == ExitCode.OK
    assert smiths not in [row["id"] for row in reviewer("queue", "--json").json()]
    refused = reviewer("defer", str(smiths), "2001-01-01")
    assert (refused.status, refused.out) == (ExitCode.REFUSED, "")
    assert "not in the future" in refused.err


def test_a_ruling_settles_the_warning_about_its_identifier(reviewer: Reviewer, queued: Path) -> None:
    assert "shared" in kinds(reviewer)
    assert reviewer("rule", "identifier", "Phone", "+17029191400", "household").status == ExitCode.OK
    assert "shared" not in kinds(reviewer)
    assert reviewer("rule", "list", "--json").json()[0]["ruling"] == "household"
    unknown = reviewer("rule", "identifier", "Phone", "+10000000000", "desk")
    assert unknown.status == ExitCode.REFUSED and "no contact" in unknown.err


def test_auto_lists_and_approves_what_the_policy_calls_automatic(reviewer: Reviewer, smiths: int) -> None:
    assert [row["id"] for row in reviewer("auto", "--json").json()] == [smiths]
    assert reviewer("stage", "--json").json()["staged"] == []
    assert len(reviewer("auto", "--approve", "--json").json()) == 1
    assert len(reviewer("stage", "--json").json()["staged"]) == 1


def test_a_field_is_emptied_and_what_that_needs_is_shown_beforehand(reviewer: Reviewer, smiths: int) -> None:
    shown = reviewer("show", str(smiths), "--pick", "cell phone=None")
    assert "own step: cell phone +1 702-919-1300: removed right after the merge" in shown.out
    assert "own step: Phone +17029191300: released, no longer leads to this person" in shown.out
    assert "(nothing picked)" in shown.out
    decided = reviewer("decide", str(smiths), "merge", "--pick", "cellPhone=none", "--json").json()
    document = reviewer("audit", "show", str(decided["decision"]), "--json").json()["document"]
    assert [kind for kind, _ in document["steps"]] == ["merge", "remove", "release"]
    assert "cellPhone" not in document["promise"] and "own step: cell phone" in document["screen"]


def test_wrong_letters_and_fields_are_told_in_one_sentence(reviewer: Reviewer, smiths: int) -> None:
    for pick in ("firstName=Z", "nothing=A", "firstName", "title=A"):
        refused = reviewer("decide", str(smiths), "merge", "--pick", pick)
        assert refused.status == ExitCode.REFUSED
        assert refused.err.startswith("reviewer: ") and refused.err.count("\n") == 1


def test_unknown_numbers_are_not_found(reviewer: Reviewer, queued: Path) -> None:
    for arguments in (("show", "9999"), ("decide", "9999", "merge"), ("undo", "9999"), ("audit", "show", "9999")):
        said = reviewer(*arguments)
        assert said.status == ExitCode.NOT_FOUND, arguments
        assert "there is no" in said.err


def test_exports_are_guarded_against_formulas_unless_raw(reviewer: Reviewer, smiths: int, tmp_path: Path) -> None:
    reviewer("decide", str(smiths), "merge", "--note", "=cmd|'/c calc'!A1")
    target = tmp_path / "decisions.csv"
    assert reviewer("export", "decisions", str(target)).status == ExitCode.OK
    assert target.stat().st_mode & 0o777 == 0o600
    (row,) = csv.DictReader(io.StringIO(target.read_text(encoding="utf-8")))
    assert row["note"].startswith("'=cmd")
    raw = reviewer("export", "decisions", "-", "--raw").out
    assert next(csv.DictReader(io.StringIO(raw)))["note"].startswith("=cmd")


def test_candidates_are_exported_as_the_pairs_that_were_scored(reviewer: Reviewer, smiths: int) -> None:
    rows = list(csv.DictReader(io.StringIO(reviewer("export", "candidates", "-").out)))
    assert list(rows[0]) == ["id_a", "id_b", "weight", "probability", "kind", "verdict", "group"]
    assert ("smith-1", "smith-2", str(smiths)) in [(row["id_a"], row["id_b"], row["group"]) for row in rows]


def test_the_audit_is_whole_until_somebody_changes_it(reviewer: Reviewer, smiths: int, queued: Path) -> None:
    reviewer("decide", str(smiths), "distinct")
    reviewer("undo")
    assert reviewer("audit", "verify").status == ExitCode.OK
    import sqlite3

    with sqlite3.connect(queued) as connection:
        connection.execute("UPDATE audit SET steward = 'somebody else' WHERE id = 1")
    connection.close()
    broken = reviewer("audit", "verify")
    assert broken.status == ExitCode.CHECK_FAILED and "entry 1" in broken.err


def test_backup_and_restore_bring_a_decision_back(reviewer: Reviewer, smiths: int, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    assert reviewer("backup", str(copy)).status == ExitCode.OK
    reviewer("decide", str(smiths), "distinct")
    assert reviewer("restore", str(copy)).status == ExitCode.OK
    assert smiths in [row["id"] for row in reviewer("queue", "--json").json()]


def test_the_workbench_needs_a_terminal(reviewer: Reviewer, queued: Path) -> None:
    for arguments in ((), ("review",), ("demo",)):
        said = reviewer(*arguments)
        assert said.status == ExitCode.NO_TERMINAL
        assert "terminal" in said.err and "Traceback" not in said.err


def test_executing_without_a_connection_names_the_setting(reviewer: Reviewer, queued: Path) -> None:
    said = reviewer("execute")
    assert said.status == ExitCode.SETTINGS
    assert "region" in said.err


def test_a_damaged_database_is_told_and_left_alone(reviewer: Reviewer, queued: Path) -> None:
    garbage = b"this is no database" * 1000
    queued.write_bytes(garbage)
    for leftover in ("-wal", "-shm"):
        queued.with_name(queued.name + leftover).unlink(missing_ok=True)
    said = reviewer("queue")
    assert said.status == ExitCode.DATABASE
    assert "restore" in said.err and "Traceback" not in said.err
    assert queued.read_bytes() == garbage


def test_every_command_is_in_the_help(reviewer: Reviewer, home: Path) -> None:
    from reviewer.cli.main import COMMANDS

    said = reviewer("--help").out
    for name in COMMANDS:
        assert re.search(rf"^  {name}\b", said, re.MULTILINE), name


def test_json_names_every_part(reviewer: Reviewer, smiths: int) -> None:
    shown = reviewer("show", str(smiths), "--json").json()
    assert shown["columns"][0]["contact_id"] == "smith-1"
    assert {row["label"]: row["values"] for row in shown["rows"]}["first name"] == ["Robert", "Bob"]
    assert shown["bars"][0]["sentence"]
    status = reviewer("status", "--json").json()
    assert status["to_review"]["shared"] == 1


def test_the_setting_auto_lets_detection_stage_what_is_automatic(
    reviewer: Reviewer, smiths: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer("detect")
    assert "staged 0" in reviewer("status").out
    monkeypatch.setenv("REVIEWER_AUTO", "true")
    assert reviewer("detect", "--json").json()["approved"] == 1
    assert "staged 1" in reviewer("status").out


def test_a_pick_of_a_contact_that_is_left_out_is_refused(reviewer: Reviewer, smiths: int) -> None:
    refused = reviewer("decide", str(smiths), "merge", "--leave-out", "A", "--pick", "firstName=A")
    assert refused.status == ExitCode.REFUSED and "left out" in refused.err


def test_what_a_backup_holds_as_staged_waits_for_a_look(reviewer: Reviewer, smiths: int, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    reviewer("decide", str(smiths), "merge")
    reviewer("stage", "--release")
    reviewer("backup", str(copy))
    reviewer("undo")
    said = reviewer("restore", str(copy))
    assert "1 approvals of the backup are staged again" in said.err
    assert datetime.fromisoformat(reviewer("stage", "--json").json()["staged"][0]["send_after"]) > datetime.now(
        UTC
    ) + timedelta(hours=23)
