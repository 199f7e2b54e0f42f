"""`reviewer load` and `reviewer sync` as they are typed: data, narration, rejects files, exit statuses."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli.main import run
from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A home of its own, without variables of this machine."""
    for name in ("CONFIG", "ENVIRONMENT", "REGION", "API_URL", "CLIENT_ID", "CLIENT_SECRET", "EXTERNAL_SOURCE"):
        monkeypatch.delenv(f"REVIEWER_{name}", raising=False)
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path / "home"))
    return tmp_path


@pytest.fixture(scope="module")
def served() -> Iterator[ServedOrganization]:
    with ServedOrganization(population=160, rate_limit=None) as running:
        yield running


@pytest.fixture
def connected(served: ServedOrganization, monkeypatch: pytest.MonkeyPatch) -> ServedOrganization:
    """Settings that lead to the served organisation."""
    access = served.access
    for name, value in (
        ("API_URL", access.url),
        ("CLIENT_ID", access.client_id),
        ("CLIENT_SECRET", access.client_secret),
        ("EXTERNAL_SOURCE", "crm"),
    ):
        monkeypatch.setenv(f"REVIEWER_{name}", value)
    return served


def written(path: Path, *lines: object) -> str:
    path.write_text("".join(json.dumps(line) + "\n" if not isinstance(line, str) else line + "\n" for line in lines))
    return str(path)


def given(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def facts(capsys: Output) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


PEOPLE = [
    {"id": "a", "firstName": "Ada", "lastName": "Lovelace", "personalEmail": "ada@example.com"},
    {"id": "b", "firstName": "Ada", "lastName": "Lovelace", "personalEmail": "ada@example.com"},
    {"id": "c", "firstName": "Grace", "lastName": "Hopper"},
]


def test_bad_lines_are_told_with_file_and_line_and_kept_beside_the_file(home: Path, capsys: Output) -> None:
    file = written(home / "crm.jsonl", PEOPLE[0], "nonsense", PEOPLE[1], {"firstName": "x"})
    assert run(["load", "contacts", file]) == ExitCode.SOME_REJECTED
    said = capsys.readouterr()
    assert said.out == "2 new, 0 changed, 0 as they were\n"
    beside = home / "crm.jsonl.rejects.jsonl"
    assert "crm.jsonl:2: not JSON: " in said.err and "crm.jsonl:4: a contact without an id" in said.err
    assert f"2 rejected, kept in {beside}" in said.err
    assert [json.loads(line)["line"] for line in beside.read_text().splitlines()] == [2, 4]
    assert beside.stat().st_mode & 0o777 == 0o600
    assert run(["load", "contacts", file, "--json"]) == ExitCode.SOME_REJECTED
    again = facts(capsys)
    assert again == {
        "new": 0, "changed": 0, "equal": 2, "kept": 0, "rejected": 2, "rejects_file": str(beside)
    }  # fmt: skip


def test_standard_input_is_read_and_its_rejects_lie_in_the_state_directory(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    given(monkeypatch, json.dumps(PEOPLE[0]).encode() + b"\n\xff\n")
    assert run(["load", "contacts", "-"]) == ExitCode.SOME_REJECTED
    assert "stdin:2: not UTF-8" in capsys.readouterr().err
    assert (home / "home" / "state" / "stdin.rejects.jsonl").exists()


def test_loaded_pairs_are_scored_and_in_the_queue_at_once(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    assert run(["load", "contacts", written(home / "crm.jsonl", *PEOPLE)]) == ExitCode.OK
    file = written(home / "splink.csv", "unique_id_l,unique_id_r,match_weight", "a,b,9.5", "a,c,-2")
    capsys.readouterr()
    assert run(["load", "pairs", file, "--json"]) == ExitCode.OK
    assert facts(capsys) == {
        "pairs": 2, "news": 2, "fetched": 0, "rejected": 0, "scored": 2, "rejects_file": None
    }  # fmt: skip
    assert run(["queue", "--json"]) == ExitCode.OK
    before = capsys.readouterr().out
    assert before.count("Ada Lovelace") >= 2
    given(monkeypatch, (home / "splink.csv").read_bytes())
    assert run(["load", "pairs", "-", "--source", "splink.csv"]) == ExitCode.OK
    assert capsys.readouterr().out == "2 pairs, 0 of them new; 0 scored\n"
    assert run(["queue", "--json"]) == ExitCode.OK
    assert capsys.readouterr().out == before


def test_pairs_without_a_connection_reject_what_the_mirror_does_not_know(home: Path, capsys: Output) -> None:
    run(["load", "contacts", written(home / "crm.jsonl", *PEOPLE)])
    capsys.readouterr()
    file = written(home / "pairs.jsonl", {"a": "a", "b": "nobody"}, {"a": "a", "b": "b"})
    assert run(["load", "pairs", file]) == ExitCode.SOME_REJECTED
    said = capsys.readouterr()
    assert "pairs.jsonl:1: nobody: unknown" in said.err and "1 pair, 1 of them new" in said.out


def test_a_file_that_cannot_be_read_is_one_sentence(home: Path, capsys: Output) -> None:
    for file, reason in ((home / "missing", "No such file or directory"), (home, "Is a directory")):
        assert run(["load", "contacts", str(file)]) == ExitCode.FAILED
        assert capsys.readouterr().err == f"reviewer: {file} cannot be read: {reason}\n"


def test_hostile_names_and_reasons_stay_in_their_place_on_the_terminal(home: Path, capsys: Output) -> None:
    evil = home / "evil\x1b]0;owned\x07\r\n\u202e.jsonl"
    written(evil, "nonsense")
    assert run(["load", "contacts", str(evil)]) == ExitCode.SOME_REJECTED
    said = capsys.readouterr().err
    assert not set("\x1b\x07\r\u202e") & set(said)
    assert said.startswith(f"{home}/evil␛]0;owned␇␍⏎‹202E›.jsonl:1: not JSON") and len(said.splitlines()) == 2


def test_a_file_name_that_is_no_text_can_be_an_origin(home: Path, capsys: Output) -> None:
    file = home / "crm\udcff.jsonl"
    written(file, PEOPLE[0])
    assert run(["load", "contacts", str(file)]) == ExitCode.OK


def test_ids_without_a_connection_name_the_setting_that_is_missing(home: Path, capsys: Output) -> None:
    assert run(["load", "ids", written(home / "ids", "a")]) == ExitCode.SETTINGS
    assert "no region is set" in capsys.readouterr().err


def test_a_served_organisation_is_synced_and_its_anonymous_contacts_are_loaded(
    home: Path, connected: ServedOrganization, capsys: Output
) -> None:
    assert run(["sync", "--json"]) == ExitCode.OK
    report = facts(capsys)
    assert report["new"] == report["contacts"] > 60 and not report["resumed"]
    assert run(["sync"]) == ExitCode.OK
    assert ": 0 new, 0 changed, 0 merged, 0 gone\n" in capsys.readouterr().out
    anonymous = connected.read("anonymous")
    assert run(["load", "ids", written(home / "ids.txt", *anonymous, "nobody")]) == ExitCode.SOME_REJECTED
    said = capsys.readouterr()
    assert said.out.startswith(f"{len(anonymous)} new, ") and "ids.txt:" in said.err and "404" in said.err


def test_the_anchors_source_is_found_by_its_name(home: Path, connected: ServedOrganization) -> None:
    from reviewer.cli.context import Context
    from reviewer.cli.wiring import open_desk_database, reading_rules
    from reviewer.store import comparables

    assert run(["sync"]) == ExitCode.OK
    context = Context()
    with open_desk_database(context) as database:
        assert reading_rules(context, database).anchor_source == connected.access.external_source_id
        anchors = 1 + comparables.COLUMNS.index("anchors")
        assert any(row[anchors] for row in comparables.rows(database))


def test_an_external_source_that_is_not_there_is_named_with_those_that_are(
    home: Path, connected: ServedOrganization, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.setenv("REVIEWER_EXTERNAL_SOURCE", "SAP")
    assert run(["sync"]) == ExitCode.SETTINGS
    assert "`external_source` is 'SAP'" in (said := capsys.readouterr().err) and "it has CRM" in said


def test_pairs_of_unknown_ids_are_fetched_over_the_connection(
    home: Path, connected: ServedOrganization, capsys: Output
) -> None:
    one, other = connected.read("anonymous")[:2]
    assert run(["load", "pairs", written(home / "p.jsonl", {"left": one, "right": other}), "--json"]) == ExitCode.OK
    found = facts(capsys)
    assert (found["pairs"], found["fetched"], found["scored"]) == (1, 2, 1)


def test_without_a_usable_secret_known_pairs_are_loaded_all_the_same(
    home: Path, connected: ServedOrganization, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    monkeypatch.delenv("REVIEWER_CLIENT_SECRET")
    run(["load", "contacts", written(home / "crm.jsonl", *PEOPLE)])
    assert run(["load", "pairs", written(home / "p.jsonl", {"a": "a", "b": "b"})]) == ExitCode.OK
    assert "going on without the API" in capsys.readouterr().err
