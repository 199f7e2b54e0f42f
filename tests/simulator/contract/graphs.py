"""A caller of the graphs of an in-process organisation."""

from typing import Any

from tests.simulator.api import Api

GRAPHS = "/api/v2/externalcontacts/graphs"
SCANS = f"{GRAPHS}/clusterscans"


async def scanned(api: Api) -> str:
    """Id of a scan made now, by the control."""
    answer = await api.client.put("/simulator/clusterscan", json={})
    assert answer.status_code == 200, answer.text
    return str(answer.json()["id"])


async def clusters_of(api: Api, scan_id: str, **query: Any) -> list[dict[str, Any]]:
    """All clusters of a scan, through all its pages."""
    path = f"{SCANS}/{scan_id}/clusters"
    page = await api.call("GET", path, **query)
    found = list(page["entities"])
    while cursor := page.get("cursors", {}).get("after"):
        page = await api.call("GET", path, **query, cursor=cursor)
        found += page["entities"]
    return found


async def cluster(api: Api, scan_id: str, cluster_id: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.call("GET", f"{SCANS}/{scan_id}/clusters/{cluster_id}")
    return found


async def merge_cluster(api: Api, scan_id: str, cluster_id: str, status: int = 200) -> Any:
    return await api.call("PUT", f"{SCANS}/{scan_id}/clusters/{cluster_id}/merge", status=status)


async def switch(api: Api, automatic: bool) -> Any:
    """Turn the organisation's automatic merging on or off."""
    return await api.call("PUT", f"{GRAPHS}/settings", {"automaticMergingEnabled": automatic})


def contacts_of(found: dict[str, Any]) -> list[str]:
    """Ids of a cluster's contacts."""
    return [vertex["contact"]["id"] for vertex in found["graph"]["vertices"]["contacts"]]
