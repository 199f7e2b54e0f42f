"""The routes of the graphs; all of them are preview, which an organisation may not have."""

from reviewer.simulator.call import Endpoint
from reviewer.simulator.graphs import listing, settings
from reviewer.simulator.graphs.listing import PATH, preview

VIEW_SCAN = ("externalContacts:graphClusterScan:view",)
VIEW_CLUSTER = ("externalContacts:graphCluster:view",)
MERGE_CLUSTER = ("externalContacts:graphCluster:merge",)
VIEW_SETTINGS = ("externalContacts:graphSettingsGlobal:view",)
EDIT_SETTINGS = ("externalContacts:graphSettingsGlobal:edit",)
CLUSTERS = f"{PATH}/{{scanId}}/clusters"

ENDPOINTS = (
    Endpoint("cluster_scans", "GET", PATH, VIEW_SCAN, preview(listing.list_scans)),
    Endpoint("cluster_scan_latest", "GET", f"{PATH}/latest", VIEW_SCAN, preview(listing.get_scan)),
    Endpoint(
        "cluster_statistics_latest", "GET", f"{PATH}/latest/statistics", VIEW_SCAN, preview(listing.get_statistics)
    ),
    Endpoint("cluster_scan", "GET", f"{PATH}/{{scanId}}", VIEW_SCAN, preview(listing.get_scan)),
    Endpoint("cluster_statistics", "GET", f"{PATH}/{{scanId}}/statistics", VIEW_SCAN, preview(listing.get_statistics)),
    Endpoint("clusters", "GET", CLUSTERS, VIEW_CLUSTER, preview(listing.list_clusters)),
    Endpoint("cluster", "GET", f"{CLUSTERS}/{{clusterId}}", VIEW_CLUSTER, preview(listing.get_cluster)),
    Endpoint(
        "cluster_merge",
        "PUT",
        f"{CLUSTERS}/{{clusterId}}/merge",
        MERGE_CLUSTER,
        preview(listing.merge_cluster),
        writes=True,
    ),
    Endpoint("graph_settings", "GET", settings.PATH, VIEW_SETTINGS, preview(settings.get_settings)),
    Endpoint("change_graph_settings", "PUT", settings.PATH, EDIT_SETTINGS, preview(settings.put_settings), writes=True),
)
