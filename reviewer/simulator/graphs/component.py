"""One cluster: contacts of one division, the identifiers that they hold, and who holds which."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Vertex = tuple[str, str, str]
"""An identifier of a graph: normalised type, normalised value, and the external source of an ExternalId."""


@dataclass(frozen=True)
class Component:
    """Two or more contacts of one division, in order of creation, each with the identifiers that it holds."""

    division: str
    contacts: Mapping[str, Sequence[Vertex]]

    def graph(self) -> dict[str, Any]:
        """The graph as the API shows it, a vertex of a contact holding its bare id; vertex ids are numbers of its own.

        The external source of an ExternalId has no place in it: two vertices may look alike.
        """
        known: dict[Vertex, str] = {}
        first = len(self.contacts)
        for held in self.contacts.values():
            for vertex in held:
                known.setdefault(vertex, str(first + len(known)))
        return {
            "vertices": {
                "contacts": [
                    {"vertexId": str(number), "contact": {"id": contact_id}}
                    for number, contact_id in enumerate(self.contacts)
                ],
                "identifiers": [
                    {"vertexId": number, "normalizedType": kind, "normalizedValue": value}
                    for (kind, value, _), number in known.items()
                ],
            },
            "edges": [
                {"from": str(number), "to": known[vertex]}
                for number, held in enumerate(self.contacts.values())
                for vertex in held
            ],
        }


def members_of(graph: Mapping[str, Any]) -> list[str]:
    """The contact ids of a stored graph."""
    vertices: Iterable[Mapping[str, Any]] = graph["vertices"]["contacts"]
    return [vertex["contact"]["id"] for vertex in vertices]
