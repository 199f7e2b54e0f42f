"""Cluster scans through the SDK: latest, list, statistics, clusters, one cluster, its merge, the settings."""

import uuid
from typing import Any

from reviewer.simulator.serving import ServedOrganization
from tests.sdk.client import Sdk


def family(sdk: Sdk, count: int) -> list[str]:
    """Ids of contacts that share an email."""
    return sdk.people(count, work_email=f"{uuid.uuid4()}@example.com")


def clusters_of(sdk: Sdk, scan_id: str, **query: Any) -> list[Any]:
    """All clusters of a scan."""
    page = sdk.get_externalcontacts_graphs_clusterscan_clusters(scan_id, **query)
    found = list(page.entities)
    while page.cursors is not None:
        page = sdk.get_externalcontacts_graphs_clusterscan_clusters(scan_id, cursor=page.cursors.after, **query)
        found += page.entities
    return found


def of_contact(clusters: list[Any], contact_id: str) -> Any:
    """The cluster that a contact is in."""
    (found,) = [
        cluster
        for cluster in clusters
        if contact_id in {vertex.contact.id for vertex in cluster.graph.vertices.contacts}
    ]
    return found


def test_scans_are_listed_with_their_statistics(sdk: Sdk, served: ServedOrganization) -> None:
    for _ in range(2):
        served.write("clusterscan", {})
    page = sdk.get_externalcontacts_graphs_clusterscans(limit=1, expand=["statistics.aggregated"])
    (newest,) = page.entities
    assert newest.statistics.aggregated.total_clusters > 10
    latest = sdk.get_externalcontacts_graphs_clusterscans_latest()
    assert (latest.id, latest.statistics) == (newest.id, None)
    assert sdk.get_externalcontacts_graphs_clusterscan(newest.id).date_completed == newest.date_completed
    older = sdk.get_externalcontacts_graphs_clusterscans(limit=1, cursor=page.cursors.after).entities[0]
    assert older.id != newest.id
    for statistics in (
        sdk.get_externalcontacts_graphs_clusterscans_latest_statistics(),
        sdk.get_externalcontacts_graphs_clusterscan_statistics(newest.id),
    ):
        assert statistics.aggregated.total_clusters == newest.statistics.aggregated.total_clusters


def test_a_cluster_is_read_and_merged(sdk: Sdk, served: ServedOrganization) -> None:
    ids = family(sdk, 3)
    scan_id = served.write("clusterscan", {})["id"]
    found = of_contact(clusters_of(sdk, scan_id, limit=100, merge_info_status="NotMerged"), ids[0])
    (identifier,) = found.graph.vertices.identifiers
    assert identifier.normalized_type == "Email"
    assert {edge.to for edge in found.graph.edges} == {identifier.vertex_id}
    assert [edge.pcFrom for edge in found.graph.edges] == [one.vertex_id for one in found.graph.vertices.contacts]
    served.write("knobs", {"cluster_merge_seconds": 0})
    queued = sdk.put_externalcontacts_graphs_clusterscan_cluster_merge(scan_id, found.id)
    assert queued.merge_info.status == "ManualQueued"
    after = sdk.get_externalcontacts_graphs_clusterscan_cluster(scan_id, found.id)
    assert (after.merge_info.status, after.merge_info.date_merged is not None) == ("ManualSucceeded", True)
    assert sdk.get_externalcontacts_contact(ids[0]).id == sdk.get_externalcontacts_contact(ids[2]).id


def test_a_merge_of_a_cluster_that_fails_says_why(sdk: Sdk, served: ServedOrganization) -> None:
    ids = family(sdk, 3)
    scan_id = served.write("clusterscan", {})["id"]
    found = of_contact(clusters_of(sdk, scan_id, limit=100, division_ids=["*"]), ids[0])
    sdk.merge(ids[:2])
    served.write("knobs", {"cluster_merge_seconds": 0})
    sdk.put_externalcontacts_graphs_clusterscan_cluster_merge(scan_id, found.id)
    after = sdk.get_externalcontacts_graphs_clusterscan_cluster(scan_id, found.id)
    assert after.merge_info.status == "ManualFailed"
    assert after.merge_info.error.code and ids[0] in after.merge_info.error.message


def test_automatic_merging_is_switched_on_and_off(sdk: Sdk, served: ServedOrganization) -> None:
    assert sdk.get_externalcontacts_graphs_settings().automatic_merging_enabled is False
    on = sdk.put_externalcontacts_graphs_settings(sdk.model("GraphSettings", automatic_merging_enabled=True))
    assert on.automatic_merging_enabled is True
    off = sdk.put_externalcontacts_graphs_settings(sdk.model("GraphSettings", automatic_merging_enabled=False))
    assert off.automatic_merging_enabled is False and off.date_modified >= on.date_modified
