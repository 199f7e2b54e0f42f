"""The log of a working day: commands, calls and decisions, and nothing of a record, and no secret."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from reviewer import locations
from reviewer.exit_codes import ExitCode
from reviewer.simulator.serving import Access, ServedOrganization
from reviewer.store.database import open_database
from tests.cli.conftest import Said

Reviewer = Callable[..., Said]


@pytest.fixture(scope="module")
def access() -> Iterator[Access]:
    with ServedOrganization(population=160, rate_limit=None) as running:
        yield running.access


@pytest.fixture
def connected(access: Access, home: Path, monkeypatch: pytest.MonkeyPatch) -> Access:
    """Settings that lead to the served organisation."""
    for name, value in (
        ("API_URL", access.url),
        ("CLIENT_ID", access.client_id),
        ("CLIENT_SECRET", access.client_secret),
    ):
        monkeypatch.setenv(f"REVIEWER_{name}", value)
    return access


def logged() -> str:
    return locations.log_file().read_text(encoding="utf-8")


def test_calls_commands_and_decisions_are_logged_without_names_and_secrets(
    reviewer: Reviewer, connected: Access
) -> None:
    assert reviewer("sync").status == ExitCode.OK
    assert reviewer("detect").status == ExitCode.OK
    row = next(row for row in reviewer("queue", "--json").json() if row["kind"] == "duplicate")
    decided = reviewer("decide", str(row["id"]), "merge", "--note", "they told me so", "--json").json()
    log = logged()
    assert re.search(r"reviewer\.calls \[[0-9a-f-]{8,}\] GET /api/v2/\S+: answered, status 200, \d+ ms, attempt 1", log)
    assert f"decided merge, decision:{decided['decision']} of candidate {row['id']}, by " in log
    assert re.search(r"command sync: exit status 0, \d+ ms", log)
    assert connected.client_secret not in log and "they told me so" not in log
    with open_database(locations.database("default")) as database:
        names = [name for (name,) in database.connection.execute("SELECT name FROM contact") if len(name) > 4]
    assert names and not [name for name in names if name in log]


def test_errors_are_logged_by_type_and_without_their_words(reviewer: Reviewer, queued: Path) -> None:
    reviewer("load", "contacts", "/nowhere/Ada Lovelace.jsonl")
    reviewer("audit", "show", "9999")
    log = logged()
    assert "WARNING" in log and "FileError, exit status 1" in log and "NotFoundError, exit status 9" in log
    assert "command load contacts: exit status 1" in log and "command audit show: exit status 9" in log
    assert "Lovelace" not in log


def test_an_unexpected_error_is_logged_with_its_frames_and_not_its_words(
    reviewer: Reviewer, queued: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: object, **__: object) -> None:
        raise LookupError("Ada Lovelace")

    monkeypatch.setattr("reviewer.review.queue.window", failing)
    with pytest.raises(LookupError):
        reviewer("queue")
    log = logged()
    assert "builtins.LookupError" in log and "queue.py:" in log and "Lovelace" not in log
    assert "command queue: exit status an unexpected error" in log


def test_the_person_of_an_unknown_id_is_not_found(reviewer: Reviewer, connected: Access) -> None:
    said = reviewer("person", "00000000-0000-4000-8000-000000000000")
    assert said.status == ExitCode.NOT_FOUND
    assert "there is no contact 00000000-0000-4000-8000-000000000000 in the organisation" in said.err
    assert "NotFoundError, exit status 9" in logged() and "reviewer.calls [" in logged()
