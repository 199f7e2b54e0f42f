"""The course of a link: release, claim, set, look up; and claim back, where the claim is refused after the release.

Between release and claim the identity leads to nobody. An interaction that comes in then may make a contact that takes
it: the claim is refused then, nothing can be claimed back, and the operation ends *partial*, saying who holds it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewer.domain.answer import Difference
from reviewer.domain.fields import content_hash
from reviewer.domain.journal import NOT_NEEDED, State
from reviewer.domain.link_plan import approved_holder
from reviewer.domain.plan import StepKind
from reviewer.domain.record import content_of
from reviewer.domain.wire import JsonObject
from reviewer.execute.approval import Approval
from reviewer.execute.faults import NotBegunError, StepUnclearError, ends_the_run, lets_wait
from reviewer.execute.identifier_steps import division_of, holder_of, named, who
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.mirror import Mirror
from reviewer.execute.reading import as_contact
from reviewer.execute.single_calls import Brought, SingleCalls
from reviewer.execute.step_work import EFFECT_NOT_KNOWN, Standing
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError
from reviewer.store import constraints, contacts, operations
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

FORWARD = (StepKind.RELEASE, StepKind.CLAIM, StepKind.SET)
"""Steps of a link in their order, without the look-up and what takes the release back."""


@dataclass(frozen=True)
class Linking:
    """Brings one link to its end."""

    client: GenesysClient
    calls: SingleCalls
    mirror: Mirror
    lag: IndexLag

    @property
    def journal(self) -> Journal:
        """Where every move is written."""
        return self.calls.journal

    async def changed(self, approval: Approval) -> str:
        """That the identity leads to another contact than when it was approved."""
        master, holder = _master(approval), approved_holder(approval.steps)
        leads_to = await self._leads_to(approval)
        if leads_to.get("id") in ((holder,) if holder else (None, master)):
            return ""
        then = holder or "nobody"
        return f"{named(_identity(approval))} leads to {who(leads_to)} now, and led to {then} then"

    async def is_reached(self, approval: Approval) -> bool:
        """Whether the master holds the identity and shows it."""
        for step in approval.steps:
            if step.kind in FORWARD:
                finding = await self.calls.works[step.kind].find(step.request, approval, new=True)
                if finding.standing is not Standing.DONE:
                    return False
        return (await self._leads_to(approval)).get("id") == _master(approval)

    async def go_on(self, operation: Operation, approval: Approval) -> bool:
        """Bring the steps to their ends; where one is refused, what its refusal means for the plan."""
        try:
            for row in operations.steps(self.journal.database, operation.id):
                if row.kind in FORWARD:
                    brought = await self.calls.bring(operation.id, approval, row.number)
                    if brought.refused or brought.differences:
                        return await self._stop(operation, approval, row, brought)
            await self._prove(operation, approval)
        except StepUnclearError:
            return False
        except NotBegunError:
            return True
        return True

    async def _stop(self, operation: Operation, approval: Approval, row: StepRow, brought: Brought) -> bool:
        if brought.differences:
            outcome = f"linked, but {_master(approval)} is not what was promised; its look-up was not made"
            await self._end(operation, approval, State.DONE_WITH_DIFFERENCES, outcome, brought.differences)
        elif row.kind == StepKind.SET and self._took_effect(operation):
            told = f"{named(_identity(approval))} leads to {_master(approval)} now, but its field was not set"
            await self._end(operation, approval, State.PARTIAL, f"{told}: {brought.refused}")
        elif row.kind == StepKind.CLAIM and self._took_effect(operation):
            await self._take_back(operation, approval, brought.refused)
        elif brought.refused.startswith(EFFECT_NOT_KNOWN):
            self._resume(operation)
            told = f"what became of {named(_identity(approval))} is not known: look at it"
            await self._end(operation, approval, State.PARTIAL, f"{told} ({row.kind}: {brought.refused})")
        else:
            state = operations.read(self.journal.database, operation.id).state
            unsent = state is State.STAGED
            outcome = f"changed since it was approved: {brought.refused}" if unsent else brought.refused
            await self._end(operation, approval, State.VOID if unsent else State.FAILED, outcome)
        return True

    def _resume(self, operation: Operation) -> None:
        """A first step of which nothing is known may have taken effect: the plan has begun, as far as one can tell."""
        if operations.read(self.journal.database, operation.id).state is State.UNCLEAR:
            self.journal.go_on(operation.id)

    def _took_effect(self, operation: Operation) -> bool:
        rows = operations.steps(self.journal.database, operation.id)
        return any(row.state == "done" and row.kind in FORWARD for row in rows)

    async def _take_back(self, operation: Operation, approval: Approval, why: str) -> None:
        """Claim back what was released and could not be claimed; part of the plan, as it was approved."""
        holder, identity = approved_holder(approval.steps), named(_identity(approval))
        number = 1 + [step.kind for step in approval.steps].index(StepKind.CLAIM_BACK)
        back = await self.calls.bring(operation.id, approval, number)
        told = f"{identity} could not be claimed for {_master(approval)} ({why})"
        if back.refused:
            outcome = f"{identity} was released from {holder}; {told}, nor claimed back ({back.refused})"
            await self._end(operation, approval, State.PARTIAL, outcome)
            return
        changed = await self._holder_changed(approval, str(holder))
        if changed:
            await self._end(operation, approval, State.PARTIAL, f"{told}; it was claimed back, but {changed}")
        else:
            await self._end(
                operation, approval, State.FAILED, f"{told}; claimed back for {holder}: nothing changed in the end"
            )

    async def _holder_changed(self, approval: Approval, holder: str) -> str:
        """What is not as before at the contact that an identity was claimed back for; empty if all is."""
        try:
            record = as_contact(await self.client.unresolved(holder))
            leads_to = await self._leads_to(approval, until=holder)
        except ApiError as error:
            if ends_the_run(error) or lets_wait(error):
                raise
            return f"that cannot be read back: {error}"
        if leads_to.get("id") != holder:
            return f"it leads to {who(leads_to)}"
        if content_hash(record) != content_hash(approval.members[holder]):
            return f"{holder} is not as it was shown any more: look at it"
        return ""

    async def _prove(self, operation: Operation, approval: Approval) -> None:
        """Look the identity up, and end."""
        identity, master = _identity(approval), _master(approval)
        try:
            leads_to = str((await self._leads_to(approval, until=master)).get("id", ""))
        except ApiError as error:
            if ends_the_run(error) or lets_wait(error):
                raise
            outcome = f"linked to {master}, but where {named(identity)} leads could not be looked up: {error}"
            await self._end(operation, approval, State.PARTIAL, outcome)
            return
        self._write_proof(operation, leads_to)
        found = [Difference(named(identity), master, leads_to)] if leads_to != master else []
        outcome = f"{named(identity)} leads to {master}"
        if found:
            outcome = f"linked to {master}, with differences"
        await self._end(operation, approval, State.DONE_WITH_DIFFERENCES if found else State.DONE, outcome, found)

    def _write_proof(self, operation: Operation, leads_to: str) -> None:
        for row in operations.steps(self.journal.database, operation.id):
            if row.kind == StepKind.VERIFY and row.state != "done":
                self.journal.finish_step(operation.id, row.number, leads_to.encode("utf-8"))

    async def _leads_to(self, approval: Approval, *, until: str | None = None) -> JsonObject:
        """Whom the identity leads to, in the master's division; with ``until`` asked while that may be behind."""
        master = approval.members[_master(approval)]

        async def holder() -> JsonObject:
            return await holder_of(self.client, _identity(approval), division_of(master))

        def is_behind(record: JsonObject) -> bool:
            known = not record or record["id"] in approval.members
            return until is not None and known and record.get("id") != until

        return await self.lag.ask(holder, is_behind)

    async def _end(
        self,
        operation: Operation,
        approval: Approval,
        state: State,
        outcome: str,
        differences: Sequence[Difference] = (),
    ) -> None:
        """Let the mirror hold the contacts as they are now, and end."""
        if state is not State.VOID:
            self._take_in(operation, approval, await self._read(approval), as_approved=state is State.DONE)
        for row in operations.steps(self.journal.database, operation.id):
            if row.kind == StepKind.CLAIM_BACK and row.state == "pending":
                self.journal.leave_out(operation.id, row.number, NOT_NEEDED)
        self.journal.end(operation.id, state, outcome, members=list(approval.members), differences=differences)

    async def _read(self, approval: Approval) -> dict[str, bytes]:
        """The contacts as they are, those that can be read."""
        found = {}
        for id_ in approval.members:
            try:
                found[id_] = await self.client.unresolved(id_)
                as_contact(found[id_])
            except ApiError as error:
                if ends_the_run(error) or lets_wait(error):
                    raise
        return found

    def _take_in(
        self, operation: Operation, approval: Approval, bodies: dict[str, bytes], *, as_approved: bool
    ) -> None:
        """Bring the mirror up to what was read.

        Where all is as approved, what was decided on these contacts goes on to hold, and the contact that the identity
        was released from stays apart from its master: it does not come back as a candidate unless one of them changes.
        """
        database = self.journal.database
        with transaction(database) as connection:
            known = contacts.by_ids(database, list(bodies))
            for id_, body in bodies.items() if as_approved else ():
                if id_ in known:
                    approved = content_hash(approval.members[id_])
                    constraints.renew(connection, known[id_].number, approved, content_of(body))
            self.mirror.take_in(list(bodies.values()))
            both = list(contacts.by_ids(database, list(approval.members)).values())
            if as_approved and len(both) > 1 and not constraints.are_of(connection, operation.decision):
                constraints.write(connection, operation.decision, "cannot", both)


def _master(approval: Approval) -> str:
    """The contact that a link is for: the first of those that were shown."""
    return next(iter(approval.members))


def _identity(approval: Approval) -> JsonObject:
    """The identity as the service takes it."""
    return next(step.request for step in approval.steps if step.kind is StepKind.VERIFY)
