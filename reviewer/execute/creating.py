"""CREATE: a contact is made anew. The call has no key by which the service would know it again.

So before it is sent it is noted which contacts like it there are; if one of exactly this content came since the merge,
and no operation is known to have made it, a restored backup may have forgotten that: nothing is sent then. A call
without an answer is read back by the identifiers that the new contact must have claimed, and by a search: a contact of
exactly this content that was not there before is the one. Where an identifier that creation would have claimed leads
to nobody, nothing was made. Where neither can be told, the call is never sent again.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from reviewer.domain.answer import Difference, differences
from reviewer.domain.compensation import NOT_KNOWN
from reviewer.domain.known_again import proofs, searched
from reviewer.domain.new_contact import fields_held
from reviewer.domain.wire import JsonObject
from reviewer.execute.approval import Approval
from reviewer.execute.faults import DamagedApprovalError
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.reading import as_contact
from reviewer.execute.step_work import Finding, Standing
from reviewer.genesys.answers import Answer
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import RequestRejected
from reviewer.genesys.search import Hits
from reviewer.genesys.transport import MaySend
from reviewer.store import operations, recreations
from reviewer.store.database import Database
from reviewer.store.transaction import transaction


class _Evidence(NamedTuple):
    """What was read: contacts of exactly this content by id, and ids of all that were met.

    ``leading`` are those to which an identifier leads that creation claims; ``free`` if one of these leads to nobody;
    ``whole`` if the search showed all its hits.
    """

    alike: dict[str, bytes]
    met: set[str]
    leading: set[str]
    free: bool
    whole: bool

    def made(self, known: Collection[str] | None) -> dict[str, bytes]:
        """Those that the call must have made: alike and not ``known`` before, or proved by an identifier."""
        if known is None or not self.whole:
            return {id_: body for id_, body in self.alike.items() if id_ in self.leading}
        return {id_: body for id_, body in self.alike.items() if id_ not in known}


@dataclass(frozen=True)
class Creating:
    """CREATE."""

    client: GenesysClient
    database: Database
    lag: IndexLag
    act: str = "created"

    async def find(self, request: JsonObject, approval: Approval, *, new: bool) -> Finding:
        """Whether the contact was made. Before it is sent first, what is like it is noted; see the module."""
        identifiers = proofs(request, approval.steps)

        async def read() -> _Evidence:
            return await self._read(request, identifiers, approval)

        if new:
            evidence = await read()
            made = evidence.made(None)  # a restored backup may not know that it was carried out
            if len(made) == 1:
                return Finding(Standing.DONE, body=next(iter(made.values())))
            if twins := evidence.alike.keys() - recreations.known_as_made(self.database, evidence.alike):
                return Finding(Standing.HINDERED, _is_there_already(twins))
            self._note(approval, request, evidence.met)
            return Finding(Standing.OPEN)
        known = self._known_before(approval, request)
        evidence = await self.lag.ask(read, lambda found: not found.made(known))
        made = evidence.made(known)
        if len(made) == 1:
            return Finding(Standing.DONE, body=next(iter(made.values())))
        if not made and evidence.free:
            return Finding(Standing.OPEN)
        return Finding(Standing.UNKNOWN, f"{NOT_KNOWN}: look for {searched(request['contact'])}")

    def _operation(self, approval: Approval) -> int:
        found = operations.of_decision(self.database, approval.decision.id)
        if found is None:
            raise DamagedApprovalError(f"decision {approval.decision.id} has no operation")
        return found.id

    def _known_before(self, approval: Approval, request: JsonObject) -> tuple[str, ...] | None:
        for one in recreations.by(self.database, self._operation(approval)):
            if one.contact == request["insteadOf"]:
                return one.known_before
        raise DamagedApprovalError(f"who is to be made anew for {request['insteadOf']} is not journaled")

    def _note(self, approval: Approval, request: JsonObject, ids: set[str]) -> None:
        operation = self._operation(approval)
        with transaction(self.database) as connection:
            recreations.note_known(connection, operation, request["insteadOf"], ids)

    async def _read(self, request: JsonObject, identifiers: Sequence[JsonObject], approval: Approval) -> _Evidence:
        contact = request["contact"]
        division = (contact.get("division") or {}).get("id")
        led_to = [await self._look_up(one, division) for one in identifiers]
        hits = await self._search(searched(request["contact"]))
        records = {str(record["id"]): (record, body) for body in hits.contacts for record in (as_contact(body),)}
        leading = {str(record["id"]): (record, body) for body in led_to if body for record in (as_contact(body),)}
        old = _older(approval)
        candidates = [
            id_
            for id_, (record, _) in (records | leading).items()
            if id_ not in old and not content_differences(contact, record)
        ]
        alike = await self._confirmed(contact, candidates, approval)
        return _Evidence(alike, {*records, *leading}, set(leading), None in led_to, hits.complete)

    async def _confirmed(self, contact: JsonObject, candidates: Sequence[str], approval: Approval) -> dict[str, bytes]:
        """Those that are so now, by their own records: an index may show what was so before a merge."""
        merged_at = max((str(one.get("createDate") or "") for one in approval.members.values()), default="")
        answer = await self.client.bulk_unresolved(candidates) if candidates else None
        found = {}
        for id_, body in (answer.found if answer else {}).items():
            record = as_contact(body)
            is_later = str(record.get("createDate") or merged_at) >= merged_at  # the service's clock, both
            if is_later and not record.get("mergedTo") and not content_differences(contact, record):
                found[id_] = body
        return found

    async def _look_up(self, identifier: JsonObject, division: str | None) -> bytes | None:
        source = (identifier.get("externalSource") or {}).get("id")
        return await self.client.look_up(identifier["type"], identifier["value"], source, division)

    async def _search(self, text: str) -> Hits:
        """What the words find; nothing, and not all of it, where the service does not take them."""
        try:
            return await self.client.search(text) if text else Hits([], complete=False)
        except RequestRejected:
            return Hits([], complete=False)

    async def send(self, request: JsonObject, may_send: MaySend) -> Answer:
        """Make it."""
        return await self.client.create(request["contact"], may_send=may_send)

    def differences(self, request: JsonObject, before: bytes | None, answer: bytes) -> list[Difference]:
        """Where the contact in the answer is not what was to be made."""
        return content_differences(request["contact"], as_contact(answer))


def _older(approval: Approval) -> set[str]:
    """Ids that were there before: the merged contact and all that it is made of."""
    members = approval.members.values()
    return {*approval.members, *(str(one["id"]) for record in members for one in record.get("mergeSet") or ())}


def _is_there_already(ids: Collection[str]) -> str:
    """Why a contact is not made: there is one of exactly its content, and who made it is not known."""
    return f"of exactly this content is {', '.join(sorted(ids))} already, which came after the merge: look at it"


def content_differences(contact: JsonObject, record: JsonObject) -> list[Difference]:
    """Where a contact of the service is not what ``contact``, the body of a creation, asks for."""
    found = differences(fields_held(contact), record)
    wanted, got = ((one.get("division") or {}).get("id") or "*" for one in (contact, record))
    return [*found, *([Difference("division", wanted, got)] if wanted != got else [])]
