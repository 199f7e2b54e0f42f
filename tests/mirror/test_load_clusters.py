"""The service's own clusters: what is offered of them, and what is not any more."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.genesys.graphs import ClusterScan
from reviewer.mirror.cluster_members import SOURCE
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.load_clusters import ClustersReport, load_clusters
from reviewer.simulator.graphs import schedule
from reviewer.store import contacts, pairs
from reviewer.store.clock import now
from reviewer.store.contacts import by_ids
from reviewer.store.database import Database
from reviewer.store.derivation import rebuild
from tests.mirror.service import RULES, Service, rejects_in
from tests.mirror.test_sync import keep_apart

PHONE = "+17029191300"


async def created(service: Service, **fields: Any) -> str:
    """The id of a new contact."""
    async with service.client() as client:
        return str(json.loads((await client.create(fields)).body)["id"])


async def family(service: Service, count: int = 2, **fields: Any) -> list[str]:
    """Ids of contacts that share a phone."""
    phone = {"homePhone": {"display": PHONE}}
    return [await created(service, firstName=f"Member {number}", **phone, **fields) for number in range(count)]


async def loaded(service: Service, database: Database, folder: Path) -> ClustersReport:
    """What the newest scan came to."""
    rejects, _ = rejects_in(folder)
    async with service.client() as client:
        scan = await client.latest_cluster_scan()
        assert scan
        with rejects:
            return await load_clusters(Fetching(client, database, RULES), scan, rejects=rejects)


def scan_now(service: Service) -> None:
    schedule.scan(service.organization)


def suspected(database: Database) -> dict[tuple[str, str], str]:
    """The pairs that the service suspects, by their ids, with the reason."""
    rows = database.connection.execute("SELECT a, b, source, reason FROM loaded_pair").fetchall()
    assert {source for _, _, source, _ in rows} <= {SOURCE}
    names = {number: one.id for number, one in contacts.by_numbers(database, [n for r in rows for n in r[:2]]).items()}
    return {(names[a], names[b]): reason for a, b, _, reason in rows}


def notes(report: ClustersReport) -> Mapping[str, str]:
    return {note.matter: note.sentence for note in report.notes}


def dump(database: Database) -> list[str]:
    return list(database.connection.iterdump())


async def test_a_cluster_is_connected_by_as_few_pairs_as_do_it(
    service: Service, database: Database, tmp_path: Path
) -> None:
    switchboard = await family(service, 6)
    scan_now(service)
    report = await loaded(service, database, tmp_path)
    assert (report.clusters, report.offered, report.pairs, report.news, report.new) == (1, 1, 5, 5, 6)
    assert set(suspected(database).values()) == {f"same Phone {PHONE}"}
    assert {id_ for pair in suspected(database) for id_ in pair} == set(switchboard)
    assert len(pairs.to_score(database, 0, 10)) == 5


async def test_the_reason_names_everything_that_the_two_share(
    service: Service, database: Database, tmp_path: Path
) -> None:
    one, two = await family(service, personalEmail="Ada@Mail.Example")
    three = await created(service, workEmail="ada@mail.example")
    scan_now(service)
    await loaded(service, database, tmp_path)
    reasons = {frozenset(pair): reason for pair, reason in suspected(database).items()}
    assert reasons.pop(frozenset((one, two))) == f"same Email ada@mail.example, same Phone {PHONE}"
    assert set(reasons.values()) == {"same Email ada@mail.example"} and all(three in pair for pair in reasons)


async def test_loading_again_changes_nothing(service: Service, database: Database, tmp_path: Path) -> None:
    await family(service, 3)
    await family(service, 2, division={"id": "elsewhere"})
    scan_now(service)
    first = await loaded(service, database, tmp_path)
    before = dump(database)
    again = await loaded(service, database, tmp_path)
    assert (first.clusters, first.pairs, first.news, again.news, again.withdrawn) == (2, 3, 3, 0, 0)
    assert (again.new, again.changed) == (0, 0)
    assert dump(database) == before


@pytest.mark.parametrize("shown", ["whole", "reference"])
async def test_a_cluster_of_whom_one_was_merged_elsewhere_is_offered_as_it_is_today(
    service: Service, database: Database, tmp_path: Path, shown: str
) -> None:
    service.organization.knobs = service.organization.knobs.changed({"cluster_contacts": shown})
    one, two, three = await family(service, 3)
    scan_now(service)
    async with service.client() as client:
        merged = json.loads((await client.merge([one, "p1"])).body)["id"]
    report = await loaded(service, database, tmp_path)
    assert (report.stale, report.offered) == (1, 1)
    assert notes(report)["stale"] == f"{one} was merged into {merged}"
    assert by_ids(database, [one])[one].state == "merged"
    assert {id_ for pair in suspected(database) for id_ in pair} == {two, three, merged}


async def test_a_cluster_whose_contacts_were_merged_with_each_other_has_nothing_left(
    service: Service, database: Database, tmp_path: Path
) -> None:
    one, two = await family(service)
    scan_now(service)
    async with service.client() as client:
        await client.merge([one, two])
    report = await loaded(service, database, tmp_path)
    assert (report.stale, report.offered, report.pairs) == (1, 0, 0)
    assert "nothing of it is left" in notes(report)["stale"] and not suspected(database)


async def test_contacts_that_are_gone_or_share_nothing_any_more_are_told_and_not_offered(
    service: Service, database: Database, tmp_path: Path
) -> None:
    one, two, three, four = sorted(await family(service, 4))
    scan_now(service)
    await loaded(service, database, tmp_path)
    service.remove(one)
    async with service.client() as client:
        await client.patch(two, [{"field": "$.homePhone", "action": "Remove"}])
    report = await loaded(service, database, tmp_path)
    assert (report.stale, report.gone, report.changed, report.withdrawn) == (1, 1, 1, 2)
    assert notes(report)["stale"] == f"{one} is gone from the service, {two} no longer has this Phone"
    assert [set(pair) for pair in suspected(database)] == [{three, four}]
    assert by_ids(database, [one])[one].state == "gone"


async def test_what_the_service_is_about_to_merge_is_told_and_what_it_merged_is_learnt(
    service: Service, database: Database, tmp_path: Path
) -> None:
    one, two = await family(service)
    async with service.client() as client:
        await Fetching(client, database, RULES).fetch([one, two])
    service.organization.state.remember("automatic merging", "on")
    scan_now(service)
    report = await loaded(service, database, tmp_path)
    assert (report.queued, report.offered, report.settled) == (1, 0, 0)
    assert notes(report)["queued"] == "the service is about to merge its 2 contacts"
    assert not suspected(database)
    service.organization.clock.advance(60)
    report = await loaded(service, database, tmp_path)
    assert (report.queued, report.settled, report.merged) == (0, 1, 2)
    assert {stored.state for stored in by_ids(database, [one, two]).values()} == {"merged"}


async def test_a_merge_that_the_service_could_not_do_is_a_candidate_with_its_message(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await family(service, 26)
    service.organization.state.remember("automatic merging", "on")
    scan_now(service)
    service.organization.clock.advance(60)
    report = await loaded(service, database, tmp_path)
    assert (report.offered, report.failed, report.pairs) == (1, 1, 25)
    assert "more than 25" in notes(report)["failed"]
    assert all("same Phone" in reason and "more than 25" in reason for reason in suspected(database).values())


async def test_a_state_of_merging_that_is_not_known_is_told_and_not_offered(
    service: Service, database: Database, tmp_path: Path
) -> None:
    await family(service)
    scan_now(service)
    service.organization.state.sql.execute("UPDATE clusters SET status = 'Dissolved'")
    report = await loaded(service, database, tmp_path)
    assert (report.unknown, report.offered) == (1, 0)
    assert "its state of merging is Dissolved" in notes(report)["unknown"]


async def test_pairs_of_an_earlier_scan_are_withdrawn_and_what_was_decided_stays(
    service: Service, database: Database, tmp_path: Path
) -> None:
    one, two = await family(service)
    scan_now(service)
    await loaded(service, database, tmp_path)
    keep_apart(database, one, two)
    await loaded(service, database, tmp_path)
    rebuild(database, now().date())
    assert database.connection.execute("SELECT count(*) FROM candidate WHERE state = 'open'").fetchone() == (0,)
    async with service.client() as client:
        await client.patch(two, [{"field": "$.homePhone", "action": "Remove"}])
    scan_now(service)
    assert (await loaded(service, database, tmp_path)).withdrawn == 1
    assert not suspected(database)


async def test_a_cluster_with_an_id_that_cannot_be_one_is_set_aside(database: Database, tmp_path: Path) -> None:
    from tests.genesys.service import ScriptedService, ok
    from tests.genesys.test_graphs import cluster

    spoilt = cluster(1)
    spoilt["graph"]["vertices"]["contacts"][0]["contact"]["id"] = "two words"
    service = ScriptedService(ok({"entities": [spoilt], "cursors": {}}))
    rejects, told = rejects_in(tmp_path)
    async with service.client() as client:
        with rejects:
            scan = ClusterScan("s1", "when it was done")
            report = await load_clusters(Fetching(client, database, RULES), scan, rejects=rejects)
    assert (report.clusters, report.rejected, report.completed) == (0, 1, None)
    assert "no usable id" in told[0]
