"""A database and a program of different versions: older is brought up to date, newer is refused."""

import fcntl
import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database as Tables
from sqlite_utils.migrations import Migrations

from reviewer.domain.errors import DatabaseError
from reviewer.store import migration, schema, stamp
from reviewer.store.database import open_database
from tests.store.processes import run_all

OPENING = """
import sys
from pathlib import Path
from reviewer.store import backup, schema, stamp
from reviewer.store.database import open_database
print("ready", flush=True)
sys.stdin.readline()
with open_database(Path(sys.argv[1])) as database:
    stamp.write(database, sys.argv[2], "here")
"""

TOGETHER = """
import subprocess, sys
children = [
    subprocess.Popen([sys.executable, "-c", sys.argv[1], sys.argv[2], name],
                     stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for name in ("one", "two", "three", "four")
]
for child in children:
    child.stdout.readline()
for child in children:
    child.stdin.write("go\\n")
    child.stdin.flush()
sys.exit(max([child.wait() for child in children]))
"""


APPROVALS = (
    "TRIGGER approval_of_ones_own",
    "TRIGGER operation_needs_no_fewer",
    "TRIGGER operation_lacks_approvals",
    "TABLE approval",
)


def names_in(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    try:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        connection.close()


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> Migrations:
    """A program one version further, that keeps colours; tests may add to it what goes wrong."""
    further = Migrations(schema.MIGRATIONS.name)
    further(name="0001_first")(schema.first)

    @further(name="0002_colours")
    def colours(tables: Tables) -> None:
        tables.conn.execute("CREATE TABLE colour (name TEXT)")

    monkeypatch.setattr(schema, "MIGRATIONS", further)
    monkeypatch.setattr(migration, "SCHEMA_VERSION", migration.SCHEMA_VERSION + 1)
    return further


def test_the_version_is_the_number_of_migrations(tmp_path: Path) -> None:
    with open_database(tmp_path / "queue.db") as database:
        assert len(schema.MIGRATIONS.applied(database.tables)) == migration.SCHEMA_VERSION
        assert migration.version_of(database) == migration.SCHEMA_VERSION


def test_processes_that_open_a_new_database_at_once_all_succeed(tmp_path: Path) -> None:
    for attempt in range(3):
        path = tmp_path / f"queue-{attempt}.db"
        run_all(TOGETHER, (OPENING, path))
        with open_database(path) as database:
            assert [stamp.read(database, name) for name in ("one", "two", "three", "four")] == ["here"] * 4


def test_a_newer_database_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    with open_database(path) as database:
        database.connection.execute(f"PRAGMA user_version = {migration.SCHEMA_VERSION + 1}")
    content = path.read_bytes()
    with pytest.raises(DatabaseError, match="install a newer reviewer, nothing was changed"):
        open_database(path)
    assert path.read_bytes() == content


def older(path: Path) -> None:
    with open_database(path) as database:
        stamp.write(database, "kept", "yes")


def test_an_older_database_is_migrated_after_a_backup(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "queue.db"
    older(path)
    request.getfixturevalue("next_version")
    with open_database(path) as database:
        assert stamp.read(database, "kept") == "yes"
        assert migration.version_of(database) == migration.SCHEMA_VERSION
    assert "colour" in names_in(path)
    backup = tmp_path / f"queue.db.before-version-{migration.SCHEMA_VERSION}"
    assert backup.stat().st_mode & 0o777 == 0o600
    assert "contact" in names_in(backup) and "colour" not in names_in(backup)
    backup.unlink()
    open_database(path).close()
    assert not backup.exists(), "nothing is migrated twice"


def test_only_one_process_migrates_at_a_time(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "queue.db"
    older(path)
    further: Migrations = request.getfixturevalue("next_version")
    refused = []

    @further(name="0003_looking_for_the_lock")
    def looking(tables: Tables) -> None:
        with (tmp_path / "queue.db.migrating").open() as other:
            try:
                fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                refused.append(True)

    open_database(path).close()
    assert refused == [True]


def test_a_migration_that_fails_leaves_the_older_database(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "queue.db"
    older(path)
    further: Migrations = request.getfixturevalue("next_version")

    @further(name="0003_broken")
    def broken(tables: Tables) -> None:
        tables.conn.execute("CREATE TABLE half (name TEXT)")
        raise KeyError("broken")

    with pytest.raises(KeyError):
        open_database(path)
    assert "half" not in names_in(path)
    with sqlite3.connect(path) as plain:
        (version,) = plain.execute("PRAGMA user_version").fetchone()
        assert version < migration.SCHEMA_VERSION
        assert plain.execute("SELECT value FROM stamp WHERE key = 'kept'").fetchone() == ("yes",)
    plain.close()


def test_a_trigger_that_a_migration_lost_is_found(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = tmp_path / "queue.db"
    older(path)
    further: Migrations = request.getfixturevalue("next_version")

    @further(name="0003_transforming", transactional=False)
    def transforming(tables: Tables) -> None:
        tables.table("candidate").transform(rename={"mark": "remark"})

    with pytest.raises(DatabaseError, match=r"lacks .*candidate_added.*restore the backup"):
        open_database(path)


def test_a_first_opening_that_was_interrupted_is_taken_up_again(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    older(path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    with open_database(path) as database:
        assert stamp.read(database, "kept") == "yes"
        assert migration.version_of(database) == migration.SCHEMA_VERSION


def test_whoever_may_open_the_database_may_open_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    older(path)
    path.chmod(0o660)
    (tmp_path / "queue.db.migrating").unlink()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 0")
    connection.close()
    open_database(path).close()
    assert (tmp_path / "queue.db.migrating").stat().st_mode & 0o777 == 0o660


def test_a_database_of_the_first_version_gets_what_was_added_since_and_keeps_what_it_had(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    connection = sqlite3.connect(path, isolation_level=None)
    only_first = Migrations(schema.MIGRATIONS.name)
    only_first(name="0001_first")(schema.first)
    only_first.apply(Tables(connection))
    connection.execute("INSERT INTO stamp VALUES ('organization', 'acme')")
    connection.execute(
        """INSERT INTO pair (a, b, kind, weight, probability, levels, verdict, reasons, source)
           VALUES (1, 2, 'duplicate', 9, 0.9, x'0203', 'auto', '{}', 'detect')"""
    )
    connection.execute("PRAGMA user_version = 1")
    connection.close()
    with open_database(path) as database:
        assert stamp.read(database, "organization") == "acme"
        judged = database.connection.execute("SELECT source, levels, verdict FROM pair").fetchall()
        assert judged == [("carried", None, "review")], "levels of before have other codes"
        assert migration.version_of(database) == migration.SCHEMA_VERSION
        assert schema.missing_objects(database.connection) == []
    assert "api_rate" not in names_in(path.with_name(f"{path.name}.before-version-{migration.SCHEMA_VERSION}"))
