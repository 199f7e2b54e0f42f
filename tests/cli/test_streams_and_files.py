"""What a command leaves behind: exports and backups that are whole, one JSON document, a sentence and no traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from reviewer.review import export
from reviewer.store import stamp
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture
def duplicate(reviewer: Reviewer, queued: Path) -> int:
    """The number of a candidate that can be merged."""
    return int(next(row["id"] for row in reviewer("queue", "--json").json() if row["kind"] == "duplicate"))


@pytest.mark.parametrize("ending", ["", "-wal", "-shm"])
def test_an_export_never_takes_the_place_of_the_database(reviewer: Reviewer, queued: Path, ending: str) -> None:
    target = queued.with_name(queued.name + ending)
    before = queued.read_bytes()
    said = reviewer("export", "candidates", str(target))
    assert said.status == ExitCode.REFUSED
    assert said.err.count("\n") == 1 and "the database itself" in said.err
    assert queued.read_bytes() == before


def test_an_export_follows_no_link_to_the_database(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    before = queued.read_bytes()
    link, twin = tmp_path / "link.csv", tmp_path / "twin.csv"
    link.symlink_to(queued)
    twin.hardlink_to(queued)
    for target in (link, twin):
        assert reviewer("export", "candidates", str(target)).status == ExitCode.REFUSED
    assert queued.read_bytes() == before


def test_an_export_overwrites_a_file_only_if_it_is_told_to(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    target = tmp_path / "mine.csv"
    target.write_text("mine")
    (link := tmp_path / "link.csv").symlink_to(target)
    for place in (target, link):
        said = reviewer("export", "candidates", str(place))
        assert said.status == ExitCode.REFUSED and "overwrite it with --force" in said.err
    assert target.read_text() == "mine"
    assert reviewer("export", "candidates", str(target), "--force").status == ExitCode.OK
    assert target.read_text().startswith("id_a,")


def test_an_export_that_fails_half_way_keeps_the_old_one(
    reviewer: Reviewer, queued: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "exports"
    folder.mkdir()
    target = folder / "candidates.csv"
    assert reviewer("export", "candidates", str(target)).status == ExitCode.OK
    before = target.read_bytes()

    def failing(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export, "_write", failing)
    said = reviewer("export", "candidates", str(target), "--force")
    assert said.status == ExitCode.FAILED and "No space left" in said.err
    assert target.read_bytes() == before
    assert list(folder.iterdir()) == [target]


def test_an_export_through_a_link_leaves_the_link_where_it_is(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_text("old")
    link = tmp_path / "link.csv"
    link.symlink_to("real.csv")
    assert reviewer("export", "candidates", str(link), "--force").status == ExitCode.OK
    assert link.is_symlink() and (tmp_path / "real.csv").read_text().startswith("id_a,")


def test_an_export_is_private_even_where_the_old_file_was_not(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    target = tmp_path / "candidates.csv"
    target.write_text("old")
    target.chmod(0o644)
    said = reviewer("export", "candidates", str(target), "--force")
    assert target.stat().st_mode & 0o777 == 0o600
    assert said.err == "1 pair written\n" and target.read_text().startswith("id_a,")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110
@pytest.mark.parametrize("command", [["queue"], ["queue", "--json"], ["export", "candidates", "-"]])
@pytest.mark.parametrize("unbuffered", ["", "1"])
def test_a_standard_output_that_cannot_be_written_is_one_sentence(
    queued: Path, command: list[str], unbuffered: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", unbuffered)
    with open("/dev/full", "w") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "reviewer", *command], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == ExitCode.FAILED
    assert "standard output cannot be written (No space left on device)" in done.stderr
    assert "Traceback" not in done.stderr and "Exception ignored" not in done.stderr


def test_a_reader_that_has_had_enough_is_no_error(queued: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "reviewer", "queue"], stdout=writing, stderr=subprocess.PIPE, text=True, check=False
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (ExitCode.OK, "to review: 1 duplicate, 0 stitch, 1 shared\n")


@pytest.mark.parametrize(
    "arguments",
    [
        *(
            ["status"],
            ["queue"],
            ["show", "1"],
            ["stage"],
            ["operations"],
            ["auto"],
            ["audit"],
            ["audit", "verify"],
            ["audit", "show", "1"],
        ),
        *(["rule", "list"], ["detect"], ["execute"], ["execute", "--dry-run"], ["undo"], ["decide", "1", "merge"]),
        *(["defer", "1", "2999-01-01"], ["export", "audit", "-"], ["rule", "identifier", "Phone", "+1", "desk"]),
        ["backup", "copy.db"],
    ],
)
def test_what_does_not_fill_a_database_makes_none_and_says_how(
    reviewer: Reviewer, home: Path, arguments: list[str]
) -> None:
    place = home / "nowhere" / "x.db"
    said = reviewer("--database", str(place), *arguments)
    assert (said.status, said.out) == (ExitCode.DATABASE, "")
    assert f"there is no database at {place}; run `reviewer sync` or `reviewer load contacts` first" in said.err
    assert not place.parent.exists()


def test_what_fills_a_database_makes_one(reviewer: Reviewer, home: Path) -> None:
    place, file = home / "new" / "x.db", home / "contacts.jsonl"
    file.write_text("")
    assert reviewer("--database", str(place), "load", "contacts", str(file)).status == ExitCode.OK
    assert place.exists()


def test_every_list_is_one_json_document_even_when_empty(reviewer: Reviewer, empty: Path) -> None:
    for arguments in (["queue"], ["operations"], ["audit"], ["rule", "list"]):
        assert reviewer(*arguments, "--json").json() == [], arguments


def test_the_audit_and_the_paths_are_json_too(reviewer: Reviewer, duplicate: int) -> None:
    decided = reviewer(
        "decide", str(duplicate), "merge", "--pick", "firstName=A", "--note", "same man", "--json"
    ).json()
    shown = reviewer("audit", "show", str(decided["decision"]), "--json").json()
    assert (shown["note"], shown["document"]["picks"]) == ("same man", {"firstName": "smith-1"})
    assert reviewer("audit", "verify", "--json").json() == {
        "whole": True,
        "first_broken": None,
        "reason": "",
        "entries": 1,
        "erased": 0,
    }
    assert list(reviewer("config", "path", "--json").json()) == ["config"]
    assert list(reviewer("config", "path", "--all", "--json").json()) == [
        *("config", "database", "log", "api-log"),
    ]
    assert reviewer("stage", "--release", "--json").json() == {"released": 1}


def test_the_audit_tells_the_note_the_picks_and_what_was_released(reviewer: Reviewer, duplicate: int) -> None:
    reviewer("decide", str(duplicate), "merge", "--pick", "firstName=A", "--note", "same \x1b[31mman")
    said = reviewer("audit", "show", "1").out
    assert "note: same ␛[31mman\n" in said and "picked: firstName of smith-1\n" in said
    reviewer("stage", "--release")
    decided, released = (row["what"] for row in reviewer("audit", "--json").json())
    assert (decided, released) == (f"candidate {duplicate}, note same \x1b[31mman", "operations 1")
    assert "operations 1" in reviewer("audit").out


def test_an_empty_mirror_says_what_to_do_and_shows_no_empty_table(reviewer: Reviewer, empty: Path) -> None:
    for command in ("queue", "status"):
        said = reviewer(command)
        assert said.status == ExitCode.OK
        assert "run `reviewer sync`, then `reviewer detect`" in said.err
        assert "candidate " not in said.out and "operation " not in said.out


def test_a_filled_queue_needs_no_advice(reviewer: Reviewer, queued: Path) -> None:
    assert "reviewer detect" not in reviewer("queue").err + reviewer("status").err
    assert "to review: 1 duplicate, 0 stitch, 1 shared" in reviewer("status").out


def test_one_is_not_counted_as_several(reviewer: Reviewer, duplicate: int) -> None:
    reviewer("decide", str(duplicate), "distinct")
    assert reviewer("export", "decisions", "-").err == "1 decision written\n"
    assert reviewer("export", "audit", "-").err == "1 audit entry written\n"


def test_a_variable_that_is_no_setting_is_pointed_out_once_by_every_command(
    reviewer: Reviewer, queued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_REGOIN", "x")
    for arguments in (["queue"], ["config", "show"], ["config", "path"]):
        said = reviewer(*arguments)
        assert said.status == ExitCode.OK
        assert said.err.count("the variable REVIEWER_REGOIN is no setting; did you mean REVIEWER_REGION?\n") == 1
    assert json.loads(reviewer("config", "show", "--json").out)["unknown_variables"] == {
        "REVIEWER_REGOIN": "REVIEWER_REGION"
    }


def test_backup_and_restore_are_careful_unless_forced(reviewer: Reviewer, queued: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with open_database(queued) as database:
        stamp.claim_organization(database, "org-a", "Acme")
    assert reviewer("backup", str(copy)).status == ExitCode.OK
    assert reviewer("backup", str(copy)).status == ExitCode.REFUSED
    assert reviewer("backup", str(copy), "--force").status == ExitCode.OK
    with open_database(queued) as database:
        stamp.write(database, "organization", "org-b")
    refused = reviewer("restore", str(copy))
    assert refused.status == ExitCode.REFUSED and "org-a" in refused.err and "org-b" in refused.err
    assert reviewer("restore", str(copy), "--force").status == ExitCode.OK
