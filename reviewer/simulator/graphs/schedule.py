"""What the organisation does by its own clock: scans at their time, and merges of clusters that were queued."""

from reviewer.simulator import calls, merge
from reviewer.simulator.contacts import Stored
from reviewer.simulator.errors import ApiError, conflict
from reviewer.simulator.graphs.component import members_of
from reviewer.simulator.graphs.components import components
from reviewer.simulator.graphs.scans import Cluster, Scan
from reviewer.simulator.graphs.settings import automatic_merging
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import timestamp

HOUR = 3_600_000


def catch_up(organization: Organization) -> None:
    """Do what has become due since the last call; two reads of an index where nothing has."""
    now = organization.clock.now()
    hours = organization.knobs.cluster_scan_hours
    last = organization.scans.latest()
    if last and hours is not None and now - last.completed >= hours * HOUR:
        scan(organization)
    due = organization.scans.next_due()
    if due is not None and due <= now:
        with organization.state.transaction():
            for cluster in organization.scans.due(now):
                carry_out(organization, cluster, now)


def scan(organization: Organization) -> Scan:
    """Find the clusters there are now; with automatic merging on, all of them are queued to be merged."""
    now, knobs = organization.clock.now(), organization.knobs
    automatic = automatic_merging(organization)
    status, due = ("AutoQueued", merge_due(organization)) if automatic else ("NotMerged", None)
    with organization.state.transaction():
        added = organization.scans.add(now, components(organization), status, due)
        organization.scans.forget(knobs.cluster_scans_kept)
    return added


def merge_due(organization: Organization) -> int:
    """When a merge that is queued now will be carried out."""
    return organization.clock.now() + round(organization.knobs.cluster_merge_seconds * 1000)


def carry_out(organization: Organization, cluster: Cluster, now: int) -> None:
    """Merge a cluster, or record why not; in the caller's transaction."""
    way = "Auto" if cluster.status == "AutoQueued" else "Manual"
    entry = {"at": timestamp(now), "endpoint": "cluster_merge", "cluster": cluster.id, "automatic": way == "Auto"}
    try:
        inputs = inputs_of(organization, cluster)
        merged = merge.join(organization, inputs, {})
    except ApiError as refused:
        error = {"message": refused.message, "code": refused.code}
        organization.scans.settle(cluster, f"{way}Failed", now, error)
        calls.record(organization, entry | {"late": True, "status": refused.status, "effect": None})
        return
    organization.scans.settle(cluster, f"{way}Succeeded", now, None)
    effect = f"merged {', '.join(one.id for one in inputs)} into {merged.id}"
    calls.record(organization, entry | {"late": True, "status": 200, "effect": effect})


def inputs_of(organization: Organization, cluster: Cluster) -> list[Stored]:
    """The contacts of a cluster. Raises ApiError where they are too many, gone, or merged elsewhere meanwhile."""
    ids = members_of(cluster.graph)
    if len(ids) > merge.MOST:
        raise conflict(f"The cluster has {len(ids)} contacts, more than {merge.MOST}")
    found = [organization.contact(one) for one in ids]
    elsewhere = [one.id for one in found if one.is_ancestor]
    if elsewhere:
        raise conflict(f"Merged elsewhere since the scan: {', '.join(elsewhere)}")
    return found
