"""What creating, replacing and removing a contact do; single calls and bulk calls share it."""

import uuid
from collections.abc import Mapping
from typing import Any

from reviewer.simulator import identifiers
from reviewer.simulator.contacts import Stored, reference, shown
from reviewer.simulator.errors import bad_request, invalid_fields
from reviewer.simulator.fields import WRITABLE, accepted
from reviewer.simulator.organization import STAR_DIVISION, Organization
from reviewer.simulator.wire import timestamp

Fields = Mapping[str, Any]


def submitted(organization: Organization, contact: Fields) -> dict[str, Any]:
    """The fields of a whole contact as they are stored. Raises ApiError where it breaks a rule, or has none."""
    fields = accepted(contact, organization.knobs, organization.sources.ids())
    if not fields.keys() - {"division"}:
        raise bad_request("A contact needs at least one field")
    return fields


def create(organization: Organization, contact: Fields) -> Stored:
    """A new curated contact, with what it can claim. Raises ApiError."""
    fields = submitted(organization, contact)
    new_id, now = str(uuid.uuid4()), organization.clock.now()
    division = division_of(fields) or STAR_DIVISION
    made = {
        "id": new_id,
        "division": shown_division(division),
        "type": "Curated",
        **content_of(fields),
        "createDate": timestamp(now),
        "modifyDate": timestamp(now),
        "selfUri": reference(new_id)["selfUri"],
    }
    held = identifiers.of_fields(made, organization.knobs)
    with organization.state.transaction():
        organization.contacts.insert(made, now)
        organization.claims.claim(held, new_id, division, now)
        organization.claims.hold(identifiers.held(made, organization.knobs), new_id)
    return organization.contact(new_id)


def replace(organization: Organization, contact_id: str, contact: Fields) -> Stored:
    """Put a contact in the place of what there was: a field that is left out is cleared. The last write wins.

    Of an ancestor, its canonical contact is meant. What its fields hold is claimed again. Raises ApiError.
    """
    stored = organization.canonical(contact_id)
    fields = submitted(organization, contact)
    moved = division_after(organization, stored, division_of(fields))
    with organization.state.transaction():
        if moved != stored.division:
            organization.claims.move_division(stored.id, moved)
            stored = organization.contacts.to_division(stored, shown_division(moved))
        rewrite(organization, stored, content_of(fields), claim_again=True)
    return organization.contact(stored.id)


def rewrite(
    organization: Organization, stored: Stored, fields: Fields, *, claim_again: bool, claims: bool = True
) -> None:
    """Store other fields for a contact and claim what they hold, or only what they hold newly; what they no longer
    hold is released. Without ``claims`` neither happens. In the caller's transaction."""
    knobs = organization.knobs
    now = max(organization.clock.now(), stored.modified + 1)
    before, after = identifiers.of_fields(stored.contact, knobs), identifiers.of_fields(fields, knobs)
    frame = {name: value for name, value in stored.contact.items() if name not in WRITABLE or name == "division"}
    contact = {**frame, **fields}
    organization.contacts.write(shown(contact, now), now)
    if claims:
        organization.claims.release([one for one in before if one not in after], stored.id)
        claimed = after if claim_again else [one for one in after if one not in before]
        organization.claims.claim(claimed, stored.id, stored.division, now)
    organization.claims.hold(identifiers.held(contact, knobs), stored.id)


def content_of(contact: Fields) -> dict[str, Any]:
    """The fields that can be written, without the division."""
    return {name: value for name, value in contact.items() if name in WRITABLE and name != "division"}


def division_of(fields: Fields) -> str | None:
    """The division that a submitted contact names."""
    division = fields.get("division")
    named = division.get("id") if isinstance(division, Mapping) else None
    return str(named) if named else None


def shown_division(division: str) -> dict[str, str]:
    return {"id": division, "selfUri": f"/api/v2/authorization/divisions/{division}"}


def division_after(organization: Organization, stored: Stored, named: str | None) -> str:
    """The division of a contact that is replaced: a knob says whether it can change. Raises ApiError."""
    if named is None or named == stored.division or organization.knobs.division_change == "ignore":
        return stored.division
    if organization.knobs.division_change == "refuse":
        raise invalid_fields(organization.knobs.validation_status, {"division.id": "cannot be changed"})
    return named
