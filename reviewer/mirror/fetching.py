"""Contacts by their ids from the service into the mirror, merged ones with what they became."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from reviewer.domain.record import ReadingRules, Record
from reviewer.genesys.client import GenesysClient
from reviewer.mirror.claim import claim
from reviewer.mirror.failures import ABSENT, may_pass, told
from reviewer.mirror.reading import read_record
from reviewer.mirror.taking_in import Taken, take_in
from reviewer.store.clock import now
from reviewer.store.database import Database


@dataclass
class Fetched:
    """What came of ids: the counts, how many ids were merged into others, and the reason for each that failed.

    ``absent`` are those of the failed that the service does not know, or not any more; ``passing`` those that it may
    well give later.
    """

    taken: Taken
    aliases: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    passing: frozenset[str] = frozenset()


@dataclass
class Fetching:
    """Fetches for one database. The first fetch claims the database for the client's organisation."""

    client: GenesysClient
    database: Database
    rules: ReadingRules
    clock: Callable[[], datetime] = field(default=now, repr=False)
    _claimed: bool = field(default=False, init=False)

    async def fetch(self, ids: Sequence[str]) -> Fetched:
        """Bring these contacts into the mirror; of a merged one the living contact, and the alias itself.

        Raises ``ApiError``, and ``DatabaseError`` if the database belongs to another organisation.
        """
        await self._claim()
        fetched = Fetched(Taken())
        answer = await self.client.bulk_contacts(ids)
        fetched.failed = {id_: told(failure) for id_, failure in answer.failed.items()}
        fetched.absent = frozenset(id_ for id_, failure in answer.failed.items() if failure.status in ABSENT)
        fetched.passing = frozenset(id_ for id_, failure in answer.failed.items() if may_pass(failure))
        found = self._read(answer.found, fetched.failed)
        living = {id_: record for id_, record in found.items() if record.contact.id != id_}
        records = [record for id_, record in found.items() if id_ not in living]
        if living:
            # what an alias itself holds is kept too, so that the id leads somewhere without the service
            aliases = self._read((await self.client.bulk_unresolved(living)).found, {})
            records += [record for record in aliases.values() if record.state == "merged"]
        fetched.aliases = len(living)
        fetched.taken = take_in(self.database, records, living, at=self.clock())
        return fetched

    def _read(self, bodies: Mapping[str, bytes], failed: dict[str, str]) -> dict[str, Record]:
        records: dict[str, Record] = {}
        for id_, body in bodies.items():
            try:
                records[id_] = read_record(body, self.rules)
            except ValueError as error:
                failed[id_] = str(error)
        return records

    async def _claim(self) -> None:
        if not self._claimed:
            await claim(self.client, self.database)
            self._claimed = True
