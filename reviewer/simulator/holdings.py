"""Identifiers over the wire: what a contact owns, claim and release, and who is behind an identifier."""

from typing import Any

from reviewer.simulator import identifiers
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import Stored
from reviewer.simulator.editing import content_of, rewrite
from reviewer.simulator.errors import bad_request, conflict, invalid_parameter, not_found
from reviewer.simulator.identifiers import Identifier
from reviewer.simulator.organization import STAR_DIVISION, Organization
from reviewer.simulator.records import EXPAND_LOOKUP, EXPAND_REVERSE, expanded

REVERSE_LIMIT = 25


def list_identifiers(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/identifiers: what this contact has claimed."""
    return {"entities": organization.claims.of_contact(organization.part_of(call.path["id"]).id)}


def change_identifier(organization: Organization, call: Call) -> Any:
    """PATCH contacts/{id}/identifiers: Claim or Release."""
    stored = organization.changeable_part_of(call.path["id"])
    body = call.object()
    identifier = identifiers.asked(body.get("identifier"), organization.knobs)
    if body.get("operation") == "Claim":
        claim(organization, stored, identifier)
    elif body.get("operation") == "Release":
        release(organization, stored, identifier)
    else:
        raise bad_request("operation must be Claim or Release")
    call.effect = f"{body['operation']} {identifier.type} {identifier.value} of {stored.id}"
    owned = (one for one in organization.claims.of_contact(stored.id) if names(one, identifier))
    return next(owned, {"type": identifier.type, "value": identifier.value})


def names(shown: dict[str, Any], identifier: Identifier) -> bool:
    return (shown["type"], shown["value"]) == (identifier.type, identifier.value)


def claim(organization: Organization, stored: Stored, identifier: Identifier) -> None:
    if identifier.type == "ExternalId" and identifier.source not in organization.sources.ids():
        raise bad_request("An ExternalId needs the id of an external source of this organization")
    owner = organization.claims.owner(identifier, stored.division)
    if owner not in (None, stored.id) and organization.knobs.claim_conflict == "conflict":
        raise conflict(f"The identifier is claimed by contact {owner}")
    with organization.state.transaction():
        if owner not in (None, stored.id):
            organization.claims.release([identifier], str(owner))
        organization.claims.claim([identifier], stored.id, stored.division, organization.clock.now())


def release(organization: Organization, stored: Stored, identifier: Identifier) -> None:
    owned = organization.claims.owned(identifier, stored.division)
    if owned is None or owned[0] != stored.id:
        if organization.knobs.release_unknown == "not_found":
            raise not_found(f"Identifier {identifier.value} of contact {stored.id}")
        return
    _, released = owned
    with organization.state.transaction():
        organization.claims.release([released], stored.id)
        if organization.knobs.release_clears_field:
            fields = identifiers.without(content_of(stored.contact), released, organization.knobs)
            rewrite(organization, stored, fields, claim_again=False)


def look_up(organization: Organization, call: Call) -> Any:
    """POST identifierlookup/contacts: the contact that owns an identifier, of whatever type."""
    wanted = call.expand(EXPAND_LOOKUP)
    body = call.object()
    identifier = identifiers.asked(body, organization.knobs)
    division = str((body.get("division") or {}).get("id") or STAR_DIVISION)
    owner = organization.claims.owner(identifier, division)
    if owner is None and organization.knobs.whatsapp_is_phone and identifier.type == "Phone":
        owner = organization.claims.owner(Identifier("SocialWhatsapp", identifier.value.removeprefix("+")), division)
    if owner is None:
        raise not_found(f"A contact with the {identifier.type} {identifier.value}")
    return expanded(organization, organization.canonical(owner), wanted)


def reverse_white_pages(organization: Organization, call: Call) -> Any:
    """GET reversewhitepageslookup: curated contacts whose fields hold a value, claimed or not."""
    call.expand(EXPAND_REVERSE)
    value = call.parameter("lookupVal").strip()
    if not value:
        raise invalid_parameter("lookupVal", "is required")
    found = organization.claims.holders(list({value, value.casefold(), identifiers.screen_name(value)}), REVERSE_LIMIT)
    return {"contacts": [organization.contact(contact_id).contact for contact_id in found]}
