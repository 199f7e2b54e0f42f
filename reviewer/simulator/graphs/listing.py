"""Reading scans and clusters over the wire; an organisation without the preview answers 404."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from reviewer.simulator.call import Call, Handler
from reviewer.simulator.contacts import reference
from reviewer.simulator.errors import conflict, invalid_parameter, not_found
from reviewer.simulator.graphs import schedule
from reviewer.simulator.graphs.scans import Cluster, Scan
from reviewer.simulator.organization import Organization
from reviewer.simulator.scan import Cursor, read_cursor
from reviewer.simulator.wire import timestamp

PATH = "/api/v2/externalcontacts/graphs/clusterscans"
EXPAND = frozenset(("statistics.aggregated",))
DEFAULT, MOST = 20, 100
DIVISIONS_MOST = 50
STATUSES = ("AutoQueued", "AutoSucceeded", "AutoFailed", "ManualQueued", "ManualSucceeded", "ManualFailed", "NotMerged")


def preview(handler: Handler) -> Handler:
    """The handler where the organisation has the preview; else 404. Clusters found stale are marked first."""

    def answer(organization: Organization, call: Call) -> Any:
        if not organization.knobs.graphs_served:
            raise not_found("The requested resource")
        if organization.knobs.cluster_merged_elsewhere == "manual_failed":
            organization.scans.fail_merged_elsewhere(organization.clock.now())
        return handler(organization, call)

    return answer


def list_scans(organization: Organization, call: Call) -> Any:
    """GET graphs/clusterscans: newest first."""
    wanted = call.expand(EXPAND)
    limit = call.number("limit", DEFAULT, 1, MOST)
    before = read_cursor(call.parameter("cursor"), organization).after or None
    latest(organization)
    found = organization.scans.page(before, limit + 1)
    shown = [shown_scan(organization, one, wanted) for one in found[:limit]]
    after = found[limit - 1].seq if len(found) > limit else None
    return page(organization, PATH, shown, after, {"limit": limit})


def page(
    organization: Organization, path: str, entities: list[Any], after: int | None, query: Mapping[str, Any]
) -> dict[str, Any]:
    """A page of a listing; ``after`` is where the next page begins, if there is one."""
    listing: dict[str, Any] = {"entities": entities, "selfUri": f"{path}?{urlencode(query, doseq=True)}"}
    if after is None:
        return listing
    cursor = Cursor(after, 1, organization.clock.now()).text()
    following = f"{path}?{urlencode({**query, 'cursor': cursor}, doseq=True)}"
    return listing | {"nextUri": following, "cursors": {"after": cursor}}


def latest(organization: Organization) -> Scan | None:
    """The latest scan; an organisation on a schedule that was never scanned is scanned when it is first asked."""
    found = organization.scans.latest()
    if found is None and organization.knobs.cluster_scan_hours is not None:
        return schedule.scan(organization)
    return found


def asked_scan(organization: Organization, call: Call) -> Scan:
    """The scan that a path names; without a name, the latest. Raises ApiError 404."""
    scan_id = call.path.get("scanId")
    found = organization.scans.find(scan_id) if scan_id else latest(organization)
    if found is None:
        raise not_found(f"Cluster scan {scan_id or 'latest'}")
    return found


def get_scan(organization: Organization, call: Call) -> Any:
    """GET graphs/clusterscans/latest and /{scanId}."""
    wanted = call.expand(EXPAND)
    return shown_scan(organization, asked_scan(organization, call), wanted)


def get_statistics(organization: Organization, call: Call) -> Any:
    """GET graphs/clusterscans/latest/statistics and /{scanId}/statistics."""
    return statistics(organization, asked_scan(organization, call))


def shown_scan(organization: Organization, scan: Scan, wanted: frozenset[str] = frozenset()) -> dict[str, Any]:
    """A scan as the API shows it; statistics only where they are wanted."""
    shown: dict[str, Any] = {"id": scan.id, "dateCompleted": timestamp(scan.completed)}
    if "statistics.aggregated" in wanted:
        shown["statistics"] = statistics(organization, scan)
    return shown | {"selfUri": f"{PATH}/{scan.id}"}


def statistics(organization: Organization, scan: Scan) -> dict[str, Any]:
    found = organization.scans.statuses(scan.id)
    aggregated = {
        "totalClusters": sum(found.values()),
        "totalAutomaticMergeSuccesses": found.get("AutoSucceeded", 0),
        "totalAutomaticMergeFailures": found.get("AutoFailed", 0),
    }
    return {"aggregated": aggregated, "selfUri": f"{PATH}/{scan.id}/statistics"}


def list_clusters(organization: Organization, call: Call) -> Any:
    """GET graphs/clusterscans/{scanId}/clusters, filtered by division and by ``mergeInfo.status``."""
    limit = call.number("limit", DEFAULT, 1, MOST)
    divisions = call.values("divisionIds", DIVISIONS_MOST)
    status = call.parameter("mergeInfo.status")
    if status and status not in STATUSES:
        raise invalid_parameter("mergeInfo.status", f"must be one of {', '.join(STATUSES)}")
    scan = asked_scan(organization, call)
    cursor = read_cursor(call.parameter("cursor"), organization)
    found = organization.scans.clusters(scan.id, cursor.after, limit + 1, divisions, status)
    shown = [shown_cluster(organization, scan, one) for one in found[:limit]]
    query = {"limit": limit, "divisionIds": divisions} | ({"mergeInfo.status": status} if status else {})
    after = found[limit - 1].seq if len(found) > limit else None
    return page(organization, f"{PATH}/{scan.id}/clusters", shown, after, query)


def asked_cluster(organization: Organization, call: Call) -> tuple[Scan, Cluster]:
    """The cluster that a path names, and its scan. Raises ApiError 404."""
    scan = asked_scan(organization, call)
    found = organization.scans.cluster(scan.id, call.path["clusterId"])
    if found is None:
        raise not_found(f"Cluster {call.path['clusterId']}")
    return scan, found


def get_cluster(organization: Organization, call: Call) -> Any:
    """GET graphs/clusterscans/{scanId}/clusters/{clusterId}."""
    return shown_cluster(organization, *asked_cluster(organization, call))


def shown_cluster(organization: Organization, scan: Scan, cluster: Cluster) -> dict[str, Any]:
    """A cluster as the API shows it."""
    info: dict[str, Any] = {"status": cluster.status}
    if cluster.error:
        info["error"] = cluster.error
    if cluster.attempted is not None:
        info["dateMerged"] = timestamp(cluster.attempted)
    division = cluster.division
    return {
        "id": cluster.id,
        "division": {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"},
        "clusterScan": shown_scan(organization, scan),
        "mergeInfo": info,
        "graph": shown_graph(organization, cluster.graph),
        "dateCreated": timestamp(cluster.created),
        "selfUri": f"{PATH}/{scan.id}/clusters/{cluster.id}",
    }


def shown_graph(organization: Organization, graph: Mapping[str, Any]) -> dict[str, Any]:
    """The graph with its contacts as they are now, ancestors unresolved; of one that is gone, its bare reference."""
    vertices = [
        {"vertexId": vertex["vertexId"], "contact": shown_contact(organization, vertex["contact"]["id"])}
        for vertex in graph["vertices"]["contacts"]
    ]
    return {**graph, "vertices": {**graph["vertices"], "contacts": vertices}}


def shown_contact(organization: Organization, contact_id: str) -> dict[str, Any]:
    if organization.knobs.cluster_contacts == "reference":
        return reference(contact_id)
    found = organization.contacts.find(contact_id, organization.clock.now())
    return found.contact if found else reference(contact_id)


def merge_cluster(organization: Organization, call: Call) -> Any:
    """PUT graphs/clusterscans/{scanId}/clusters/{clusterId}/merge: queued now, carried out later.

    Raises ApiError 409 where it is queued or merged already and a knob refuses that.
    """
    scan, cluster = asked_cluster(organization, call)
    if cluster.status not in ("NotMerged", "AutoFailed", "ManualFailed"):
        if organization.knobs.cluster_merged_again == "conflict":
            raise conflict(f"Cluster {cluster.id} is {cluster.status}")
        return shown_cluster(organization, scan, cluster)
    organization.scans.queue(cluster, "ManualQueued", schedule.merge_due(organization))
    call.effect = f"queued the merge of cluster {cluster.id}"
    return get_cluster(organization, call)
