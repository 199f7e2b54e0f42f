"""Sync takes in a few pages at a time: what is stored together, what a stop costs, and what is worked out at all."""

import gc
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from reviewer.domain.record import ReadingRules, Record, make_record
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.genesys.errors import ApiError
from reviewer.mirror import reading
from reviewer.mirror import sync as mirror_sync
from reviewer.mirror.sync import sync
from reviewer.store import contacts, sync_runs
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from tests.mirror.service import RULES, Service, person, rejects_in
from tests.mirror.test_sync import SMALL_PAGE, Killed, killed_after, scripted, synced


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten contacts to a page, so that few contacts make many pages."""
    monkeypatch.setattr(GenesysClient.scan, "__defaults__", (SMALL_PAGE, None))


async def test_pages_are_stored_a_few_at_a_time_and_a_kill_costs_those_that_were_not(
    service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_sync, "STORED_AT_ONCE", 2 * SMALL_PAGE)
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(3))
    unfinished = sync_runs.unfinished(database)
    assert unfinished and (unfinished.pages, unfinished.contacts) == (2, 20)
    assert contacts.counts(database) == {"live": 20}
    report = await synced(service, database, tmp_path)
    assert (report.contacts, report.new, report.resumed) == (45, 25, True)
    finished = sync_runs.last_finished(database)
    assert finished and (finished.id, finished.contacts) == (unfinished.id, 45)


async def test_the_collector_runs_again_after_a_sync_whatever_became_of_it(
    service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused: list[bool] = []

    def fails(*_: object, **__: object) -> None:
        paused.append(not gc.isenabled())
        raise Killed

    monkeypatch.setattr(mirror_sync, "take_in", fails)
    with pytest.raises(Killed):
        await synced(service, database, tmp_path)
    assert paused == [True] and gc.isenabled()


async def test_empty_pages_are_stored_too_before_there_are_many(
    service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_sync, "STORED_AT_ONCE", 1000)
    monkeypatch.setattr(mirror_sync, "PAGES_AT_ONCE", 2)
    service.organization.knobs = service.organization.knobs.changed({"scan_empty_every": 2})
    with pytest.raises(Killed):
        await synced(service, database, tmp_path, progress=killed_after(3))
    unfinished = sync_runs.unfinished(database)
    assert unfinished and (unfinished.pages, unfinished.contacts) == (2, 10)


async def test_pages_that_wait_are_stored_when_the_next_one_cannot_be_read(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_sync, "STORED_AT_ONCE", 1000)
    pages: list[dict[str, Any]] = [
        {"entities": [person(1), person(2)], "cursors": {"after": "second"}},
        {"entities": [person(3), {"firstName": "no id"}], "cursors": {"after": "third"}},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        if "/scan/" in request.url.path and not pages:
            return httpx.Response(403, json={"code": "not.authorized", "message": "no", "status": 403})
        return httpx.Response(200, json=scripted(request.url.path, pages, {}))

    connection = Connection(client_id="c", client_secret="s", api_url="http://127.0.0.1")
    rejects, told = rejects_in(tmp_path)
    async with GenesysClient(connection, http_transport=httpx.MockTransport(answer)) as client:
        with rejects, pytest.raises(ApiError):
            await sync(client, database, RULES, rejects=rejects)
    unfinished = sync_runs.unfinished(database)
    assert unfinished and (unfinished.pages, unfinished.contacts, unfinished.cursor) == (2, 3, "third")
    assert told == ["scan:2: a contact without an id"]


async def test_of_a_contact_that_two_pages_of_one_group_show_the_later_counts(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mirror_sync, "STORED_AT_ONCE", 1000)
    connection = Connection(client_id="c", client_secret="s", api_url="http://127.0.0.1")
    shown = [person(1), person(1, firstName="Grace"), person(1)]
    for _ in range(2):
        pages = [{"entities": [one], "cursors": {"after": str(place)}} for place, one in enumerate(shown)]
        pages[-1]["cursors"] = {}
        transport = httpx.MockTransport(
            lambda request, left=pages: httpx.Response(200, json=scripted(request.url.path, left, {}))
        )
        rejects, _ = rejects_in(tmp_path)
        async with GenesysClient(connection, http_transport=transport) as client:
            with rejects:
                await sync(client, database, RULES, rejects=rejects)
        assert by_ids(database, ["p1"])["p1"].name == "Ada Number 1"
        shown = [person(1, firstName="Grace"), person(1)]


async def test_a_second_sync_works_nothing_out_but_what_changed(
    service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worked_out: list[bytes] = []

    def counted(raw: bytes, rules: ReadingRules) -> Record:
        worked_out.append(raw)
        return make_record(raw, rules)

    monkeypatch.setattr(reading, "make_record", counted)
    await synced(service, database, tmp_path)
    assert len(worked_out) == 45
    worked_out.clear()
    await synced(service, database, tmp_path)
    assert worked_out == []
    service.spoil("p7", lastName="Lovelace")
    await synced(service, database, tmp_path)
    assert [json.loads(raw)["id"] for raw in worked_out] == ["p7"]
