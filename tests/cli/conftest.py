"""A home of its own for every test of the command line, and a queue to work on."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from reviewer import locations, log_file
from reviewer.cli.main import run
from reviewer.detect.run import detect
from reviewer.domain.record import ReadingRules, make_record
from reviewer.simulator.serving import ServedOrganization
from reviewer.store import contacts, derivation
from reviewer.store.database import open_database


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty home in which the program keeps everything."""
    monkeypatch.setenv("REVIEWER_HOME", str(tmp_path))
    yield tmp_path
    log_file.stop()


@dataclass
class Said:
    """What a command line came to: its exit status and what it said on both streams."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """Standard output as one JSON document."""
        return json.loads(self.out)


@pytest.fixture
def reviewer(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command line in this process."""

    def call(*arguments: str) -> Said:
        capsys.readouterr()
        status = run(list(arguments))
        captured = capsys.readouterr()
        return Said(status, captured.out, captured.err)

    return call


SMITHS = (
    {
        "id": "smith-1",
        "type": "Curated",
        "firstName": "Robert",
        "lastName": "Smith",
        "cellPhone": {"display": "+1 702-919-1300", "e164": "+17029191300"},
        "personalEmail": "bob@work.example",
        "customFields": {"dateOfBirth": "1978-12-11"},
        "modifyDate": "2026-01-01T00:00:00Z",
    },
    {
        "id": "smith-2",
        "type": "Curated",
        "firstName": "Bob",
        "lastName": "Smith",
        "cellPhone": {"display": "+1 702-919-1300", "e164": "+17029191300"},
        "personalEmail": "bob@work.example",
        "title": "=1+1",
        "customFields": {"dateOfBirth": "1978-12-11"},
        "modifyDate": "2026-02-01T00:00:00Z",
    },
    {
        "id": "jones-1",
        "type": "Curated",
        "firstName": "[@click=app.quit]Mary[/]",
        "lastName": "Jones\x1b[31m",
        "homePhone": {"display": "+1 702-919-1400", "e164": "+17029191400"},
        "modifyDate": "2026-01-01T00:00:00Z",
    },
    {
        "id": "jones-2",
        "type": "Curated",
        "firstName": "Peter",
        "lastName": "Jones",
        "homePhone": {"display": "+1 702-919-1400", "e164": "+17029191400"},
        "modifyDate": "2026-01-01T00:00:00Z",
    },
    {
        "id": "jones-3",
        "type": "Curated",
        "firstName": "Ann",
        "lastName": "Jones",
        "homePhone": {"display": "+1 702-919-1400", "e164": "+17029191400"},
        "modifyDate": "2026-01-01T00:00:00Z",
    },
)
"""Two records of one Robert Smith; three people of one home with one phone, one with hostile text in the name."""


@pytest.fixture
def queued(home: Path) -> Path:
    """A database with candidates; returns its path."""
    path = locations.database("default")
    with open_database(path) as database:
        records = [make_record(json.dumps(one).encode(), ReadingRules()) for one in SMITHS]
        contacts.write(database, records, origin="api", read_at=datetime.now(UTC))
        detect(database, today=date.today())
        derivation.rebuild(database, date.today())
    return path


@pytest.fixture
def empty(home: Path) -> Path:
    """A database that holds nothing yet."""
    path = locations.database("default")
    open_database(path).close()
    return path


@pytest.fixture
def served(home: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Iterator[ServedOrganization]:
    """An organisation of its own for every test, and settings that lead to it; ``@pytest.mark.people(N)`` sizes it."""
    marked = request.node.get_closest_marker("people")
    with ServedOrganization(population=marked.args[0] if marked else 150, rate_limit=None) as running:
        access = running.access
        for name, value in (
            ("API_URL", access.url),
            ("CLIENT_ID", access.client_id),
            ("CLIENT_SECRET", access.client_secret),
        ):
            monkeypatch.setenv(f"REVIEWER_{name}", value)
        yield running
