"""Putting records into the mirror, and what rests on them right again, all at once or not at all."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from reviewer.domain.record import ReadingRules, Record
from reviewer.mirror.reading import read_records
from reviewer.store import contacts, derivation, merges, pairs
from reviewer.store.contacts import StoredContact
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

if TYPE_CHECKING:
    from reviewer.genesys.client import GenesysClient


@dataclass
class Taken:
    """How many contacts are new, how many known ones changed, were equal, were kept as the API has them, and how
    many turned out to be merged since they were read last (those count as changed too)."""

    new: int = 0
    changed: int = 0
    equal: int = 0
    kept: int = 0
    merged: int = 0

    def add(self, other: "Taken") -> None:
        """Count what ``other`` counted too."""
        self.new += other.new
        self.changed += other.changed
        self.equal += other.equal
        self.kept += other.kept
        self.merged += other.merged


def take_in(database: Database, records: Sequence[Record], *, origin: str, at: datetime, scan: int = 0) -> Taken:
    """Store records; pairs of contacts that changed wait for a new score, their candidates are derived again.

    Joins a running transaction.
    """
    with transaction(database) as connection:
        written = contacts.write(database, records, origin=origin, read_at=at, scan=scan)
        if written.changed:
            pairs.distrust(connection, written.changed)
            derivation.refresh(database, written.changed, at.date())
    return Taken(len(written.new), len(written.changed), written.equal, written.kept)


async def living_of(
    client: "GenesysClient", database: Database, records: Iterable[Record], rules: ReadingRules
) -> dict[str, Record]:
    """The living contact behind each record that was merged, where the mirror does not have it right already.

    Keys are the ids of the merged. One whose living contact cannot be had is left out.
    """
    ancestors = {record.contact.id: record for record in records if record.state == "merged"}
    if not ancestors:
        return {}
    canonicals = [record.merged_into for record in ancestors.values() if record.merged_into]
    known = contacts.by_ids(database, [*ancestors, *canonicals])
    news = [id_ for id_, record in ancestors.items() if not _is_settled(known, id_, record)]
    answer = await client.bulk_contacts(news)
    found: dict[str, Record] = {}
    for id_, body in answer.found.items():
        readable, _ = read_records([body], rules)
        if readable and readable[0].contact.id != id_ and readable[0].state == "live":
            found[id_] = readable[0]
    return found


def _is_settled(known: dict[str, StoredContact], id_: str, record: Record) -> bool:
    stored = known.get(id_)
    return (
        stored is not None
        and stored.state == "merged"
        and stored.merged_into == record.merged_into
        and record.merged_into in known
    )


def take_in_merged(
    database: Database, records: Sequence[Record], living: dict[str, Record], *, at: datetime, scan: int = 0
) -> Taken:
    """Store records of the service, and let what rested on the merged ones rest on their living contacts.

    ``living`` is what ``living_of`` found. Joins a running transaction.
    """
    canonicals = {record.contact.id: record for record in living.values()}
    with transaction(database):
        ids = [record.contact.id for record in records if record.state == "merged"]
        alive = [stored for stored in contacts.by_ids(database, ids).values() if stored.state == "live"]
        taken = take_in(database, records, origin="api", at=at, scan=scan)
        arrived = take_in(database, list(canonicals.values()), origin="api", at=at)
        for id_, canonical in canonicals.items():
            merged = [ancestor for ancestor, its in living.items() if its.contact.id == id_]
            merges.apply(database, merged, canonical, at=at, today=at.date())
    taken.new += arrived.new
    taken.changed += arrived.changed
    taken.merged = len(alive)
    return taken
