"""What rests on merged contacts follows them in the end, though the living contact could not be had at first."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reviewer.genesys.bulk import BulkAnswer, BulkFailure
from reviewer.genesys.client import GenesysClient
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.reading import read_record
from reviewer.store import constraints, contacts, merges, pairs
from reviewer.store.clock import now
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from tests.mirror.service import RULES, Service, kept_in
from tests.mirror.test_sync import keep_apart, suspect, synced


def refused(found: dict[str, bytes]) -> BulkAnswer:
    return BulkAnswer(failed={id_: BulkFailure(500, "internal.server.error", "") for id_ in found})


def unreadable(found: dict[str, bytes]) -> BulkAnswer:
    return BulkAnswer(found=dict.fromkeys(found, b'{"id": "x", "createDate": "soon"}'))


def unknown(found: dict[str, bytes]) -> BulkAnswer:
    return BulkAnswer(failed={id_: BulkFailure(404, "not.found", "") for id_ in found})


async def known_and_apart(service: Service, database: Database, folder: Path) -> None:
    """A mirror of the service, in which p1 is suspected to be p3 and kept apart from it."""
    await synced(service, database, folder)
    suspect(database, "p1", "p3")
    keep_apart(database, "p1", "p3")


async def merged(service: Service, *ids: str) -> str:
    async with service.client() as client:
        new: str = json.loads((await client.merge(list(ids))).body)["id"]
    return new


def kept_apart(database: Database) -> set[str]:
    (limit,) = constraints.in_force(database.connection)
    (found,) = pairs.between(database, [limit.a, limit.b])
    assert (found.a, found.b) == (limit.a, limit.b)
    return {one.id for one in contacts.by_numbers(database, [limit.a, limit.b]).values()}


@pytest.mark.parametrize("answer", [refused, unreadable, unknown])
async def test_a_living_contact_that_cannot_be_had_once_is_asked_for_by_the_next_sync(
    service: Service,
    database: Database,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    answer: Callable[[dict[str, bytes]], BulkAnswer],
) -> None:
    await known_and_apart(service, database, tmp_path)
    async with service.client() as client:
        await Fetching(client, database, RULES).fetch(["p900", "p901"])
    suspect(database, "p900", "p2")
    new = await merged(service, "p900", "p901")  # no scan shows what anonymous contacts become
    real = GenesysClient.bulk_contacts

    async def failing(self: GenesysClient, ids: Any) -> BulkAnswer:
        return answer((await real(self, ids)).found)

    with monkeypatch.context() as patched:
        patched.setattr(GenesysClient, "bulk_contacts", failing)
        report = await synced(service, database, tmp_path)
    assert report.merged == 2 and not by_ids(database, [new])
    told = [one["reason"] for one in kept_in(tmp_path)] if report.rejected else []
    assert len(told) == (0 if answer is unknown else 2)
    assert all(reason.startswith("what it was merged into could not be read: ") for reason in told)
    assert (await synced(service, database, tmp_path)).rejected == 0
    found = by_ids(database, [new, "p2", "p900"])
    assert (found[new].state, found["p900"].merged_into) == ("live", new)
    ends = sorted(found[id_].number for id_ in (new, "p2"))
    assert [(pair.a, pair.b) for pair in pairs.between(database, ends)] == [tuple(ends)]
    assert kept_apart(database) == {"p1", "p3"}


async def test_it_follows_where_the_scan_showed_the_living_contact_before_its_members_were_asked_for(
    service: Service, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await known_and_apart(service, database, tmp_path)
    new = await merged(service, "p1", "p2")

    async def failing(self: GenesysClient, ids: Any) -> BulkAnswer:
        return refused(dict.fromkeys(ids, b""))

    monkeypatch.setattr(GenesysClient, "bulk_contacts", failing)
    assert (await synced(service, database, tmp_path)).rejected == 0
    assert kept_apart(database) == {new, "p3"}


async def test_a_sync_repairs_what_was_left_on_a_merged_contact_and_asks_nothing_after_that(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await known_and_apart(service, database, tmp_path)
    new = await merged(service, "p1", "p2")
    async with service.client() as client:
        answer = await client.bulk_unresolved(["p1", new])
    left = [read_record(body, RULES) for body in answer.found.values()]
    contacts.write(database, left, origin="api", read_at=now())  # and no more, as was done once
    assert kept_apart(database) == {"p1", "p3"}
    await synced(service, database, tmp_path)
    assert kept_apart(database) == {new, "p3"}
    asked = service.called("/bulk/contacts")
    await synced(service, database, tmp_path)
    assert service.called("/bulk/contacts") == asked and merges.leading_astray(database) == []


async def test_loading_the_living_contact_by_its_id_lets_it_follow_too(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await known_and_apart(service, database, tmp_path)
    new = await merged(service, "p1", "p2")
    async with service.client() as client:
        found = (await client.bulk_unresolved(["p1"])).found
        contacts.write(database, [read_record(found["p1"], RULES)], origin="api", read_at=now())
        await Fetching(client, database, RULES).fetch([new])
    assert kept_apart(database) == {new, "p3"}
