"""Bulk reads: 200 with a result for each id, in an order of the service's own."""

import random
from collections.abc import Callable
from typing import Any

from reviewer.simulator.call import Call
from reviewer.simulator.contacts import Stored
from reviewer.simulator.errors import NOT_FOUND, ApiError, bad_request, conflict
from reviewer.simulator.organization import Organization

SHUFFLE = random.Random(0)


def bulk_contacts(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts: of an ancestor, its canonical contact."""
    return fetch(organization, call, organization.canonical)


def bulk_unresolved(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts/unresolved: these very records."""
    return fetch(organization, call, organization.contact)


def fetch(organization: Organization, call: Call, find: Callable[[str], Stored]) -> Any:
    """Results in shuffled order, each under the id that was asked."""
    results = [result(contact_id, find) for contact_id in asked_ids(organization, call)]
    SHUFFLE.shuffle(results)
    failed = [index for index, one in enumerate(results) if not one["success"]]
    return {"results": results, "errorCount": len(failed), "errorIndexes": failed}


def asked_ids(organization: Organization, call: Call) -> list[str]:
    entities = call.object().get("entities")
    if not isinstance(entities, list) or not all(
        isinstance(one, dict) and isinstance(one.get("id"), str) for one in entities
    ):
        raise bad_request("entities must be a list of objects with an id")
    limit, status = organization.knobs.bulk_limit, organization.knobs.bulk_status
    if len(entities) > limit:
        said = f"entities must not have more than {limit} elements"
        raise ApiError(413, "request.entity.too.large", said) if status == 413 else conflict(said, status)
    return [one["id"] for one in entities]


def result(contact_id: str, find: Callable[[str], Stored]) -> dict[str, Any]:
    try:
        stored = find(contact_id)
    except ApiError as error:
        failure = {
            "code": NOT_FOUND,
            "message": error.message,
            "status": error.status,
            "retryable": False,
            "details": [],
            "entity": {"id": contact_id},
        }
        return {"id": contact_id, "success": False, "status": error.status, "error": failure}
    return {"id": contact_id, "success": True, "status": 200, "entity": stored.contact}
