"""Whether those who have to approve an operation did: asked again just before it is sent, of the rows and the keys.

Triggers hold up what lacks an approval, but they can be dropped, and rows can be written by whoever may write to the
database. So the executor counts again, by its own settings; and where approvals are signed it believes none that the
person's own key did not sign, over exactly this organisation, act, content, role and moment.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from reviewer.domain import risk
from reviewer.domain.persons import may_be_one
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.domain.wire import decode_object
from reviewer.store import approvals, audit, decisions, stamp
from reviewer.store.approvals import APPROVER, PROPOSER, Approval
from reviewer.store.clock import moment_of
from reviewer.store.database import Database
from reviewer.store.decisions import Decision
from reviewer.store.operations import Operation

CheckSignature = Callable[[bytes, str, str], str]
"""Signed text, signature, principal → why the signature does not count; empty where it does."""

_TAKEN_BACK = ("took back ", "rejected ")


@dataclass(frozen=True)
class Consent:
    """What the executor's own settings ask for. Without ``check_signature`` approvals need not be signed."""

    four_eyes: Thresholds = field(default_factory=Thresholds)
    anchor_source: str | None = None
    check_signature: CheckSignature | None = field(default=None, repr=False)

    async def objection(self, database: Database, operation: Operation) -> str:
        """Why an operation is not approved by those who have to; empty where it is.

        Raises ``SettingsError`` where signatures cannot be checked at all.
        """
        if self.four_eyes.when is FourEyes.NEVER and not operation.approvals_needed and self.check_signature is None:
            return ""
        decision = decisions.read(database, operation.decision)
        said = approvals.of_operation(database, operation.id)
        if against := self._counted(operation, decision, said):
            return against
        if self.check_signature is None:
            return ""
        return _ended(database, decision) or await self._signed(database, operation, decision, said)

    def _counted(self, operation: Operation, decision: Decision, said: Sequence[Approval]) -> str:
        try:
            facts = risk.facts_of(decode_object(decision.document), operation.kind, self.anchor_source)
        except ValueError:
            return "the stored approval cannot be read"
        why = risk.why_two(facts, self.four_eyes)
        needed = max(operation.approvals_needed, 1 if why else 0)
        if not needed and self.check_signature is None:
            return ""
        proposer = next((one for one in said if one.role == PROPOSER), None)
        if proposer is None:
            return "nobody is recorded as its proposer"
        other = next((one for one in said if one.fingerprint != decision.fingerprint), None)
        if other is not None:
            return f"what {other.person.id} approved is not what would be sent"
        others = {one.person.id for one in said if one.role == APPROVER and not may_be_one(one.person, proposer.person)}
        if len(others) < needed:
            reasons = operation.approvals_why or "; ".join(why)
            return f"the approval of a second steward is missing ({reasons})"
        return ""

    async def _signed(
        self, database: Database, operation: Operation, decision: Decision, said: Sequence[Approval]
    ) -> str:
        """Why one of those who said yes did not sign that with a key that counts."""
        organization = stamp.read(database, "organization") or ""
        for one in said:
            who = f"the approval of {one.person.id} ({one.role})"
            if not one.signature:
                return f"{who} is not signed"
            if one.principal != one.person.id:
                return f"{who} names {one.principal} as its signer"
            text = approvals.statement(one, operation, decision, organization).text()
            if against := await asyncio.to_thread(self._check, text, one.signature, one.principal):
                return f"{who} does not count: {against}"
            for other in said:
                if other.person.id != one.person.id and not await asyncio.to_thread(
                    self._check, text, one.signature, other.person.id
                ):
                    return f"one key speaks for {one.person.id} and {other.person.id}: each needs one of their own"
        return ""

    def _check(self, text: bytes, signature: str, principal: str) -> str:
        return self.check_signature(text, signature, principal) if self.check_signature else ""


def _ended(database: Database, decision: Decision) -> str:
    """That a decision was taken back or rejected once, as the audit has it: its signatures are still good then."""
    for entry in audit.entries(database, f"decision:{decision.id}"):
        if entry.act.startswith(_TAKEN_BACK):
            return f"{entry.steward} {entry.act} at {moment_of(entry.at):%Y-%m-%d %H:%M} UTC"
    return ""
