"""The calls of a plan as they would go over the wire: method, path and body, without sending anything."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from reviewer.domain.plan import Step
from reviewer.domain.plan_calls import PlanCall, Purpose, plan_calls
from reviewer.domain.wire import JsonObject
from reviewer.genesys import endpoints
from reviewer.genesys.bulk import CHUNK, entities
from reviewer.genesys.endpoints import Endpoint

MERGED = "{merged contact}"
"""Stands in a path for the id that the service gives the merged contact."""

OF_EACH_RUN = (endpoints.TOKEN, endpoints.ORGANIZATION, endpoints.GRAPH_SETTINGS)
"""What an executor calls once at its start, whatever it sends."""

_ENDPOINTS = {
    Purpose.READ_MEMBERS: endpoints.BULK_UNRESOLVED,
    Purpose.READ_MERGED: endpoints.UNRESOLVED,
    Purpose.READ_HELD: endpoints.IDENTIFIERS,
    Purpose.MERGE: endpoints.MERGE,
    Purpose.REMOVE: endpoints.EDIT,
    Purpose.RELEASE: endpoints.EDIT_IDENTIFIERS,
    Purpose.LOOK_UP: endpoints.LOOK_UP,
    Purpose.CLAIM: endpoints.EDIT_IDENTIFIERS,
    Purpose.SET: endpoints.EDIT,
    Purpose.CREATE: endpoints.CREATE,
}


class DescribedCall(NamedTuple):
    """A call as it would be sent; ``body`` is its JSON, None without one, and holds record text."""

    method: str
    path: str
    body: JsonObject | None
    purpose: Purpose
    writes: bool


def described(members: Sequence[str], steps: Sequence[Step], division: str | None) -> list[DescribedCall]:
    """The calls of a plan in their order. ``division`` is that of the members, in which identities are looked up."""
    return [_described(call, division) for call in plan_calls(members, steps)]


def _described(call: PlanCall, division: str | None) -> DescribedCall:
    endpoint = _ENDPOINTS[call.purpose]
    return DescribedCall(
        endpoint.method, _path(endpoint, call.request), _body(call, division), call.purpose, endpoint.writes
    )


def _path(endpoint: Endpoint, request: Mapping[str, Any]) -> str:
    """The path with the contact's id; the merged contact has none before it was made."""
    contact = request.get("contactId")
    return endpoint.path(contact) if contact else endpoint.template.replace("{contactId}", MERGED)


def _body(call: PlanCall, division: str | None) -> JsonObject | None:
    if call.purpose in (Purpose.READ_MERGED, Purpose.READ_HELD):
        return None
    if call.purpose is Purpose.READ_MEMBERS:
        return entities(call.request["ids"][:CHUNK])
    if call.purpose is Purpose.LOOK_UP:
        return {**call.request, **({"division": {"id": division}} if division else {})}
    if call.purpose is Purpose.CREATE:
        contact: JsonObject = call.request["contact"]
        return contact
    return {name: value for name, value in call.request.items() if name != "contactId"}
