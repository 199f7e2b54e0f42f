"""Finding clusters: connected components of the graph of contacts and the identifiers that their fields hold.

An edge joins a contact to a normalised identifier, claimed or not; only contacts of one division are joined. It is
exact-identifier matching, so a family's phone joins a family, as the service's scan would.
"""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from reviewer.simulator import identifiers
from reviewer.simulator.graphs.component import Component, Vertex
from reviewer.simulator.organization import Organization
from reviewer.simulator.wire import load

NORMALIZED_TYPES = {
    "Phone": "Phone",
    "Email": "Email",
    "ExternalId": "ExternalId",
    "SocialTwitter": "TwitterId",
    "SocialFacebook": "FacebookId",
    "SocialInstagram": "InstagramId",
    "SocialInstagramHandle": "InstagramHandle",
    identifiers.HANDLE: "TwitterHandle",
}
"""The kinds of identifier that clusters are made of, as the graph names them."""


def components(organization: Organization) -> Iterator[Component]:
    """All clusters of the curated contacts that are no ancestors, in order of their oldest contact."""
    held: dict[str, list[Vertex]] = {}
    divisions: dict[str, str] = {}
    for contact_id, division, body in suspects(organization):
        contact = load(body)
        held[contact_id] = vertices_of(contact, organization)
        divisions[contact_id] = division
    forest = Forest()
    for contact_id, vertices in held.items():
        for vertex in vertices:
            forest.join(contact_id, (divisions[contact_id], *vertex))
    found: dict[Any, list[str]] = {}
    for contact_id in held:
        found.setdefault(forest.root(contact_id), []).append(contact_id)
    for ids in found.values():
        if len(ids) > 1:
            yield Component(divisions[ids[0]], {contact_id: held[contact_id] for contact_id in ids})


def suspects(organization: Organization) -> Iterator[tuple[str, str, bytes]]:
    """Id, division and body of the contacts that may be in a cluster, in order of creation.

    Those whose fields hold a value that another's hold too; the others, most of an organisation, are never decoded.
    """
    sql = organization.state.sql
    rows = sql.execute("SELECT value, type, contact FROM holdings ORDER BY value, type")
    shared: set[str] = set()
    for _, group in groupby(rows, key=itemgetter(0, 1)):
        contacts = [contact for _, _, contact in group]
        if len(contacts) > 1:
            shared.update(contacts)
    living = sql.execute(
        "SELECT id, division, body FROM contacts WHERE type = 'Curated' AND merged_to IS NULL ORDER BY seq"
    )
    return (row for row in living if row[0] in shared)


def vertices_of(contact: Mapping[str, Any], organization: Organization) -> list[Vertex]:
    """The identifiers of a contact that clusters are made of."""
    return [
        (NORMALIZED_TYPES[one.type], one.value, one.source)
        for one in identifiers.held(contact, organization.knobs)
        if one.type in NORMALIZED_TYPES
    ]


class Forest:
    """Sets that are joined: union-find with path halving."""

    def __init__(self) -> None:
        self._parents: dict[Any, Any] = {}

    def root(self, node: Any) -> Any:
        """What stands for the set that a node is in."""
        parents = self._parents
        while (parent := parents.setdefault(node, node)) != node:
            parents[node] = parents[parent]
            node = parents[node]
        return node

    def join(self, one: Any, other: Any) -> None:
        self._parents[self.root(one)] = self.root(other)
