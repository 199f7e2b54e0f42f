"""Opening: the guarantees of every connection, and a sentence for what cannot be opened."""

import os
import sqlite3
import stat
from pathlib import Path

import pytest

from reviewer.domain.errors import DatabaseError
from reviewer.store import stamp
from reviewer.store.database import Database, open_database
from reviewer.store.file_system import file_system_of, refuse_network_file_system
from reviewer.store.transaction import transaction


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def pragma(database: Database, name: str) -> object:
    return database.connection.execute(f"PRAGMA {name}").fetchone()[0]


def test_every_connection_has_the_guarantees_that_the_rest_relies_on(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    for _ in range(2):
        with open_database(path) as database:
            assert pragma(database, "synchronous") == 2, "FULL: a decision survives a power cut"
            assert pragma(database, "journal_mode") == "wal"
            assert pragma(database, "foreign_keys") == 1
            assert pragma(database, "trusted_schema") == 0
            assert pragma(database, "busy_timeout") >= 10_000  # type: ignore[operator]


def test_only_the_owner_may_read_the_files(tmp_path: Path) -> None:
    path = tmp_path / "new" / "queue.db"
    previous = os.umask(0)
    try:
        with open_database(path) as database:
            stamp.write(database, "key", "value")
            assert mode_of(path.parent) == 0o700
            modes = {one.name: mode_of(one) for one in path.parent.iterdir()}
    finally:
        os.umask(previous)
    assert set(modes) == {"queue.db", "queue.db-wal", "queue.db-shm", "queue.db.migrating"}
    assert set(modes.values()) == {0o600}


def test_a_queue_group_may_read_and_write_the_files(tmp_path: Path) -> None:
    import grp

    path = tmp_path / "new" / "queue.db"
    group = grp.getgrgid(os.getgid()).gr_name
    with open_database(path, group=group) as database:
        stamp.write(database, "key", "value")
        assert mode_of(path.parent) == 0o2770
        assert {mode_of(one) for one in path.parent.iterdir()} == {0o660}


def test_an_unknown_queue_group_is_named(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match="no-such-group"):
        open_database(tmp_path / "queue.db", group="no-such-group")


def test_a_missing_database_is_not_made_where_it_should_be_there(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"there is no database at .*reviewer sync"):
        open_database(tmp_path / "queue.db", create=False)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"not a database at all, but long enough" * 200, b"SQLite format 3\0" + b"\xff" * 8000]
)
def test_a_damaged_file_is_told_with_the_way_out(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queue.db"
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match=r"is damaged .*reviewer restore"):
        open_database(path)
    assert path.read_bytes() == content


def test_damage_that_only_a_read_meets_is_told_too(tmp_path: Path) -> None:
    path = tmp_path / "queue.db"
    with open_database(path) as database, transaction(database) as connection:
        connection.executemany("INSERT INTO stamp VALUES (?, ?)", [(str(n), "x" * 500) for n in range(200)])
    with sqlite3.connect(path) as plain:
        plain.execute("PRAGMA journal_mode = DELETE")
    plain.close()
    content = bytearray(path.read_bytes())
    for start in range(4096 * 45, len(content), 4096):
        content[start : start + 64] = b"\xff" * 64
    path.write_bytes(content)
    with pytest.raises(DatabaseError, match="is damaged"), open_database(path) as database:
        database.connection.execute("SELECT sum(length(value)) FROM stamp").fetchone()


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmark (url TEXT)")
    other.close()
    with pytest.raises(DatabaseError, match="another program"):
        open_database(path)
    with sqlite3.connect(path) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["bookmark"]
    other.close()


def test_a_folder_in_the_place_of_the_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "queue.db").mkdir()
    with pytest.raises(DatabaseError, match=r"queue\.db"):
        open_database(tmp_path / "queue.db")


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("")
    with pytest.raises(DatabaseError, match="choose another with `database`"):
        open_database(tmp_path / "folder" / "queue.db")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_not_be_written_is_told(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(DatabaseError, match="check the permissions of the folder"):
            open_database(tmp_path / "queue.db")
    finally:
        tmp_path.chmod(0o700)


def test_a_file_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError, match=r"cannot be made .*choose another with `database`"):
        open_database(Path("/proc/queue.db"))


MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/home /home nfs4 rw 0 0
/dev/sdb1 /home/local xfs rw 0 0
//server/share /mnt/a\\040share cifs rw 0 0
me@server: /mnt/ssh fuse.sshfs rw 0 0
/dev/sdc1 /mnt/twice ext4 rw 0 0
server:/x /mnt/twice nfs rw 0 0
short line
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/var/lib", "ext4"),
        ("/home", "nfs4"),
        ("/home/ada/data", "nfs4"),
        ("/home/local/ada", "xfs"),
        ("/home-made", "ext4"),
        ("/mnt/a share/queue", "cifs"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/mnt/twice", "nfs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_its_nearest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(MOUNTS)
    assert file_system_of(Path(folder), mounts) == kind
    if kind in ("ext4", "xfs"):
        refuse_network_file_system(Path(folder), mounts)
    else:
        with pytest.raises(DatabaseError, match=rf"{folder} is on a network file system \({kind}\).*local disk"):
            refuse_network_file_system(Path(folder), mounts)


def test_nothing_is_refused_where_there_is_no_table_of_mounts(tmp_path: Path) -> None:
    refuse_network_file_system(tmp_path, tmp_path / "no-such-table")


def test_a_database_on_a_network_file_system_is_refused_before_anything_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reviewer.store.file_system.file_system_of", lambda *_: "nfs4")
    with pytest.raises(DatabaseError, match="network file system"):
        open_database(tmp_path / "queue.db")
    assert list(tmp_path.iterdir()) == []


def test_a_database_belongs_to_one_organisation(tmp_path: Path) -> None:
    with open_database(tmp_path / "queue.db") as database:
        stamp.claim_organization(database, "o-1", "ACME")
        stamp.claim_organization(database, "o-1", "ACME renamed")
        assert stamp.read(database, "organization_name") == "ACME renamed"
        with pytest.raises(DatabaseError, match=r"belongs to the organisation ACME renamed \(o-1\).*Other \(o-2\)"):
            stamp.claim_organization(database, "o-2", "Other")
        before = database.connection.total_changes
        stamp.claim_organization(database, "o-1", "ACME renamed")
        assert database.connection.total_changes == before, "an executor that watches asks every second"
