"""Bulk calls: 200 with a result for each entry, in an order of the service's own."""

import random
from collections.abc import Callable, Mapping
from typing import Any

from reviewer.simulator import editing
from reviewer.simulator.call import Call
from reviewer.simulator.errors import ApiError, bad_request, usual
from reviewer.simulator.faults import FaultKind
from reviewer.simulator.organization import Organization
from reviewer.simulator.removal import remove
from reviewer.simulator.wire import load

SHUFFLE = random.Random(0)

Entry = Mapping[str, Any]
Doing = Callable[[Entry], bytes | None]
"""What becomes of one entry: the contact as it is stored then, or nothing. Raises ApiError."""


def bulk_contacts(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts: of an ancestor, its canonical contact."""
    return each(organization, call, lambda entry: organization.canonical(id_of(entry)).body)


def bulk_unresolved(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts/unresolved: these very records."""
    return each(organization, call, lambda entry: organization.contact(id_of(entry)).body)


def bulk_add(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts/add: each as POST contacts creates it."""

    def added(entry: Entry) -> bytes:
        stored = editing.create(organization, entry)
        tell(call, f"created {stored.id}")
        return stored.body

    return each(organization, call, added)


def bulk_update(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts/update: each as PUT contacts/{id} replaces it; of an ancestor, its canonical contact."""

    def updated(entry: Entry) -> bytes:
        stored = editing.replace(organization, id_of(entry), entry)
        tell(call, f"replaced {stored.id}")
        return stored.body

    return each(organization, call, updated)


def bulk_remove(organization: Organization, call: Call) -> Any:
    """POST bulk/contacts/remove: each as DELETE contacts/{id}; of an ancestor, the living person that it became."""

    def removed(entry: Entry) -> None:
        tell(call, f"deleted {remove(organization, id_of(entry))}")

    return each(organization, call, removed)


def tell(call: Call, effect: str) -> None:
    call.effect = f"{call.effect}; {effect}" if call.effect else effect


def each(organization: Organization, call: Call, doing: Doing) -> dict[str, Any]:
    """Results in shuffled order, each under the id that was asked; one that fails leaves the others alone."""
    entries = asked(organization, call)
    partial = call.fault if call.fault and call.fault.kind is FaultKind.PARTIAL else None
    spared = partial.chosen(len(entries)) if partial else frozenset()
    results = []
    for index, entry in enumerate(entries):
        if partial and index in spared:
            status = partial.status or (503 if partial.retryable else 400)
            failed = usual(status, partial.code, partial.message)
            results.append(failure(entry, failed, retryable=partial.retryable))
        else:
            results.append(result(entry, doing))
    SHUFFLE.shuffle(results)
    wrong = [index for index, one in enumerate(results) if not one["success"]]
    return {"results": results, "errorCount": len(wrong), "errorIndexes": wrong}


def asked(organization: Organization, call: Call) -> list[Entry]:
    """The entries of a bulk call. Raises ApiError where they are none, or too many."""
    entities = call.object().get("entities")
    if not isinstance(entities, list) or not all(isinstance(one, dict) for one in entities):
        raise bad_request("entities must be a list of objects")
    limit, status = organization.knobs.bulk_limit, organization.knobs.bulk_status
    if len(entities) > limit:
        raise usual(status, message=f"entities must not have more than {limit} elements")
    return entities


def id_of(entry: Entry) -> str:
    contact_id = entry.get("id")
    if not isinstance(contact_id, str) or not contact_id:
        raise bad_request("An entry needs the id of a contact")
    return contact_id


def result(entry: Entry, doing: Doing) -> dict[str, Any]:
    try:
        answered = doing(entry)
    except ApiError as error:
        return failure(entry, error, retryable=False)
    done = {"id": entry.get("id"), "success": True, "status": 200}
    if answered is None:
        return done
    contact = load(answered)
    return {**done, "id": done["id"] or contact["id"], "entity": contact}


def failure(entry: Entry, error: ApiError, *, retryable: bool) -> dict[str, Any]:
    """The result of an entry that had no effect; the error repeats what was asked."""
    told = {
        "code": error.code,
        "message": error.message,
        "status": error.status,
        "retryable": retryable,
        "details": [
            {"fieldName": one.get("fieldName", ""), "message": one.get("message", "")} for one in error.details
        ],
        "entity": dict(entry),
    }
    return {"id": entry.get("id"), "success": False, "status": error.status, "error": told}
