"""The calls of a plan as they would go over the wire: method, path and body, without sending anything."""

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

from reviewer.domain.plan_call import Later, PlanCall, Purpose
from reviewer.domain.wire import JsonObject
from reviewer.genesys import endpoints
from reviewer.genesys.bulk import entities
from reviewer.genesys.endpoints import Endpoint
from reviewer.genesys.search import query_of

OF_EACH_RUN = (endpoints.TOKEN, endpoints.ORGANIZATION, endpoints.GRAPH_SETTINGS)
"""What an executor calls once at its start, whatever it sends."""

_ENDPOINTS = {
    Purpose.READ_MEMBERS: endpoints.BULK_UNRESOLVED,
    Purpose.READ: endpoints.UNRESOLVED,
    Purpose.READ_HELD: endpoints.IDENTIFIERS,
    Purpose.SEARCH: endpoints.SEARCH,
    Purpose.MERGE: endpoints.MERGE,
    Purpose.REMOVE: endpoints.EDIT,
    Purpose.RELEASE: endpoints.EDIT_IDENTIFIERS,
    Purpose.LOOK_UP: endpoints.LOOK_UP,
    Purpose.CLAIM: endpoints.EDIT_IDENTIFIERS,
    Purpose.CLAIM_BACK: endpoints.EDIT_IDENTIFIERS,
    Purpose.SET: endpoints.EDIT,
    Purpose.CREATE: endpoints.CREATE,
}


class DescribedCall(NamedTuple):
    """A call as it would be sent.

    ``path`` has its query, ``body`` is its JSON, None without one; both hold record text. ``only_if`` says when it is
    sent, for one that is not sent where nothing is in the way.
    """

    method: str
    path: str
    body: JsonObject | None
    purpose: Purpose
    writes: bool
    only_if: str = ""


def described(calls: Sequence[PlanCall]) -> list[DescribedCall]:
    """The calls of a plan, in their order."""
    return [_described(call) for call in calls]


def _described(call: PlanCall) -> DescribedCall:
    endpoint = _ENDPOINTS[call.purpose]
    path = _path(endpoint, call.contact)
    if call.purpose is Purpose.SEARCH:
        path += f"?{urlencode(query_of(call.carries['text'], 1))}"
    return DescribedCall(endpoint.method, path, _body(call), call.purpose, endpoint.writes, call.only_if)


def _path(endpoint: Endpoint, contact: str) -> str:
    """The path with the contact's id, or with what stands for it before it is known."""
    if isinstance(contact, Later):
        return endpoint.template.replace("{contactId}", contact)
    return endpoint.path(contact or None)


def _body(call: PlanCall) -> JsonObject | None:
    if call.purpose in (Purpose.READ, Purpose.READ_HELD, Purpose.SEARCH):
        return None
    return entities(call.carries["ids"]) if call.purpose is Purpose.READ_MEMBERS else call.carries
