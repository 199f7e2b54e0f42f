"""What is kept of the members just before a merge: themselves as they were read, and what would bring each back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.compensation import Member, compensation
from reviewer.domain.identifiers import Identifier, own_form
from reviewer.domain.wire import JsonObject, encode
from reviewer.execute.faults import CannotTellError, ends_the_run, lets_wait
from reviewer.execute.reading import Reading
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError
from reviewer.store import snapshots
from reviewer.store.clock import text_of
from reviewer.store.database import Database
from reviewer.store.snapshots import Snapshot
from reviewer.store.transaction import transaction

Claims = Mapping[str, frozenset[Identifier]]
"""Contact id → what it had claimed, of those that were asked."""


async def read_claims(client: GenesysClient, members: Mapping[str, JsonObject], which: ClaimsRead) -> Claims:
    """What members have claimed. The call that reads them all takes no ``expand``, so each costs one of its own.

    Raises ``ApiError`` where every operation would meet the fault, ``CannotTellError`` where it may pass; a contact
    that the service refuses to tell of is left out.
    """
    found: dict[str, frozenset[Identifier]] = {}
    for id_, record in members.items():
        if not which.is_of(record):
            continue
        try:
            held = await client.identifiers(id_)
        except ApiError as error:
            if ends_the_run(error):
                raise
            if lets_wait(error):
                raise CannotTellError(f"what {id_} has claimed cannot be read: {error}") from error
            continue
        found[id_] = frozenset(
            own_form(one.type, one.value, one.external_source.id if one.external_source else None) for one in held
        )
    return found


@dataclass(frozen=True)
class Snapshots:
    """The members of one merge, ready to be kept with the intent to send it."""

    reading: Reading
    claims: Claims
    promise: Mapping[str, Any]

    def keep(self, database: Database, operation: int, step: int, at: datetime) -> None:
        """Store them, and for each member what re-creating it alone would take; joins a running transaction."""
        members = [Member(record, self.claims.get(id_)) for id_, record in self.reading.records.items()]
        with transaction(database) as connection:
            snapshots.keep(connection, self._rows(members, operation, step, text_of(at)))

    def _rows(self, members: list[Member], operation: int, step: int, at: str) -> Iterator[Snapshot]:
        for place, member in enumerate(members):
            plan = compensation(members, [member.id], self.promise)
            yield Snapshot(
                operation=operation,
                step=step,
                contact=member.id,
                place=place,
                raw=self.reading.raw[member.id],
                claims=None if member.claims is None else encode([list(one) for one in sorted(member.claims)]),
                plan=encode(
                    {
                        "steps": [[one.kind.value, one.request] for one in plan.steps],
                        "lost": plan.lost,
                        "stays": plan.stays,
                    }
                ),
                read_at=at,
            )
