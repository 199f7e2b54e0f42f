"""Decisions and operations of kinds that a database of the first version did not know."""

import sqlite3
from pathlib import Path

import pytest

from reviewer.store import schema
from reviewer.store.database import open_database
from reviewer.store.schema.kinds import allow_more_kinds

DECISION = """INSERT INTO decision (kind, candidate, document, fingerprint, rung, steward, decided_at)
              VALUES (?, 1, '{}', '', 'steward', 'ada', '2026-11-01')"""
OPERATION = """INSERT INTO operation (decision, kind, state, send_after, created_at, changed_at)
               VALUES (1, ?, 'staged', '', '', '')"""


@pytest.fixture
def first_version(tmp_path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(tmp_path / "old.db", isolation_level=None)
    for script in schema._FIRST:
        connection.executescript(script)
    connection.execute(DECISION, ("merge",))
    return connection


@pytest.mark.parametrize("kind", ["link", "compensate"])
def test_an_older_database_takes_new_kinds_after_the_migration(first_version: sqlite3.Connection, kind: str) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        first_version.execute(DECISION, (kind,))
    allow_more_kinds(first_version)
    first_version.execute(DECISION, (kind,))
    first_version.execute(OPERATION, (kind,))
    assert first_version.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    first_version.close()


def test_a_kind_that_is_none_is_still_refused(tmp_path: Path) -> None:
    with open_database(tmp_path / "new.db") as database:
        for statement in (DECISION, OPERATION):
            with pytest.raises(sqlite3.IntegrityError):
                database.connection.execute(statement, ("split",))
