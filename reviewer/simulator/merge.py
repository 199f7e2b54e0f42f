"""The merge of two to twenty-five contacts into a new one."""

import uuid
from collections.abc import Sequence
from typing import Any

from reviewer.simulator import identifiers
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import Stored, reference
from reviewer.simulator.errors import bad_request, conflict, usual
from reviewer.simulator.fields import accepted
from reviewer.simulator.identifiers import Identifier
from reviewer.simulator.knobs import Knobs
from reviewer.simulator.organization import Organization
from reviewer.simulator.resolution import resolved, resulting_type
from reviewer.simulator.tokens import MERGE, lacking
from reviewer.simulator.wire import timestamp

FEWEST, MOST = 2, 25


def merge_contacts(organization: Organization, call: Call) -> bytes:
    """POST contacts/merge: answers with the new canonical contact."""
    body = call.object()
    override = body.get("valueOverride") or {}
    if not isinstance(override, dict):
        raise bad_request("valueOverride must be a contact")
    fields = accepted(override, organization.knobs, organization.sources.ids())
    fields.pop("division", None)
    inputs = inputs_of(organization, body.get("contactIds"))
    check_role(organization, inputs)
    if len(inputs) == 1:
        return inputs[0].body
    with organization.state.transaction():
        merged = join(organization, inputs, fields)
    call.effect = f"merged {', '.join(one.id for one in inputs)} into {merged.id}"
    return merged.body


def join(organization: Organization, inputs: Sequence[Stored], override: dict[str, Any]) -> Stored:
    """The new contact that the inputs, none of them an ancestor, become; in the caller's transaction.

    Raises ApiError, before anything is written, where they are of two divisions or their merge set would be too large.
    """
    check_division(organization, inputs)
    members = members_of(organization, inputs)
    limit = organization.knobs.merge_set_limit
    if len(members) + 1 > limit:
        said = f"The resulting merge set would have {len(members) + 1} members, more than {limit}"
        raise conflict(said, organization.knobs.merge_set_status)
    return write(organization, inputs, members, override)


def inputs_of(organization: Organization, ids: Any) -> list[Stored]:
    """The contacts to be merged; a single one stands for a merge that has nothing left to do.

    Raises ApiError where the ids are malformed, unknown, repeated, or already merged and a knob refuses that.
    """
    if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids) or not FEWEST <= len(ids) <= MOST:
        raise bad_request(f"contactIds must be {FEWEST} to {MOST} ids")
    if len(set(ids)) < len(ids):
        raise conflict("contactIds must not name a contact twice", organization.knobs.repeated_ids_status)
    found = [named(organization, one) for one in ids]
    return merged_again(organization, found) if any(one.is_ancestor for one in found) else found


def named(organization: Organization, contact_id: str) -> Stored:
    found = organization.contacts.find(contact_id, organization.clock.now())
    if found is None:
        raise usual(organization.knobs.unknown_id_status, message=f"Contact {contact_id} was not found")
    return found


def merged_again(organization: Organization, found: Sequence[Stored]) -> list[Stored]:
    """What a merge means that names an ancestor: a knob says it."""
    heads = list(dict.fromkeys(one.head or one.id for one in found))
    rule = organization.knobs.merged_again
    if rule == "resolve" or (rule == "nothing" and len(heads) == 1):
        return [organization.contact(head) for head in heads]
    named = ", ".join(one.id for one in found if one.is_ancestor)
    raise conflict(f"Already merged into another contact: {named}", 400 if rule == "bad_request" else 409)


def check_role(organization: Organization, inputs: Sequence[Stored]) -> None:
    """Raises ApiError 403 where the client's role does not hold in the division of one of the contacts."""
    allowed = organization.knobs.merging_divisions
    if allowed is not None and not {one.division for one in inputs} <= set(allowed):
        raise lacking((MERGE,))


def check_division(organization: Organization, inputs: Sequence[Stored]) -> None:
    status = organization.knobs.cross_division_status
    if status is not None and len({one.division for one in inputs}) > 1:
        raise conflict("The contacts are in different divisions", status)


def members_of(organization: Organization, inputs: Sequence[Stored]) -> list[Stored]:
    """The inputs with all that was merged into them before."""
    members: dict[str, Stored] = {}
    for one in inputs:
        for member in organization.contacts.members(one.id) if one.head else [one]:
            members[member.id] = member
    return sorted(members.values(), key=lambda member: member.seq)


def write(
    organization: Organization, inputs: Sequence[Stored], members: Sequence[Stored], override: dict[str, Any]
) -> Stored:
    """Make the new contact, tie the merge set, hand over the identifiers; in the caller's transaction."""
    knobs = organization.knobs
    now = max(organization.clock.now(), *(one.modified + 1 for one in inputs))
    newest_first = [one.contact for one in sorted(inputs, key=lambda one: (-one.modified, -one.seq))]
    fields = resolved(newest_first, override, knobs)
    divided = newest_first[0] if knobs.merged_division == "newest" else inputs[0].contact
    new_id = str(uuid.uuid4())
    contact = {
        "id": new_id,
        "division": divided["division"],
        "type": resulting_type(newest_first, knobs),
        **fields,
        "createDate": timestamp(now),
        "modifyDate": timestamp(now),
        "mergedFrom": [reference(one.id) for one in inputs],
        "selfUri": reference(new_id)["selfUri"],
    }
    organization.contacts.insert(contact, now)
    head = organization.contact(new_id)
    ids = [one.id for one in inputs]
    organization.contacts.join([*members, head], new_id, ids)
    organization.claims.move(ids, new_id)
    held = identifiers.of_fields(fields, knobs)
    organization.claims.claim(held, new_id, head.division, now)
    if knobs.overflow_identifiers == "release":
        organization.claims.release(overflowed(newest_first, held, knobs), new_id)
    organization.claims.hold(identifiers.held(fields, knobs), new_id)
    return organization.contact(new_id)


def overflowed(contacts: Sequence[dict[str, Any]], held: Sequence[Identifier], knobs: Knobs) -> list[Identifier]:
    """Phones, emails and entries of lists that the inputs held, and for which the result had no place."""
    places = {"Phone", "Email", "ExternalId", "AppleOpaqueId"}
    found = [one for contact in contacts for one in identifiers.of_fields(contact, knobs)]
    return [one for one in found if one.type in places and one not in held]
