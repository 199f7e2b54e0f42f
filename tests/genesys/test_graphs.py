"""The service's own clusters: pages, graphs, settings; and an organisation that has no such preview."""

from typing import Any

import pytest

from reviewer.genesys.errors import BadAnswer, MissingPermission, PreviewAbsent, PreviewChanged, ServiceUnavailable
from reviewer.genesys.graphs import Cluster, ClusterScan, GraphSettings, SharedIdentifier
from reviewer.genesys.patience import PREVIEW_ATTEMPTS
from tests.genesys.service import ScriptedService, ok, raw, refusal


def cluster(number: int, status: str = "NotMerged", **merge_info: Any) -> dict[str, Any]:
    """Two contacts with one phone; one of them has an email alone."""
    return {
        "id": f"k{number}",
        "division": {"id": "home"},
        "mergeInfo": {"status": status} | merge_info,
        "graph": {
            "vertices": {
                "contacts": [
                    {"vertexId": "1", "contact": {"id": f"a{number}", "firstName": "Ada"}},
                    {"vertexId": "2", "contact": {"id": f"b{number}", "unknownField": []}},
                ],
                "identifiers": [
                    {"vertexId": "3", "normalizedType": "Phone", "normalizedValue": "+17029191300"},
                    {"vertexId": "4", "normalizedType": "Email", "normalizedValue": "ada@mail.example"},
                ],
            },
            "edges": [{"from": "1", "to": "3"}, {"from": "3", "to": "2"}, {"from": "2", "to": "4"}],
        },
    }


async def read(service: ScriptedService) -> tuple[list[Cluster], list[str]]:
    found: list[Cluster] = []
    unreadable: list[str] = []
    async with service.client() as client:
        async for page in client.clusters("scan/1"):
            found += page.clusters
            unreadable += page.unreadable
    return found, unreadable


async def test_every_page_of_clusters_is_read_over_empty_ones_with_the_scan_in_the_path() -> None:
    service = ScriptedService(
        ok({"entities": [cluster(1)], "cursors": {"after": "c2"}}),
        ok({"entities": [], "cursors": {"after": "c3"}}),
        ok({"entities": [cluster(2)], "nextUri": "/api/v2/x?limit=100&cursor=c4"}),
        ok({"entities": [cluster(3)], "cursors": {}}),
    )
    found, unreadable = await read(service)
    assert [one.id for one in found] == ["k1", "k2", "k3"] and not unreadable
    assert service.requests[0].url.raw_path.startswith(
        b"/api/v2/externalcontacts/graphs/clusterscans/scan%2F1/clusters?limit=100"
    )
    assert [request.url.params.get("cursor") for request in service.requests] == [None, "c2", "c3", "c4"]


async def test_a_cluster_says_which_contacts_an_identifier_connects_whichever_way_its_edges_point() -> None:
    service = ScriptedService(
        ok({"entities": [cluster(1, "AutoFailed", error={"code": "too.many", "message": "No."})], "cursors": {}})
    )
    ((found,), _) = await read(service)
    assert found == Cluster(
        "k1",
        "AutoFailed",
        "too.many: No.",
        ("a1", "b1"),
        (
            SharedIdentifier("Phone", "+17029191300", ("a1", "b1")),
            SharedIdentifier("Email", "ada@mail.example", ("b1",)),
        ),
    )


async def test_what_is_no_cluster_on_a_page_costs_only_itself() -> None:
    spoilt = cluster(1) | {"graph": {"vertices": {"contacts": [{"vertexId": "1"}]}}}
    service = ScriptedService(ok({"entities": [spoilt, cluster(2), 7], "cursors": {}}))
    found, unreadable = await read(service)
    assert [one.id for one in found] == ["k2"] and len(unreadable) == 2


async def test_a_page_that_leads_to_itself_is_no_endless_run() -> None:
    service = ScriptedService(ok({"entities": [], "cursors": {"after": "c2"}}))
    with pytest.raises(BadAnswer, match="read before"):
        await read(service)


async def test_the_latest_scan_and_the_settings() -> None:
    service = ScriptedService(
        ok({"id": "s1", "dateCompleted": "2026-11-20T03:00:00Z", "statistics": None}),
        ok({"automaticMergingEnabled": True, "dateModified": "2026-11-01T00:00:00Z", "new": 1}),
    )
    async with service.client() as client:
        assert await client.latest_cluster_scan() == ClusterScan("s1", "2026-11-20T03:00:00Z")
        assert await client.graph_settings() == GraphSettings(True, "2026-11-01T00:00:00Z")


async def test_no_scan_yet_and_no_preview_at_all_are_told_apart() -> None:
    service = ScriptedService(refusal(404), ok({"entities": [], "cursors": {}}))
    async with service.client() as client:
        assert await client.latest_cluster_scan() is None
    service = ScriptedService(refusal(404))
    async with service.client() as client:
        with pytest.raises(PreviewAbsent, match="does not serve the preview of cluster scans"):
            await client.latest_cluster_scan()
        with pytest.raises(PreviewAbsent, match="corr-404"):
            await client.graph_settings()


@pytest.mark.parametrize(
    ("call", "permission"),
    [
        ("graph_settings", "externalContacts:graphSettingsGlobal:view"),
        ("latest_cluster_scan", "externalContacts:graphClusterScan:view"),
    ],
)
async def test_a_missing_permission_is_named(call: str, permission: str) -> None:
    async with ScriptedService(refusal(403)).client() as client:
        with pytest.raises(MissingPermission, match=permission):
            await getattr(client, call)()


async def test_the_permission_to_see_clusters_is_named() -> None:
    with pytest.raises(MissingPermission, match="externalContacts:graphCluster:view"):
        await read(ScriptedService(refusal(403)))


async def test_a_preview_that_is_broken_is_not_insisted_on() -> None:
    service = ScriptedService(refusal(503))
    async with service.client() as client:
        with pytest.raises(ServiceUnavailable):
            await client.graph_settings()
    assert len(service.requests) == PREVIEW_ATTEMPTS


@pytest.mark.parametrize(("body", "changed"), [(b'{"automaticMergingEnabled": "perhaps"}', True), (b"<html>", False)])
async def test_settings_of_another_shape_are_told_from_what_is_no_answer_of_the_preview(
    body: bytes, changed: bool
) -> None:
    async with ScriptedService(raw(body)).client() as client:
        with pytest.raises(BadAnswer, match=r"graphs/settings.*corr-raw") as raised:
            await client.graph_settings()
    assert isinstance(raised.value, PreviewChanged) is changed
