"""A mirror of its own for each test, and an in-process organisation to fill it from."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.store.database import Database, open_database
from tests.mirror.service import Service


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "mirror.db") as opened:
        yield opened


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """An organisation of 45 people in three pages or more, without a limit of its rate."""
    service = Service(tmp_path / "organization.jsonl", 45)
    yield service
    service.organization.state.close()
