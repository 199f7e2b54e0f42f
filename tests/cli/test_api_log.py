"""`reviewer api-log` against a served organisation: every process's calls, and what their options show."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import ServedOrganization
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture(scope="module")
def served() -> Iterator[ServedOrganization]:
    with ServedOrganization(population=150, rate_limit=None) as running:
        yield running


@pytest.fixture
def connected(served: ServedOrganization, home: Path, monkeypatch: pytest.MonkeyPatch) -> ServedOrganization:
    """The settings lead to the organisation."""
    monkeypatch.setenv("REVIEWER_API_URL", served.access.url)
    monkeypatch.setenv("REVIEWER_CLIENT_ID", served.access.client_id)
    monkeypatch.setenv("REVIEWER_CLIENT_SECRET", served.access.client_secret)
    served.write("faults", {})
    return served


def listed(reviewer: Reviewer, *options: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in reviewer("api-log", "--json", *options).out.splitlines()]


def test_the_calls_of_every_process_are_listed_without_secrets_or_bodies(
    connected: ServedOrganization, reviewer: Reviewer, home: Path
) -> None:
    assert reviewer("sync").status == ExitCode.OK
    other = subprocess.run([sys.executable, "-m", "reviewer", "sync"], env={**os.environ}, capture_output=True)
    assert other.returncode == 0, other.stderr
    calls = listed(reviewer, "--last", "0")
    assert {call["command"] for call in calls} == {"sync"} and len({call["process"] for call in calls}) == 2
    assert [call["path"] for call in calls if call["attempt"] == 1][:2] == ["/oauth/token", "/api/v2/organizations/me"]
    assert all(call["status"] == 200 and call["correlation_id"] for call in calls)
    assert not any(call.keys() & {"query", "request", "answer"} for call in calls)
    written = "".join(file.read_text() for file in (home / "state").iterdir())
    assert connected.access.client_secret not in written and "Bearer" not in written and "lastName" not in written
    said = reviewer("api-log", "--last", "3")
    assert len(said.out.splitlines()) == 4 and "calls listed: 3" in said.err and "correlation id" in said.out


def test_an_error_names_its_call_and_the_correlation_id_that_the_list_finds_it_by(
    connected: ServedOrganization, reviewer: Reviewer
) -> None:
    said = reviewer("person", "nobody-there")
    assert said.status == ExitCode.NOT_FOUND and "nobody-there" in said.err
    (call,) = listed(reviewer, "--failed")
    assert call["target"] == "/api/v2/externalcontacts/contacts/nobody-there"
    assert (call["code"], call["command"]) == ("not.found", "person")
    assert str(call["correlation_id"]) in said.err and f"GET {call['path']}" in said.err
    assert listed(reviewer, "--correlation", str(call["correlation_id"])[:8]) == [call]
    assert listed(reviewer, "--call", "get /api/v2/externalcontacts/contacts/nobody") == [call]
    assert listed(reviewer, "--writes") == listed(reviewer, "--since", "2099-01-01") == []
    assert reviewer("api-log", "--since", "some day").status == ExitCode.USAGE


def test_bodies_are_listed_only_where_the_setting_kept_them(
    connected: ServedOrganization, reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewer("person", "nobody-there")
    said = reviewer("api-log", "--bodies")
    assert "REVIEWER_API_BODIES" in said.err and "was not found" not in said.out
    monkeypatch.setenv("REVIEWER_API_BODIES", "yes")
    reviewer("person", "nobody\u202e-there")
    said = reviewer("api-log", "--bodies", "--last", "1")
    assert 'answer: {"message"' in said.out and "\u202e" not in said.out
    token, call = listed(reviewer, "--bodies", "--last", "2")
    assert token["path"] == "/oauth/token" and token["answer"] is None
    assert "was not found" in str(call["answer"])
    assert not listed(reviewer, "--last", "1")[0].keys() & {"query", "request", "answer"}


def test_a_lost_and_a_refused_call_and_their_repetition_are_listed_one_by_one(
    connected: ServedOrganization, reviewer: Reviewer
) -> None:
    connected.write("faults", {"scan": [{"kind": "drop_before"}, {"kind": "error_before", "status": 503}]})
    assert reviewer("sync").status == ExitCode.OK
    scans = [call for call in listed(reviewer) if call["path"] == "/api/v2/externalcontacts/scan/contacts"]
    assert [(one["outcome"], one["status"], one["attempt"]) for one in scans[:3]] == [
        ("lost", 0, 1),
        ("answered", 503, 2),
        ("answered", 200, 3),
    ]
    assert "lost" in reviewer("api-log", "--failed").out


def test_a_shared_queue_lists_its_calls_beside_its_database(
    connected: ServedOrganization, reviewer: Reviewer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import grp

    monkeypatch.setenv("REVIEWER_QUEUE_GROUP", grp.getgrgid(os.getgid()).gr_name)
    monkeypatch.setenv("REVIEWER_DATABASE", str(tmp_path / "queue" / "acme.db"))
    assert reviewer("sync").status == ExitCode.OK
    file = tmp_path / "queue" / "acme.db.api.jsonl"
    assert file.stat().st_mode & 0o777 == 0o660
    assert len(listed(reviewer)) > 3


def test_nothing_was_called_yet(reviewer: Reviewer) -> None:
    said = reviewer("api-log")
    assert (said.status, said.out) == (ExitCode.OK, "") and "no calls were made yet" in said.err


def test_a_list_that_cannot_be_read_is_told(reviewer: Reviewer, home: Path) -> None:
    (home / "state" / "default.api.jsonl").mkdir(parents=True)
    said = reviewer("api-log")
    assert said.status == ExitCode.FAILED and "cannot be read: Is a directory" in said.err
