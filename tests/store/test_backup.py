"""A backup is whole or absent, and the way back loses nothing."""

import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.domain.errors import BusyError, DatabaseError, RefusedError
from reviewer.store import stamp
from reviewer.store.backup import restore_backup, write_backup
from reviewer.store.database import Database, clear_errors, open_database
from reviewer.store.migration import SCHEMA_VERSION
from reviewer.store.transaction import transaction


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with open_database(tmp_path / "queue.db") as opened:
        stamp.write(opened, "day", "monday")
        yield opened


def day(path: Path) -> str | None:
    with open_database(path, create=False) as opened:
        return stamp.read(opened, "day")


def test_a_backup_while_another_connection_writes_is_one_moment_of_the_database(
    database: Database, tmp_path: Path
) -> None:
    stop = threading.Event()
    written = threading.Event()

    def write() -> None:
        with open_database(database.path) as other:
            count = 0
            while not stop.is_set():
                count += 1
                with transaction(other):
                    stamp.write(other, "left", str(count))
                    stamp.write(other, "filler", "x" * (count % 7 * 3000))
                    stamp.write(other, "right", str(count))
                written.set()

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert written.wait(30)
        for attempt in range(10):
            copy = write_backup(database, tmp_path / f"backup-{attempt}.db")
            with sqlite3.connect(copy) as plain:
                assert plain.execute("PRAGMA integrity_check").fetchone() == ("ok",)
                left, right = (
                    plain.execute("SELECT value FROM stamp WHERE key = ?", (key,)).fetchone()
                    for key in ("left", "right")
                )
            plain.close()
            assert left == right is not None
    finally:
        stop.set()
        writer.join()


def test_a_backup_is_one_file_that_only_its_owner_may_read(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    copy = write_backup(database, folder / "backup.db")
    with sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True) as plain:
        assert plain.execute("SELECT value FROM stamp WHERE key = 'day'").fetchone() == ("monday",)
        assert plain.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    plain.close()
    assert [one.name for one in folder.iterdir()] == ["backup.db"]
    assert copy.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("place", ["no-such-folder/backup.db", "queue.db/backup.db", "."])
def test_a_place_that_cannot_be_written_is_told(database: Database, tmp_path: Path, place: str) -> None:
    before = set(tmp_path.parent.iterdir())
    with pytest.raises(DatabaseError, match="cannot be written"):
        write_backup(database, tmp_path / place, overwrite=True)
    assert set(tmp_path.parent.iterdir()) == before


def test_a_backup_is_never_written_over_the_database(database: Database, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(database.path)
    for target in (database.path, tmp_path / "link.db"):
        with pytest.raises(DatabaseError, match="the database itself"):
            write_backup(database, target)
    assert stamp.read(database, "day") == "monday"


def test_a_backup_that_fails_half_way_leaves_no_part_and_the_older_one(database: Database, tmp_path: Path) -> None:
    target = write_backup(database, tmp_path / "backup.db")
    content = target.read_bytes()
    damaged = Database(tmp_path / "damaged.db", sqlite3.connect(tmp_path / "damaged.db"))
    damaged.path.write_bytes(b"nonsense" * 1000)
    with damaged, pytest.raises(DatabaseError):
        write_backup(damaged, target, overwrite=True)
    assert target.read_bytes() == content
    assert not list(tmp_path.glob("*.partial*"))


def test_restoring_keeps_what_stood_there_and_remembers_that_it_was_restored(
    database: Database, tmp_path: Path
) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    stamp.write(database, "day", "tuesday")
    database.close()
    kept = restore_backup(backup, database.path)
    assert kept == tmp_path / "queue.db.before-restore"
    assert day(database.path) == "monday" and day(kept) == "tuesday"
    assert database.path.stat().st_mode & 0o777 == 0o600
    with open_database(database.path) as restored:
        assert stamp.read(restored, "restored") == "1"
    with open_database(backup) as original:
        assert stamp.read(original, "restored") is None


def test_restoring_what_was_kept_takes_the_restore_back(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    stamp.write(database, "day", "tuesday")
    database.close()
    kept = restore_backup(backup, database.path)
    assert kept is not None
    second = restore_backup(kept, database.path)
    assert second == tmp_path / "queue.db.before-restore-2"
    assert day(database.path) == "tuesday" and day(kept) == "tuesday" and day(second) == "monday"


def test_restoring_where_nothing_is_keeps_nothing(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    (tmp_path / "other").mkdir()
    assert restore_backup(backup, tmp_path / "other" / "queue.db") is None
    assert day(tmp_path / "other" / "queue.db") == "monday"
    assert [one.name for one in (tmp_path / "other").glob("*restor*")] == []


def test_a_restored_database_belongs_to_the_queue_group(database: Database, tmp_path: Path) -> None:
    import grp
    import os

    backup = write_backup(database, tmp_path / "backup.db")
    database.close()
    restore_backup(backup, database.path, grp.getgrgid(os.getgid()).gr_name)
    assert database.path.stat().st_mode & 0o777 == 0o660


def test_a_database_that_somebody_has_open_is_not_replaced(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    stamp.write(database, "day", "tuesday")
    with pytest.raises(BusyError, match="is in use; stop the workbench and the executor"):
        restore_backup(backup, database.path)
    stamp.write(database, "day", "wednesday")
    assert day(database.path) == "wednesday"
    assert not list(tmp_path.glob("*restor*"))


def test_a_damaged_database_is_replaced_and_kept(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    database.close()
    database.path.write_bytes(b"nonsense" * 1000)
    kept = restore_backup(backup, database.path)
    assert kept is not None and kept.read_bytes() == b"nonsense" * 1000
    assert day(database.path) == "monday"


def nonsense(folder: Path, what: str) -> Path:
    path = folder / "nonsense.db"
    if what == "text":
        path.write_text("this is not a database " * 500)
    elif what == "empty":
        path.write_bytes(b"")
    elif what == "folder":
        path.mkdir()
    elif what in ("other", "newer"):
        connection = sqlite3.connect(path)
        connection.execute(f"CREATE TABLE {'stamp' if what == 'newer' else 'bookmark'} (key TEXT)")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        connection.close()
    return path


@pytest.mark.parametrize("what", ["text", "empty", "folder", "other", "newer", "missing"])
def test_nonsense_is_refused_and_nothing_changes(database: Database, tmp_path: Path, what: str) -> None:
    source = nonsense(tmp_path, what)
    database.close()
    with pytest.raises(DatabaseError, match=r"nonsense\.db"):
        restore_backup(source, database.path)
    assert day(database.path) == "monday"
    assert not list(tmp_path.glob("*restor*"))


def test_a_cut_off_backup_is_refused(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "backup.db")
    database.close()
    backup.write_bytes(backup.read_bytes()[:-8192])
    with pytest.raises(DatabaseError, match="not an intact"):
        restore_backup(backup, database.path)
    assert day(database.path) == "monday"


def test_the_database_is_not_its_own_backup(database: Database) -> None:
    database.close()
    with pytest.raises(DatabaseError, match="is the database itself: nothing was changed"):
        restore_backup(database.path, database.path)
    assert day(database.path) == "monday"


def test_a_name_with_signs_of_an_address_is_a_name(database: Database, tmp_path: Path) -> None:
    backup = write_backup(database, tmp_path / "50% of? it#1.db")
    database.close()
    restore_backup(backup, database.path)
    assert day(database.path) == "monday"


def test_a_backup_that_is_there_is_overwritten_only_when_that_is_asked_for(database: Database, tmp_path: Path) -> None:
    target = tmp_path / "backup.db"
    target.write_text("mine")
    with pytest.raises(RefusedError, match="--force"):
        write_backup(database, target)
    assert target.read_text() == "mine"
    assert write_backup(database, target, overwrite=True).read_bytes().startswith(b"SQLite format 3")


def test_the_backup_of_another_organisation_is_refused_unless_forced(database: Database, tmp_path: Path) -> None:
    stamp.claim_organization(database, "org-a", "Acme")
    backup = write_backup(database, tmp_path / "backup.db")
    database.close()
    with open_database(tmp_path / "other.db") as other:
        stamp.claim_organization(other, "org-b", "Bravo")
    before = (tmp_path / "other.db").read_bytes()
    with pytest.raises(RefusedError, match=r"Acme \(org-a\).*Bravo \(org-b\)"):
        restore_backup(backup, tmp_path / "other.db")
    assert (tmp_path / "other.db").read_bytes() == before
    restore_backup(backup, tmp_path / "other.db", any_organization=True)
    with open_database(tmp_path / "other.db") as other:
        assert stamp.read(other, "organization") == "org-a"


def test_an_input_output_error_on_a_full_disk_is_told_as_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_WRITE"
    with pytest.raises(DatabaseError, match="cannot be read or written"), clear_errors(tmp_path / "queue.db"):
        raise error
    full = os.statvfs_result((4096, 4096, 1000, 1, 1, 10, 10, 10, 0, 255))
    monkeypatch.setattr(os, "statvfs", lambda path: full)
    with pytest.raises(DatabaseError, match="is full"), clear_errors(tmp_path / "queue.db"):
        raise error
