"""The service's own clusters of duplicates: contacts that share a normalised identifier (sections 1.4 and 2.7).

All of it is a preview that the service may change or withdraw without notice. Enum values stay text: their lists
grow.
"""

from collections.abc import AsyncIterator, Container
from typing import NamedTuple

import msgspec

from reviewer.genesys.bodies import Unreadable, converted, page, query_value, tolerant_object, typed
from reviewer.genesys.endpoints import CLUSTER_SCANS, CLUSTERS, GRAPH_SETTINGS, LATEST_CLUSTER_SCAN
from reviewer.genesys.errors import BadAnswer, NotFound, PreviewAbsent, PreviewChanged
from reviewer.genesys.transport import Transport

CLUSTERS_PER_PAGE = 100
"""The most that the service lists at once (section 1.4)."""


class GraphSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Whether the service merges by itself whatever a cluster scan finds."""

    automatic_merging_enabled: bool
    date_modified: str | None = None


class ClusterScan(msgspec.Struct, frozen=True, rename="camel"):
    """A finished scan; ``date_completed`` is ISO 8601 in UTC."""

    id: str
    date_completed: str | None = None


class SharedIdentifier(NamedTuple):
    """An identifier of a cluster, as the service normalises it, and the ids of the contacts that it connects."""

    type: str
    value: str
    holders: tuple[str, ...]


class Cluster(NamedTuple):
    """Contacts that identifiers connect; ``merge_error`` is why the service's own merge failed, in its words."""

    id: str
    merge_status: str
    merge_error: str
    contact_ids: tuple[str, ...]
    identifiers: tuple[SharedIdentifier, ...]


class ClusterPage(NamedTuple):
    """One page of clusters; ``unreadable`` has a reason for each entry that is none."""

    clusters: list[Cluster]
    unreadable: list[str]


class _Error(msgspec.Struct):
    message: str | None = None
    code: str | None = None


class _MergeInfo(msgspec.Struct):
    status: str | None = None
    error: _Error | None = None


class _Named(msgspec.Struct):
    id: str


class _ContactVertex(msgspec.Struct, rename="camel"):
    vertex_id: str
    contact: _Named


class _IdentifierVertex(msgspec.Struct, rename="camel"):
    vertex_id: str
    normalized_type: str
    normalized_value: str


class _Vertices(msgspec.Struct):
    contacts: list[_ContactVertex] | None = None
    identifiers: list[_IdentifierVertex] | None = None


class _Edge(msgspec.Struct):
    from_: str = msgspec.field(name="from")
    to: str


class _Graph(msgspec.Struct):
    vertices: _Vertices
    edges: list[_Edge] | None = None


class _Cluster(msgspec.Struct, rename="camel"):
    id: str
    graph: _Graph
    merge_info: _MergeInfo | None = None


async def settings(transport: Transport) -> GraphSettings:
    """The settings of cluster scans.

    Raises ``PreviewAbsent`` where they are not served, ``PreviewChanged`` where they are of another shape.
    """
    try:
        return await transport.read(GRAPH_SETTINGS, _settings)
    except NotFound as error:
        raise _absent(error) from error
    except BadAnswer as error:
        if isinstance(error.__cause__, _OtherShape):
            raise PreviewChanged(error.status, error.code, error.message, error.correlation_id, error.call) from error
        raise


class _OtherShape(Unreadable):
    """The answer is a JSON object, so the preview's own."""


def _settings(body: bytes) -> GraphSettings:
    record = tolerant_object(body)
    try:
        return converted(record, GraphSettings)
    except Unreadable as error:
        raise _OtherShape(str(error)) from None


async def latest_scan(transport: Transport) -> ClusterScan | None:
    """The newest finished scan; ``None`` where none has finished yet.

    Raises ``PreviewAbsent`` where scans are not served at all, which only the list of scans can tell.
    """
    try:
        return await transport.read(LATEST_CLUSTER_SCAN, lambda body: typed(body, ClusterScan))
    except NotFound:
        pass
    try:
        await transport.read(CLUSTER_SCANS, page, query={"limit": 1})
    except NotFound as error:
        raise _absent(error) from error
    return None


async def clusters(transport: Transport, scan_id: str) -> AsyncIterator[ClusterPage]:
    """Every page of a scan's clusters, in whatever state of merging; pages may be short or empty before the last."""
    query: dict[str, str | int] = {"limit": CLUSTERS_PER_PAGE}
    used: set[str] = set()
    while True:
        found, after = await transport.read(
            CLUSTERS, lambda body: _sorted_out(body, used), scan_id=scan_id, query=query
        )
        yield found
        if after is None:
            return
        used.add(after)
        query["cursor"] = after


def _sorted_out(body: bytes, used: Container[str]) -> tuple[ClusterPage, str | None]:
    """The page and the cursor to the next; ``used`` are the cursors that were followed. Raises ``Unreadable``."""
    listing = page(body)
    after = listing.after or query_value(listing.next_uri, "cursor")
    if after in used:
        raise Unreadable("its next page is one that was read before")
    found = ClusterPage([], [])
    for entity in listing.entities:
        try:
            found.clusters.append(_cluster(typed(entity, _Cluster)))
        except Unreadable as error:
            found.unreadable.append(f"a cluster that is {error}")
    return found, after


def _cluster(read: _Cluster) -> Cluster:
    """The cluster with its graph resolved: which contacts each identifier connects. An edge may point either way."""
    vertices = read.graph.vertices
    contacts = {one.vertex_id: one.contact.id for one in vertices.contacts or ()}
    places = {vertex_id: place for place, vertex_id in enumerate(contacts)}
    ends: dict[str, set[str]] = {one.vertex_id: set() for one in vertices.identifiers or ()}
    for edge in read.graph.edges or ():
        for identifier, contact in ((edge.from_, edge.to), (edge.to, edge.from_)):
            if identifier in ends and contact in places:
                ends[identifier].add(contact)
    return Cluster(
        id=read.id,
        merge_status=(read.merge_info and read.merge_info.status) or "",
        merge_error=_said(read.merge_info.error) if read.merge_info else "",
        contact_ids=tuple(dict.fromkeys(contacts.values())),
        identifiers=tuple(
            SharedIdentifier(
                one.normalized_type,
                one.normalized_value,
                tuple(contacts[vertex_id] for vertex_id in sorted(ends[one.vertex_id], key=places.__getitem__)),
            )
            for one in vertices.identifiers or ()
        ),
    )


def _said(error: _Error | None) -> str:
    return ": ".join(part for part in (error.code, error.message) if part) if error else ""


def _absent(error: NotFound) -> PreviewAbsent:
    return PreviewAbsent(error.status, error.code, error.message, error.correlation_id, error.call)
