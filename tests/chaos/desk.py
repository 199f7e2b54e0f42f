"""A steward's desk on the database of one trial: contacts come from the organisation, approvals go to the executor."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import combinations
from pathlib import Path

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.record import make_record
from reviewer.execute.journaling import Journal
from reviewer.review import candidate, compensate, decide, line, link, recreate
from reviewer.review.compensate import Now
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.link_identity import link_identity
from reviewer.review.steward import Steward
from reviewer.review.undo import undo
from reviewer.store import contacts, derivation, operations, pairs
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from tests.chaos.executing import client_of, sender_of
from tests.chaos.truth import Truth
from tests.review.people import RULES, TWO_FACTORS, Levels, scored

_PATIENT_SECONDS = 30.0


class TrialDesk:
    """Opened for a while and closed again: no connection may be open when a process is forked."""

    def __init__(self, path: Path, truth: Truth) -> None:
        self.truth = truth
        self.database: Database = open_database(path)
        self.desk = Desk(self.database, Steward("ada"), RULES, cool_off=timedelta(0))

    def __enter__(self) -> "TrialDesk":
        return self

    def __exit__(self, *_: object) -> None:
        self.database.close()

    def candidate_of(self, ids: Sequence[str], kind: str, levels: Levels) -> int:
        """The candidate of these contacts, as a sync and a detection would have found it; its number."""
        numbers = self._suspected(ids, kind, levels)
        key = f"contacts:{'+'.join(map(str, numbers))}"
        row = self.database.connection.execute("SELECT id FROM candidate WHERE key = ?", (key,)).fetchone()
        return int(row[0])

    def candidate_beside(self, member: str, other: str) -> int:
        """The candidate in which another contact is suspected to be the same person as a member."""
        *_, number = self._suspected([member, other], "duplicate", TWO_FACTORS)
        query = "SELECT max(candidate) FROM candidate_member WHERE contact = ?"
        return int(self.database.connection.execute(query, (number,)).fetchone()[0])

    def _suspected(self, ids: Sequence[str], kind: str, levels: Levels) -> list[int]:
        """Contacts as they are now, all pairs of them suspected; their numbers in the database, the newest last."""
        self._mirror(ids)
        numbers = sorted(one.number for one in contacts.by_ids(self.database, ids).values())
        pairs.update_scores(self.database, [scored(a, b, kind, levels) for a, b in combinations(numbers, 2)])
        derivation.rebuild(self.database, self.desk.today)
        return numbers

    def _mirror(self, ids: Sequence[str]) -> None:
        bodies = [self.truth.body(id_) or b"" for id_ in ids]
        contacts.write(self.database, [make_record(body, RULES) for body in bodies], origin="api", read_at=now())

    def approve(self, number: int, picks: Mapping[str, str] | None = None) -> Decided:
        """Approve what the candidate shows."""
        view = candidate.view(self.desk, number, picks=dict(picks or {}))
        return (decide.stitch if view.kind == "stitch" else decide.merge)(self.desk, view)

    def approve_link(self, number: int) -> Decided:
        """Approve that the identity of a stitch candidate is linked without a merge."""
        return link.link(self.desk, candidate.view(self.desk, number))

    def approve_claim(self, contact: str, identity: Identifier) -> Decided:
        """Approve that an identity which leads to nobody is linked to a contact."""
        self._mirror([contact])
        return link_identity(self.desk, contact, identity, None)

    def carried_out(self, decided: Decided) -> int:
        """Let what was approved, and nothing else, be carried out undisturbed; the number of its operation."""
        operation = operations.read(self.database, decided.operation or 0)

        async def carry_out() -> None:
            async with client_of(self.truth.served.access, _PATIENT_SECONDS) as client:
                await sender_of(client, Journal(self.database, RULES), ClaimsRead.ALL).carry_out(operation)

        asyncio.run(carry_out())
        return operation.id

    def approve_anew(self, merged: int, contact: str) -> tuple[Decided, str]:
        """Approve that a member of a merge is made anew; with the id of the contact which the merge made."""

        async def read() -> Now | None:
            async with client_of(self.truth.served.access, _PATIENT_SECONDS) as client:
                return await recreate.read_now(client, self.desk, merged)

        shown = compensate.show(self.desk, merged, [contact], asyncio.run(read()))
        return recreate.approve(self.desk, shown, note="they are two persons"), shown.canonical

    def take_back(self, decision: int) -> bool:
        """Take an approval back; False if it is too late."""
        try:
            undo(self.desk, decision)
        except RefusedError:
            return False
        return True

    def acknowledge(self) -> int:
        """Let a stopped line go on; how many stops there were."""
        try:
            return len(line.acknowledge(self.desk, "looked at it"))
        except RefusedError:
            return 0
