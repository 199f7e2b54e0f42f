"""What a merge in the service means for the mirror: aliases, constraints and pairs follow the living contact."""

from collections.abc import Sequence
from datetime import date, datetime

from reviewer.domain.record import Record
from reviewer.store import constraints, contacts, derivation, pairs
from reviewer.store.database import Database
from reviewer.store.transaction import transaction


def apply(
    database: Database, merged_ids: Sequence[str], canonical: Record, *, at: datetime, today: date
) -> list[tuple[int, int]]:
    """Store the canonical contact and let everything that rested on the merged ones rest on it.

    Returns the pairs that go on with the canonical contact, so that they can be scored again. Ids that the
    mirror does not know are passed over.
    """
    with transaction(database) as connection:
        contacts.write(database, [canonical], origin="api", read_at=at)
        stored = contacts.by_ids(database, [canonical.contact.id])[canonical.contact.id]
        merged = [one for one in contacts.by_ids(database, merged_ids).values() if one.id != canonical.contact.id]
        contacts.mark_merged(connection, [one.id for one in merged], stored.id)
        numbers = [one.number for one in merged]
        constraints.carry(connection, numbers, stored)
        carried = pairs.carry(connection, numbers, stored.number)
        derivation.refresh(database, [*numbers, stored.number], today)
    return carried
