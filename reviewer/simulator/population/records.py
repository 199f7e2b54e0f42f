"""A record of a person: which of their facts one channel came to know, and when."""

from collections.abc import Iterable
from typing import Any

from reviewer.simulator.annexes import note_of, session_of
from reviewer.simulator.contacts import reference
from reviewer.simulator.population.seeded import Seeded
from reviewer.simulator.population.world import DAY, EPOCH, Person, World
from reviewer.simulator.wire import timestamp

AUTHOR = "9c1f0c52-7f0e-4a3e-8c39-2f6f5a1d0b77"
DIVISION = {"id": "*", "selfUri": "/api/v2/authorization/divisions/*"}
REMARKS = (
    *(
        "Prefers email.",
        "Asked to be called back after 5 pm.",
        "Delivery address confirmed.",
        "Complaint resolved, voucher sent.",
    ),
    *(
        "Wants invoices by post.",
        "Speaks little English.",
        "Moved house last month.",
        "Contract renewed for 24 months.",
    ),
    *("Call dropped, called back.", "Bitte nur schriftlich kontaktieren.", "Rappeler lundi matin."),
)
CHANNELS = ("Voice", "Email", "Webchat", "WhatsApp")
SHARES = {"cell": 0.8, "home": 0.35, "email": 0.75, "dob": 0.65, "address": 0.7, "crm": 0.6}


def some_parts(world: World) -> set[str]:
    """What a single ordinary record knows; always some way to reach the person."""
    parts = {part for part, share in SHARES.items() if world.chance(share)}
    return parts if parts & {"cell", "home", "email"} else parts | {"cell"}


def fields_of(world: World, person: Person, parts: Iterable[str]) -> dict[str, Any]:
    """The fields of the parts: cell, home, email, dob, address, crm."""
    known = frozenset(parts)
    fields: dict[str, Any] = {"firstName": person.first, "lastName": person.last}
    if "cell" in known:
        fields["cellPhone"] = person.cell
    if "home" in known:
        fields["homePhone"] = person.home
    if "email" in known:
        fields["personalEmail"] = person.email
    if "address" in known:
        fields["address"] = person.address
    if "crm" in known:
        source = {"id": world.source_id, "selfUri": f"/api/v2/externalcontacts/externalsources/{world.source_id}"}
        fields["externalIds"] = [{"externalSource": source, "value": person.crm_id}]
    if "dob" in known:
        fields["customFields"] = {"dateOfBirth": person.born.isoformat()}
    return fields


def record(
    world: World,
    person: Person,
    parts: Iterable[str],
    created: int | None = None,
    kind: str = "Curated",
    **changes: Any,
) -> Seeded:
    """One contact of a person. ``changes`` are fields that differ from the person's own; None leaves one out."""
    rng = world.rng
    contact_id = world.id()
    when = world.moment() if created is None else created
    modified = when if rng.random() < 0.5 else when + int((EPOCH - when) * rng.random())
    fields = {name: value for name, value in (fields_of(world, person, parts) | changes).items() if value is not None}
    contact = {
        "id": contact_id,
        "division": DIVISION,
        "type": kind,
        **fields,
        "createDate": timestamp(when),
        "modifyDate": timestamp(modified),
        "selfUri": reference(contact_id)["selfUri"],
    }
    seeded = Seeded(contact, person.id, when)
    if rng.random() < 0.12:
        note(world, seeded, rng.choice(REMARKS))
    if rng.random() < 0.2:
        session(world, seeded, rng.choice(CHANNELS))
    return seeded


def note(world: World, seeded: Seeded, text: str) -> None:
    """Write a note on a contact, some time after it was created."""
    when = seeded.created + int(world.rng.random() * min(30 * DAY, EPOCH - seeded.created))
    seeded.notes.append(note_of(world.id(), seeded.id, text, when, AUTHOR))


def session(world: World, seeded: Seeded, channel: str) -> None:
    """Record a conversation with a contact, some time after it was created."""
    when = seeded.created + int(world.rng.random() * min(90 * DAY, EPOCH - seeded.created))
    seeded.sessions.append(
        session_of(world.id(), seeded.id, channel, when, when + world.rng.randrange(30_000, 900_000))
    )
