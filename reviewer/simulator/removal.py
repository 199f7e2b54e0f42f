"""Contacts that go: deleted, or at the end of their time; what they owned goes to the next who holds it."""

from reviewer.simulator import identifiers
from reviewer.simulator.contacts import Stored
from reviewer.simulator.identifiers import Identifier
from reviewer.simulator.organization import Organization


def remove(organization: Organization, contact_id: str) -> str:
    """Delete a contact; of an ancestor, the living contact that it became, and all its merge set with it.

    Answers the id of what was deleted. Raises ApiError 404.
    """
    stored = organization.canonical(contact_id)
    with organization.state.transaction():
        erase(organization, stored)
    return stored.id


def expire(organization: Organization) -> None:
    """Remove the contacts whose time has run out."""
    gone = organization.contacts.expired(organization.clock.now())
    if gone:
        with organization.state.transaction():
            for stored in gone:
                erase(organization, stored)


def erase(organization: Organization, stored: Stored) -> None:
    """Take a contact and its ancestors out, and hand on what they owned; in the caller's transaction."""
    members = organization.contacts.members(stored.head) if stored.head else [stored]
    ids = [member.id for member in members]
    freed = organization.claims.drop(ids)
    organization.contacts.delete(ids)
    for identifier, division in freed:
        hand_on(organization, identifier, division)


def hand_on(organization: Organization, identifier: Identifier, division: str) -> None:
    """The first created of those whose fields still hold a freed identifier owns it from now on."""
    now = organization.clock.now()
    found = (organization.contacts.find(one, now) for one in organization.claims.holders_in(identifier, division))
    holders = [stored for stored in found if stored is not None]
    for stored in sorted(holders, key=lambda one: (one.contact["createDate"], one.seq)):
        if identifier in identifiers.of_fields(stored.contact, organization.knobs):
            organization.claims.claim([identifier], stored.id, division, now)
            return
