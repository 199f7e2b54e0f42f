"""Filling an empty organisation: with a population, or with the contacts of a file."""

import itertools
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reviewer.simulator import annexes, identifiers, truth
from reviewer.simulator.contacts import row_of
from reviewer.simulator.organization import Organization
from reviewer.simulator.population import population
from reviewer.simulator.reading import read_contacts
from reviewer.simulator.wire import moment_of

CHUNK = 2000
SOURCE_NAMESPACE = uuid.UUID("5b0a3d5e-2f64-4d3c-9a76-6f3c1f7f2e11")
URI_TEMPLATE = "https://crm.example/customers/{{externalId.value}}"


def source_id_of(name: str) -> str:
    """The id of a seeded external source: the same for the same name."""
    return str(uuid.uuid5(SOURCE_NAMESPACE, name))


def seed_population(organization: Organization, size: int, seed: int, source_id: str) -> None:
    """Fill the organisation with a population and its truth. Raises ValueError where it is too small."""
    seeded = population(size, seed, source_id)
    with organization.history.closed(), organization.state.transaction():
        for chunk in chunks(seeded):
            insert(organization, [one.contact for one in chunk])
            annexes.insert_notes(organization, [note for one in chunk for note in one.notes])
            annexes.insert_sessions(organization, [session for one in chunk for session in one.sessions])
        annexes.insert_sessions(organization, seeded.departed)
        truth.record(organization, seeded.persons(), seeded.traps(), seeded.certain_duplicates())


def seed_file(organization: Organization, path: Path) -> None:
    """Fill the organisation with one contact per line of a file; external sources it names come to be.

    Raises UnreadableContact for the first bad line; then the organisation stays empty.
    """
    with organization.history.closed(), organization.state.transaction():
        for chunk in chunks(read_contacts(path, organization.knobs)):
            named = [external_id["externalSource"]["id"] for one in chunk for external_id in one.get("externalIds", ())]
            for source_id in dict.fromkeys(named):
                organization.sources.add(source_id, source_id)
            insert(organization, chunk)


def insert(organization: Organization, contacts: Iterable[Mapping[str, Any]]) -> None:
    """Add contacts as they are; the first of several holders of an identifier, by creation, claims it."""
    ready = [dict(contact) for contact in contacts]
    now, knobs = organization.clock.now(), organization.knobs
    organization.contacts.insert_all(
        row_of(contact, moment_of(contact["modifyDate"]), organization.expiry(contact["type"], now))
        for contact in ready
    )
    held = [(contact, identifiers.held(contact, knobs)) for contact in ready]
    organization.claims.seed(
        (one, contact["id"], contact["division"]["id"], moment_of(contact["createDate"]))
        for contact, of_contact in held
        for one in of_contact
    )


def chunks(contacts: Iterable[Any]) -> Iterator[list[Any]]:
    iterator = iter(contacts)
    while chunk := list(itertools.islice(iterator, CHUNK)):
        yield chunk
