"""Putting records into the mirror, and what rests on them right again, all at once or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from reviewer.domain.record import ReadingRules, Record
from reviewer.mirror.failures import ABSENT, told
from reviewer.mirror.reading import read_record
from reviewer.store import contacts, merges
from reviewer.store.database import Database
from reviewer.store.trails import trails
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


def take_in(
    database: Database,
    records: Sequence[Record],
    living: Mapping[str, Record] | None = None,
    *,
    origin: str = "api",
    at: datetime,
    scan: int = 0,
) -> Taken:
    """Store records, with what ``living_of`` found for them, as ``merges.take_in``; joins a running transaction."""
    with transaction(database):
        ids = [record.contact.id for record in records if record.state == "merged" and origin == "api"]
        alive = [stored for stored in contacts.by_ids(database, ids).values() if stored.state == "live"]
        taken = merges.take_in(database, records, living, origin=origin, at=at, today=at.date(), scan=scan)
    written, new = taken.written, [*taken.written.new, *taken.living.new]
    return Taken(len(new), len(taken.changed), written.equal, written.kept, len(alive))


async def living_of(
    client: "GenesysClient", database: Database, records: Iterable[Record], rules: ReadingRules
) -> dict[str, Record]:
    """The living contact behind each record that was merged, where the mirror does not have it right already.

    Keys are the ids of the merged. One whose living contact cannot be had now is left out: the end of each sync asks
    for it again.
    """
    ancestors = {record.contact.id: record for record in records if record.state == "merged"}
    if not ancestors:
        return {}
    known = contacts.by_ids(database, list(ancestors))
    places = trails(database, [record.merged_into or id_ for id_, record in ancestors.items()])
    news = [
        id_
        for id_, record in ancestors.items()
        if id_ not in known or known[id_].state != "merged" or places[record.merged_into or id_].number is None
    ]
    return (await living_behind(client, news, rules)).found


class Living(NamedTuple):
    """The living contacts by the ids of the merged; ``failed`` are the reasons of those that cannot be had now."""

    found: dict[str, Record]
    failed: dict[str, str]


async def living_behind(client: "GenesysClient", ids: Sequence[str], rules: ReadingRules) -> Living:
    """Ask what merged contacts became. One that the service does not know any more is in neither answer."""
    answer = await client.bulk_contacts(ids)
    living = Living({}, {id_: told(failure) for id_, failure in answer.failed.items() if failure.status not in ABSENT})
    for id_, body in answer.found.items():
        try:
            record = read_record(body, rules)
        except ValueError as error:
            living.failed[id_] = str(error)
            continue
        if record.contact.id != id_ and record.state == "live":
            living.found[id_] = record
    return living
