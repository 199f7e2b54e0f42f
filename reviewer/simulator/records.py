"""Contacts one at a time: create, read, replace, delete, promote."""

from typing import Any

from reviewer.simulator import editing
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import Stored, shown
from reviewer.simulator.errors import conflict
from reviewer.simulator.organization import STAR_DIVISION, Organization
from reviewer.simulator.removal import remove

EXPAND_UNRESOLVED = frozenset(("externalOrganization", "externalDataSources", "identifiers", "division"))
EXPAND = EXPAND_UNRESOLVED | {"externalSources"}
EXPAND_LOOKUP = EXPAND - {"externalDataSources"}
EXPAND_REVERSE = frozenset(("contacts.externalOrganization", "externalDataSources", "division"))


def get_contact(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}: of an ancestor, its canonical contact."""
    wanted = call.expand(EXPAND)
    return expanded(organization, organization.canonical(call.path["id"]), wanted)


def get_unresolved(organization: Organization, call: Call) -> Any:
    """GET contacts/{id}/unresolved: this very record."""
    wanted = call.expand(EXPAND_UNRESOLVED)
    return expanded(organization, organization.contact(call.path["id"]), wanted)


def expanded(organization: Organization, stored: Stored, wanted: frozenset[str]) -> Any:
    """The contact with what the caller wants expanded."""
    if not wanted:
        return stored.body
    contact = dict(stored.contact)
    if "identifiers" in wanted:
        contact["identifiers"] = organization.claims.of_contact(stored.id)
    if "externalDataSources" in wanted:
        contact["externalDataSources"] = []
    if "division" in wanted:
        contact["division"] = {**contact["division"], "name": "Home" if stored.division != STAR_DIVISION else ""}
    if "externalSources" in wanted and "externalIds" in contact:
        contact["externalIds"] = [
            {**one, "externalSource": organization.sources.find(one["externalSource"]["id"]) or one["externalSource"]}
            for one in contact["externalIds"]
        ]
    return contact


def create_contact(organization: Organization, call: Call) -> bytes:
    """POST contacts: a curated contact, with what it can claim."""
    stored = editing.create(organization, call.object())
    call.effect = f"created {stored.id}"
    return stored.body


def replace_contact(organization: Organization, call: Call) -> bytes:
    """PUT contacts/{id}: the whole contact; of an ancestor, its canonical contact."""
    stored = editing.replace(organization, call.path["id"], call.object())
    call.effect = f"replaced {stored.id}"
    return stored.body


def delete_contact(organization: Organization, call: Call) -> Any:
    """DELETE contacts/{id}: of an ancestor, the living person that it became."""
    removed = remove(organization, call.path["id"])
    call.effect = f"deleted {removed}"
    return {}


def promote_contact(organization: Organization, call: Call) -> bytes:
    """POST contacts/{id}/promotion: Identified or Ephemeral becomes Curated, and stays."""
    if organization.knobs.promote_ancestor == "conflict" and organization.contact(call.path["id"]).is_ancestor:
        raise conflict(f"Contact {call.path['id']} was merged and cannot be promoted")
    stored = organization.canonical(call.path["id"])
    if stored.type == "Curated":
        if organization.knobs.promote_curated == "conflict":
            raise conflict(f"Contact {stored.id} is curated already")
        return stored.body
    now = max(organization.clock.now(), stored.modified + 1)
    with organization.state.transaction():
        organization.contacts.write(shown({**stored.contact, "type": "Curated"}, now), now)
        organization.contacts.keep(stored.id)
    call.effect = f"promoted {stored.id}"
    return organization.contact(stored.id).body
