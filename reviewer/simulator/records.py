"""Contacts one at a time: create, read, promote."""

import uuid
from typing import Any

from reviewer.simulator import identifiers
from reviewer.simulator.call import Call
from reviewer.simulator.contacts import Stored, reference, shown
from reviewer.simulator.errors import bad_request, conflict
from reviewer.simulator.fields import accepted
from reviewer.simulator.organization import STAR_DIVISION, Organization
from reviewer.simulator.wire import timestamp

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
    fields = accepted(call.object(), organization.knobs, organization.sources.ids())
    if not fields.keys() - {"division"}:
        raise bad_request("A contact needs at least one field")
    new_id, now = str(uuid.uuid4()), organization.clock.now()
    contact = {
        "id": new_id,
        "division": division_of(fields),
        "type": "Curated",
        **{name: value for name, value in fields.items() if name != "division"},
        "createDate": timestamp(now),
        "modifyDate": timestamp(now),
        "selfUri": reference(new_id)["selfUri"],
    }
    with organization.state.transaction():
        organization.contacts.insert(contact, now)
        held = identifiers.of_fields(contact, organization.knobs)
        organization.claims.claim(held, new_id, contact["division"]["id"], now)
        organization.claims.hold(held, new_id)
    call.effect = f"created {new_id}"
    return organization.contact(new_id).body


def division_of(fields: dict[str, Any]) -> dict[str, str]:
    """The division a contact is created in; without one, the unassigned one."""
    division = str((fields.get("division") or {}).get("id") or STAR_DIVISION)
    return {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"}


def promote_contact(organization: Organization, call: Call) -> bytes:
    """POST contacts/{id}/promotion: Identified or Ephemeral becomes Curated, and stays."""
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
