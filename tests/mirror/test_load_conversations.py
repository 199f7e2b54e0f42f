"""Contacts that took part in conversations: what no scan shows comes into the mirror."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from reviewer.genesys.errors import MissingPermission
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.load_conversations import ConversationsReport, _Told, last_loaded, load_conversations
from reviewer.mirror.progress import Progress, silent
from reviewer.store import contacts, stamp
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from tests.genesys.service import ScriptedService, ok, raw
from tests.genesys.test_conversations import conversation
from tests.mirror.service import RULES, Town, rejects_in

EVER = timedelta(days=400)
"""Longer than any conversation of the population is ago."""


@pytest.fixture
def town() -> Iterator[Town]:
    town = Town(150)
    yield town
    town.organization.state.close()


def present(town: Town) -> datetime:
    return datetime.fromtimestamp(town.organization.clock.now() / 1000, UTC)


async def loaded(
    town: Town, database: Database, folder: Path, *, progress: Progress = silent, refresh: bool = False
) -> ConversationsReport:
    until = present(town)
    rejects, _ = rejects_in(folder)
    async with town.client() as client:
        with rejects:
            return await load_conversations(
                Fetching(client, database, RULES),
                until - EVER,
                until,
                rejects=rejects,
                refresh=refresh,
                progress=progress,
            )


def anonymous(town: Town) -> list[str]:
    return town.organization.contacts.unlisted(town.organization.clock.now())


def dump(database: Database) -> list[str]:
    """All but the stamps, one of which is the time of the last load."""
    return [line for line in database.connection.iterdump() if '"stamp"' not in line]


async def test_every_anonymous_contact_comes_and_those_that_are_gone_are_no_error(
    town: Town, database: Database, tmp_path: Path
) -> None:
    report = await loaded(town, database, tmp_path)
    wanted = anonymous(town)
    assert wanted and by_ids(database, wanted).keys() == set(wanted)
    assert report.new == contacts.counts(database)["live"] == report.contacts - report.gone
    assert report.gone > 0 and (report.rejected, report.known) == (0, 0)
    assert report.conversations >= report.contacts
    assert stamp.read(database, "organization") == town.organization.id


async def test_loading_again_changes_nothing_and_fetches_no_contact(
    town: Town, database: Database, tmp_path: Path
) -> None:
    first = await loaded(town, database, tmp_path)
    before, asked = dump(database), town.called("/bulk/contacts")
    again = await loaded(town, database, tmp_path)
    assert (again.new, again.changed, again.known) == (0, 0, first.new)
    assert again.conversations == first.conversations and dump(database) == before
    assert town.called("/bulk/contacts") - asked <= again.gone  # asked for again are only those that no mirror has


async def test_known_contacts_are_read_anew_where_that_is_wished(
    town: Town, database: Database, tmp_path: Path
) -> None:
    await loaded(town, database, tmp_path)
    one, other = anonymous(town)[:2]
    town.spoil(one, lastName="Hopper")
    town.remove(other)
    assert (await loaded(town, database, tmp_path)).changed == 0
    report = await loaded(town, database, tmp_path, refresh=True)
    assert (report.changed, report.known) == (1, 0)
    assert by_ids(database, [other])[other].state == "gone"


async def test_of_a_merged_one_the_living_contact_comes(town: Town, database: Database, tmp_path: Path) -> None:
    one, other = anonymous(town)[:2]
    async with town.client() as client:
        new = json.loads((await client.merge([one, other])).body)["id"]
    report = await loaded(town, database, tmp_path)
    assert report.aliases == 2
    stored = by_ids(database, [one, new])
    assert (stored[one].merged_into, stored[new].state) == (new, "live")


@pytest.mark.parametrize(("days", "whole"), [(31, True), (7, True), (1.5, False)])
async def test_however_long_the_service_lets_an_interval_be_nobody_is_missed(
    database: Database, tmp_path: Path, days: float, whole: bool
) -> None:
    town = Town(150, analytics_days=days, analytics_whole_days=whole, analytics_empty="list")
    try:
        await loaded(town, database, tmp_path)
        assert by_ids(database, anonymous(town)).keys() == set(anonymous(town))
    finally:
        town.organization.state.close()


async def test_a_load_that_was_killed_goes_on_at_the_moment_it_had_reached(
    town: Town, database: Database, tmp_path: Path
) -> None:
    windows = 0

    class Killed(Exception):
        pass

    def progress(what: str, done: int, total: int) -> None:
        nonlocal windows
        windows += 1
        if windows == 3:
            raise Killed

    with pytest.raises(Killed):
        await loaded(town, database, tmp_path, progress=progress)
    reached = last_loaded(database)
    assert reached is not None and reached < present(town)
    rejects, _ = rejects_in(tmp_path)
    async with town.client() as client:
        await load_conversations(Fetching(client, database, RULES), reached, present(town), rejects=rejects)
    assert by_ids(database, anonymous(town)).keys() == set(anonymous(town))


async def test_going_over_older_times_does_not_take_the_last_moment_back(
    town: Town, database: Database, tmp_path: Path
) -> None:
    await loaded(town, database, tmp_path)
    reached = last_loaded(database)
    rejects, _ = rejects_in(tmp_path)
    until = present(town) - timedelta(days=30)
    async with town.client() as client:
        fetching = Fetching(client, database, RULES)
        await load_conversations(fetching, until - timedelta(days=1), until, rejects=rejects)
    assert last_loaded(database) == reached is not None


async def test_without_the_permission_nothing_is_remembered(town: Town, database: Database, tmp_path: Path) -> None:
    permissions = town.organization.client.permissions
    town.organization.client.permissions = permissions - {"analytics:conversationDetail:view"}
    with pytest.raises(MissingPermission, match="analytics:conversationDetail:view"):
        await loaded(town, database, tmp_path)
    assert last_loaded(database) is None


async def scripted(service: ScriptedService, database: Database, folder: Path) -> tuple[ConversationsReport, list[str]]:
    rejects, told = rejects_in(folder)
    until = datetime(2026, 11, 1, tzinfo=UTC)
    async with service.client() as client:
        with rejects:
            fetching = Fetching(client, database, RULES)
            report = await load_conversations(fetching, until - timedelta(days=1), until, rejects=rejects)
    return report, told


async def test_ids_that_can_be_none_and_contacts_that_are_refused_are_set_aside(
    database: Database, tmp_path: Path
) -> None:
    told: dict[str, Any] = {
        "conversations": [
            conversation(1, ("customer", "half \ud800"), ("customer", "c1"), ("external", "c2")),
            {"conversationId": 7},
        ],
        "totalHits": 2,
    }
    refused = {"id": "c2", "success": False, "status": 403, "error": {"code": "not.authorized", "status": 403}}
    good = {"id": "c1", "success": True, "status": 200, "entity": {"id": "c1", "firstName": "Ada"}}
    service = ScriptedService(
        raw(json.dumps(told).encode()),
        ok({"id": "o", "name": "O"}),
        ok({"results": [refused, good], "errorCount": 1, "errorIndexes": [0]}),
    )
    report, said = await scripted(service, database, tmp_path)
    assert (report.new, report.gone, report.rejected, report.contacts) == (1, 0, 3, 2)
    assert "c2: 403 not.authorized" in said[-1]


def answered(conversations: list[dict[str, Any]]) -> httpx.Response:
    return ok({"conversations": conversations, "totalHits": len(conversations)})


@pytest.mark.parametrize(
    ("status", "postponed"), [(500, True), (503, True), (429, True), (404, False), (410, False), (403, False)]
)
async def test_the_last_moment_stays_before_a_contact_that_may_be_had_later(
    database: Database, tmp_path: Path, status: int, postponed: bool
) -> None:
    def results(wanted: list[dict[str, str]]) -> httpx.Response:
        ids = [one["id"] for one in wanted]
        bad = {"id": "c2", "success": False, "status": status, "error": {"code": "oh.no", "status": status}}
        found = [
            bad if id_ == "c2" else {"id": id_, "success": True, "status": 200, "entity": {"id": id_}} for id_ in ids
        ]
        return ok({"results": found, "errorCount": ids.count("c2"), "errorIndexes": []})

    def answer(request: httpx.Request) -> httpx.Response:
        if "analytics" in request.url.path:
            first = json.loads(request.content)["interval"].startswith("2026-09")
            return answered([conversation(1, ("customer", "c1" if first else "c3"), ("external", "c2"))])
        return (
            ok({"id": "o", "name": "O"})
            if request.method == "GET"
            else results(json.loads(request.content)["entities"])
        )

    until = datetime(2026, 11, 1, tzinfo=UTC)
    rejects, _ = rejects_in(tmp_path)
    async with ScriptedService(answer).client() as client:
        fetching = Fetching(client, database, RULES)
        report = await load_conversations(fetching, until - timedelta(days=40), until, rejects=rejects)
    assert (report.postponed, report.new) == (int(postponed), 2), "the others come nevertheless"
    assert last_loaded(database) == (None if postponed else until)


async def test_a_conversation_that_is_told_in_several_stretches_counts_once_and_is_forgotten_in_the_end() -> None:
    told, start = _Told(), datetime(2026, 1, 1, tzinfo=UTC)
    for hour in range(0, 24 * 30, 4):
        day = hour // 24
        for id_ in (f"v{day}", f"v{day - 1}", f"w{hour}"):
            told.add(id_)
        told.complete(start + timedelta(hours=hour + 4))
    assert told.count == 31 + 30 * 6
    assert sum(len(ids) for _, ids in told.earlier) < 40
