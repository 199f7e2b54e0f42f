"""Scans while records change, and what a second sync writes: each contact once, nothing missed, only what changed."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.genesys.client import GenesysClient
from reviewer.mirror import sync as sync_module
from reviewer.mirror.sync import sync
from reviewer.store import contacts
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from tests.genesys.service import ScriptedService, ok
from tests.mirror.service import RULES, Service, kept_in, person, rejects_in
from tests.mirror.test_sync import SMALL_PAGE, state_of, suspect, synced


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten contacts to a page and each page stored alone, so that few contacts make many of both."""
    monkeypatch.setattr(GenesysClient.scan, "__defaults__", (SMALL_PAGE, None))
    monkeypatch.setattr(sync_module, "PAGES_AT_ONCE", 1)


async def test_a_contact_that_is_shown_twice_while_records_change_counts_once(
    database: Database, tmp_path: Path
) -> None:
    changed = person(2, lastName="Lovelace")
    pages: list[dict[str, Any]] = [
        {"entities": [person(1), person(2), person(2)], "cursors": {"after": "c2"}},
        {"entities": [], "cursors": {"after": "c3"}},
        {"entities": [changed, person(3)], "cursors": {}},
    ]

    service = ScriptedService(ok({"id": "o", "name": "O"}), *map(ok, pages))
    rejects, _ = rejects_in(tmp_path)
    async with service.client() as client:
        report = await sync(client, database, RULES, rejects=rejects)
    assert (report.contacts, contacts.counts(database)) == (3, {"live": 3})
    assert by_ids(database, ["p2"])["p2"].name == "Ada Lovelace"


def written(database: Database) -> list[str]:
    """What was written of contacts and of what rests on them, noted by triggers; marks of having been seen are not."""
    return [what for (what,) in database.connection.execute("SELECT what FROM written")]


def count_writes(database: Database) -> None:
    connection = database.connection
    connection.execute("CREATE TEMP TABLE written (what TEXT)")
    contents = ", ".join(("raw", "origin", "state", "merged_into", "type", "name", "content", "read_at"))
    for table in ("contact", "comparable", "contact_identifier", "pair", "candidate"):
        for act in ("INSERT", f"UPDATE OF {contents}" if table == "contact" else "UPDATE", "DELETE"):
            key = {"contact": "id", "comparable": "contact", "contact_identifier": "value"}.get(table, "id")
            row = "old" if act == "DELETE" else "new"
            connection.execute(
                f"""CREATE TEMP TRIGGER {table}_{act.split()[0]} AFTER {act} ON main.{table} BEGIN
                    INSERT INTO written VALUES ('{table} ' || {row}.{key}); END"""
            )


async def test_a_second_sync_writes_nothing_at_all_where_nothing_changed_and_one_row_where_one_did(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    suspect(database, "p1", "p2")
    count_writes(database)
    await synced(service, database, tmp_path)
    assert written(database) == []
    service.spoil("p7", lastName="Lovelace", personalEmail="ada@mail.example")
    await synced(service, database, tmp_path)
    number = by_ids(database, ["p7"])["p7"].number
    assert set(written(database)) == {
        "contact p7",
        f"comparable {number}",
        "contact_identifier ada@mail.example",
    }


async def test_a_contact_that_becomes_unreadable_is_set_aside_once_and_stays_as_it_was(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await synced(service, database, tmp_path)
    service.spoil("p4", modifyDate="the day before yesterday")
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.rejected, report.gone) == (44, 1, 0)
    assert kept_in(tmp_path)[0]["reason"] == "contact p4: its modifyDate is no date"
    assert state_of(database, "p4") == "live"


@pytest.mark.parametrize("mode", ["missed", "repeated", "mixed"])
@pytest.mark.parametrize("seed", range(3))
async def test_whatever_a_scan_makes_of_changes_the_mirror_is_right_in_the_end(
    service: Service, database: Database, tmp_path: Path, mode: str, seed: int
) -> None:
    await synced(service, database, tmp_path)
    changes = {"changes_during_scan": mode, "scan_seed": seed}
    service.organization.knobs = service.organization.knobs.changed(changes)
    pages = 0

    def meddle(what: str, done: int, total: int) -> None:
        nonlocal pages
        pages += 1
        if pages == 2:
            for number in range(1, 46, 3):
                service.spoil(f"p{number}", lastName=f"Changed {number}")

    report = await synced(service, database, tmp_path, progress=meddle)
    assert report.gone == report.rejected == 0
    assert {"missed": report.contacts < 45, "repeated": report.contacts == 45, "mixed": report.contacts < 45}[mode]
    stored = by_ids(database, [f"p{number}" for number in range(1, 46)])
    assert {one.state for one in stored.values()} == {"live"} and len(stored) == 45
    # Contacts whose place in the scan had passed already are found by the next one; missed ones were asked for.
    await synced(service, database, tmp_path)
    for number in range(1, 46, 3):
        assert by_ids(database, [f"p{number}"])[f"p{number}"].name == f"Ada Changed {number}"
