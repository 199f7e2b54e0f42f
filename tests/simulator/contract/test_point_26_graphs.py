"""Point 26 of the checklist: cluster scans, their clusters, merges of clusters, and the settings."""

from pathlib import Path
from typing import Any

import pytest

from reviewer.simulator.knobs import Knobs
from reviewer.simulator.opening import Opening, open_organization
from reviewer.simulator.organization import Organization
from tests.simulator.api import CONTACTS, Api, crm
from tests.simulator.contract.graphs import (
    GRAPHS,
    SCANS,
    cluster,
    clusters_of,
    contacts_of,
    merge_cluster,
    scanned,
    switch,
)

PHONE = {"display": "+1 702 919 1300"}


async def family(api: Api, count: int = 2, phone: str = "+1 702 919 1300", **fields: Any) -> list[str]:
    """Ids of contacts that share a phone."""
    return [
        (await api.create(firstName=f"Member {number}", homePhone={"display": phone}, **fields))["id"]
        for number in range(count)
    ]


async def test_point_26_a_cluster_is_what_identifiers_connect_and_edges_name_its_own_vertices(api: Api) -> None:
    one = await api.create(firstName="A", cellPhone=PHONE, personalEmail="a@example.com")
    two = await api.create(firstName="B", homePhone={"display": "(702) 919-1300"}, externalIds=[crm("7")])
    three = await api.create(firstName="C", externalIds=[crm("7")], twitterId={"screenName": "@Ada"})
    four = await api.create(firstName="D", twitterId={"screenName": "ada"})
    await api.create(firstName="E", personalEmail="e@example.com")
    (found,) = await clusters_of(api, await scanned(api))
    assert contacts_of(found) == [one["id"], two["id"], three["id"], four["id"]]
    vertices = found["graph"]["vertices"]
    values = {(vertex["normalizedType"], vertex["normalizedValue"]) for vertex in vertices["identifiers"]}
    assert values == {
        ("Phone", "+17029191300"),
        ("Email", "a@example.com"),
        ("ExternalId", "7"),
        ("TwitterHandle", "ada"),
    }
    contact_vertices = {vertex["vertexId"] for vertex in vertices["contacts"]}
    identifier_vertices = {vertex["vertexId"] for vertex in vertices["identifiers"]}
    assert len(contact_vertices | identifier_vertices) == 8
    edges = found["graph"]["edges"]
    assert {edge["from"] for edge in edges} == contact_vertices
    assert {edge["to"] for edge in edges} == identifier_vertices
    assert len(edges) == 7
    assert vertices["contacts"][0]["contact"] == one
    assert (found["mergeInfo"], found["division"]["id"]) == ({"status": "NotMerged"}, "*")


async def test_point_26_an_external_id_of_another_source_does_not_connect(api: Api, organization: Organization) -> None:
    organization.sources.add("22222222-2222-5222-8222-222222222222", "Shop")
    other = {"externalSource": {"id": "22222222-2222-5222-8222-222222222222"}, "value": "7"}
    await api.create(firstName="A", externalIds=[crm("7")])
    await api.create(firstName="B", externalIds=[other])
    assert await clusters_of(api, await scanned(api)) == []


async def test_point_26_a_cluster_lies_within_one_division(api: Api) -> None:
    here = await family(api)
    there = await family(api, division={"id": "d1"})
    scan = await scanned(api)
    assert [contacts_of(one) for one in await clusters_of(api, scan)] == [here, there]
    (only,) = await clusters_of(api, scan, divisionIds="d1,d2")
    assert only["division"]["id"] == "d1"
    too_many = ",".join(str(number) for number in range(51))
    await api.call("GET", f"{SCANS}/{scan}/clusters", divisionIds=too_many, status=400)


async def test_point_26_ancestors_and_anonymous_contacts_are_in_no_cluster(
    api: Api, organization: Organization
) -> None:
    one, two, three, four = await family(api, 4)
    stored = organization.contact(three)
    organization.contacts.write({**stored.contact, "type": "Identified"}, stored.modified)
    merged = await api.merge(one, two)
    (found,) = await clusters_of(api, await scanned(api))
    assert contacts_of(found) == [four, merged["id"]]


@pytest.mark.parametrize("limit", ["0", "101", "many"])
async def test_point_26_a_limit_outside_1_to_100_is_refused(api: Api, limit: str) -> None:
    scan = await scanned(api)
    await api.call("GET", SCANS, limit=limit, status=400)
    await api.call("GET", f"{SCANS}/{scan}/clusters", limit=limit, status=400)


async def test_point_26_scans_and_clusters_come_in_pages(api: Api) -> None:
    for number in range(5):
        await family(api, phone=f"+1 702 919 13{number:02d}")
    scans = [await scanned(api) for _ in range(3)]
    first = await api.call("GET", SCANS, limit=2)
    rest = await api.call("GET", SCANS, limit=2, cursor=first["cursors"]["after"])
    assert [one["id"] for one in first["entities"] + rest["entities"]] == scans[::-1]
    assert "cursors" not in rest
    found = await clusters_of(api, scans[0], limit=2)
    assert len({one["id"] for one in found}) == len(found) == 5
    assert len((await api.call("GET", f"{SCANS}/{scans[0]}/clusters"))["entities"]) == 5
    await api.call("GET", f"{SCANS}/{scans[0]}/clusters", cursor="nonsense", status=400)


async def test_point_26_statistics_are_shown_only_where_expanded(api: Api) -> None:
    await family(api)
    scan = await scanned(api)
    assert "statistics" not in await api.call("GET", f"{SCANS}/{scan}")
    expected = {"totalClusters": 1, "totalAutomaticMergeSuccesses": 0, "totalAutomaticMergeFailures": 0}
    latest = await api.call("GET", f"{SCANS}/latest", expand="statistics.aggregated")
    assert (latest["id"], latest["statistics"]["aggregated"]) == (scan, expected)
    for path in (f"{SCANS}/latest/statistics", f"{SCANS}/{scan}/statistics"):
        assert (await api.call("GET", path))["aggregated"] == expected
    await api.call("GET", f"{SCANS}/{scan}", expand="statistics", status=400)


async def test_point_26_a_merge_is_queued_and_carried_out_later(api: Api, organization: Organization) -> None:
    ids = await family(api, 3)
    scan = await scanned(api)
    (found,) = await clusters_of(api, scan)
    queued = await merge_cluster(api, scan, found["id"])
    assert queued["mergeInfo"] == {"status": "ManualQueued"}
    assert "mergedTo" not in await api.get(ids[0], "/unresolved")
    organization.clock.advance(6)
    merged = await api.get(ids[0])
    assert [one["id"] for one in merged["mergedFrom"]] == ids
    after = await cluster(api, scan, found["id"])
    assert after["mergeInfo"]["status"] == "ManualSucceeded"
    assert after["mergeInfo"]["dateMerged"] > queued["dateCreated"]
    effect = (await api.client.get("/simulator/calls")).json()[-1]["effect"]
    assert effect == f"merged {', '.join(ids)} into {merged['id']}"


@pytest.mark.parametrize(("rule", "status"), [("conflict", 409), ("nothing", 200)])
async def test_point_26_a_cluster_that_is_queued_is_not_queued_again(api: Api, rule: str, status: int) -> None:
    api.turn(cluster_merged_again=rule)
    await family(api)
    scan = await scanned(api)
    (found,) = await clusters_of(api, scan)
    await merge_cluster(api, scan, found["id"])
    await merge_cluster(api, scan, found["id"], status=status)


@pytest.mark.parametrize(("rule", "before"), [("stale", "NotMerged"), ("manual_failed", "ManualFailed")])
async def test_point_26_a_cluster_merged_elsewhere_is_stale_or_failed(
    api: Api, organization: Organization, rule: str, before: str
) -> None:
    api.turn(cluster_merged_elsewhere=rule)
    ids = await family(api, 3)
    scan = await scanned(api)
    await api.merge(ids[0], ids[1])
    (found,) = await clusters_of(api, scan)
    assert (found["mergeInfo"]["status"], contacts_of(found)) == (before, ids)
    assert "mergedTo" in found["graph"]["vertices"]["contacts"][0]["contact"]
    await merge_cluster(api, scan, found["id"])
    organization.clock.advance(6)
    failed = await cluster(api, scan, found["id"])
    assert failed["mergeInfo"]["status"] == "ManualFailed"
    assert ids[0] in failed["mergeInfo"]["error"]["message"]
    assert "mergedTo" not in await api.get(ids[2], "/unresolved")


async def test_point_26_clusters_are_filtered_by_the_status_of_their_merge(
    api: Api, organization: Organization
) -> None:
    await family(api)
    await family(api, 26, "+1 702 919 1400")
    scan = await scanned(api)
    small, large = await clusters_of(api, scan)
    for one in (small, large):
        await merge_cluster(api, scan, one["id"])
    organization.clock.advance(6)
    for status, expected in (("ManualSucceeded", [small]), ("ManualFailed", [large]), ("NotMerged", [])):
        found = await clusters_of(api, scan, **{"mergeInfo.status": status})
        assert [one["id"] for one in found] == [one["id"] for one in expected]
    await api.call("GET", f"{SCANS}/{scan}/clusters", status=400, **{"mergeInfo.status": "Merged"})


async def test_point_26_automatic_merging_merges_all_that_a_scan_finds(api: Api, organization: Organization) -> None:
    """The harm the program warns of: a family becomes one person, and nobody was asked."""
    before = await api.call("GET", f"{GRAPHS}/settings")
    assert before["automaticMergingEnabled"] is False
    organization.clock.advance(1)
    on = await switch(api, True)
    assert (on["automaticMergingEnabled"], on["dateModified"] > before["dateModified"]) == (True, True)
    ids = await family(api, 5)
    crowd = await family(api, 26, "+1 702 919 1400")
    scan = await scanned(api)
    assert {one["mergeInfo"]["status"] for one in await clusters_of(api, scan)} == {"AutoQueued"}
    organization.clock.advance(6)
    assert [one["id"] for one in (await api.get(ids[0]))["mergedFrom"]] == ids
    assert "mergedTo" not in await api.get(crowd[0], "/unresolved")
    merged, failed = await clusters_of(api, scan)
    assert (merged["mergeInfo"]["status"], failed["mergeInfo"]["status"]) == ("AutoSucceeded", "AutoFailed")
    assert failed["mergeInfo"]["error"]["code"] == "conflict"
    counted = (await api.call("GET", f"{SCANS}/latest/statistics"))["aggregated"]
    assert counted == {"totalClusters": 2, "totalAutomaticMergeSuccesses": 1, "totalAutomaticMergeFailures": 1}


async def test_point_26_automatic_merging_respects_the_limit_of_a_merge_set(
    api: Api, organization: Organization
) -> None:
    api.turn(merge_set_limit=4)
    ids = await family(api, 3)
    head = await api.merge(*ids)
    await family(api, 1)
    await switch(api, True)
    scan = await scanned(api)
    organization.clock.advance(6)
    (found,) = await clusters_of(api, scan)
    assert (found["mergeInfo"]["status"], head["id"] in contacts_of(found)) == ("AutoFailed", True)


@pytest.mark.parametrize("body", [{}, {"automaticMergingEnabled": "yes"}, [True]])
async def test_point_26_settings_that_cannot_be_are_refused(api: Api, body: Any) -> None:
    await api.call("PUT", f"{GRAPHS}/settings", body, status=400)


async def test_point_26_scans_come_by_the_clock_and_old_ones_go(api: Api, organization: Organization) -> None:
    api.turn(cluster_scan_hours=1.0, cluster_scans_kept=2, token_seconds=10**6)
    api.client.headers["Authorization"] = f"Bearer {organization.tokens.mint(10**6)}"
    await family(api)
    first = (await api.call("GET", f"{SCANS}/latest"))["id"]
    assert (await api.call("GET", f"{SCANS}/latest"))["id"] == first
    for _ in range(2):
        organization.clock.advance(3601)
        await api.people(1)
    scans = [one["id"] for one in (await api.call("GET", SCANS))["entities"]]
    assert len(scans) == 2 and first not in scans
    await api.call("GET", f"{SCANS}/{first}/clusters", status=404)
    api.turn(cluster_scan_hours=None)
    organization.clock.advance(9999)
    assert (await api.call("GET", f"{SCANS}/latest"))["id"] == scans[0]


async def test_point_26_without_a_schedule_there_is_no_scan_until_the_control_makes_one(api: Api) -> None:
    api.turn(cluster_scan_hours=None)
    await api.call("GET", f"{SCANS}/latest", status=404)
    assert (await api.call("GET", SCANS))["entities"] == []
    await api.call("POST", SCANS, status=404)
    scan = await scanned(api)
    assert (await api.call("GET", f"{SCANS}/latest"))["id"] == scan
    await api.call("GET", f"{SCANS}/{scan}/clusters/unknown", status=404)


@pytest.mark.parametrize(
    "path", ["clusterscans", "clusterscans/latest", "clusterscans/1/clusters", "clusterscans/1/clusters/2", "settings"]
)
async def test_point_26_an_organization_without_the_preview_answers_404_in_the_shape_of_errors(
    api: Api, path: str
) -> None:
    api.turn(graphs_served=False)
    error = await api.call("GET", f"{GRAPHS}/{path}", status=404)
    assert (error["code"], error["status"]) == ("not.found", 404)
    assert error["contextId"]


@pytest.mark.parametrize(
    ("method", "path", "permission"),
    [
        ("GET", "clusterscans", "externalContacts:graphClusterScan:view"),
        ("GET", "clusterscans/1/clusters", "externalContacts:graphCluster:view"),
        ("PUT", "clusterscans/1/clusters/2/merge", "externalContacts:graphCluster:merge"),
        ("GET", "settings", "externalContacts:graphSettingsGlobal:view"),
        ("PUT", "settings", "externalContacts:graphSettingsGlobal:edit"),
    ],
)
async def test_point_26_each_call_needs_its_permission(api: Api, method: str, path: str, permission: str) -> None:
    client = api.organization.client
    client.permissions = client.permissions - {permission}
    assert permission in (await api.call(method, f"{GRAPHS}/{path}", status=403))["message"]


async def test_point_26_the_contacts_of_a_graph_may_be_references(api: Api) -> None:
    api.turn(cluster_contacts="reference")
    (one, _) = await family(api)
    (found,) = await clusters_of(api, await scanned(api))
    contact = found["graph"]["vertices"]["contacts"][0]["contact"]
    assert contact == {"id": one, "selfUri": f"{CONTACTS}/{one}"}


async def test_point_26_scans_and_settings_survive_a_restart(tmp_path: Path) -> None:
    opening = Opening(state=tmp_path / "organization.db", population=0, rate_limit=None)
    first = open_organization(opening, Knobs(cluster_scan_hours=None))
    api = Api(first)
    ids = await family(api)
    scan = await scanned(api)
    (found,) = await clusters_of(api, scan)
    await merge_cluster(api, scan, found["id"])
    await switch(api, True)
    await api.client.aclose()
    first.state.close()
    again = open_organization(opening, Knobs(cluster_scan_hours=None))
    again.clock.advance(6)
    api = Api(again)
    after = await cluster(api, scan, found["id"])
    assert (after["mergeInfo"]["status"], contacts_of(after)) == ("ManualSucceeded", ids)
    assert (await api.call("GET", f"{GRAPHS}/settings"))["automaticMergingEnabled"] is True
    await api.client.aclose()
    again.state.close()
