"""The course of a compensation: the merged contact gives back, each person is made anew, each identifier looked up.

A refusal before anything took effect ends it without effect. After that the merged contact has given something back:
it ends *partial*, and says what is left; nothing that was taken from the merged contact is lost, since it stands in the
snapshot. Where one identifier could not be moved, the others still are.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from reviewer.domain.answer import Difference
from reviewer.domain.compensation import NOT_KNOWN
from reviewer.domain.fields import content_hash
from reviewer.domain.identifiers import from_wire
from reviewer.domain.journal import NOT_REACHED, State
from reviewer.domain.plan import StepKind
from reviewer.domain.record import content_of
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.execute.approval import Approval
from reviewer.execute.faults import NotBegunError, StepUnclearError, ends_the_run, lets_wait
from reviewer.execute.identifier_steps import holder_of, named
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.mirror import Mirror
from reviewer.execute.reading import as_contact
from reviewer.execute.single_calls import Brought, SingleCalls
from reviewer.execute.step_work import EFFECT_NOT_KNOWN, Standing
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import ApiError
from reviewer.store import constraints, contacts, operations, recreations
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

_NEEDED = (StepKind.SET, StepKind.CREATE)
"""Kinds of steps without which the ones after them make no sense."""


@dataclass
class _Told:
    """What came of the steps so far: what could not be done, and where an answer was not what was asked for."""

    refused: list[str] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


@dataclass(frozen=True)
class Compensating:
    """Brings one compensation to its end."""

    client: GenesysClient
    calls: SingleCalls
    mirror: Mirror
    lag: IndexLag

    @property
    def journal(self) -> Journal:
        """Where every move is written."""
        return self.calls.journal

    async def changed(self, approval: Approval) -> str:
        """Nothing beside the merged contact's own record: where its identifiers lead is read at each step."""
        return ""

    async def is_reached(self, approval: Approval) -> bool:
        """Whether what is to be made was made, and what is to be given back is gone."""
        for step in approval.steps:
            if step.kind in (StepKind.SET, StepKind.RELEASE, StepKind.CREATE):
                finding = await self.calls.works[step.kind].find(step.request, approval, new=True)
                if finding.standing is not Standing.DONE:
                    return False
        return True

    async def go_on(self, operation: Operation, approval: Approval) -> bool:
        """Bring the steps to their ends, in their order."""
        told = _Told()
        try:
            for row in operations.steps(self.journal.database, operation.id):
                if row.kind == StepKind.VERIFY:
                    await self._prove(operation, approval, row, told)
                    continue
                brought = await self.calls.bring(operation.id, approval, row.number)
                if self._must_stop(operation, row, brought, told):
                    break
        except StepUnclearError:
            return False
        except NotBegunError:
            return True
        await self._end(operation, approval, told)
        return True

    def _must_stop(self, operation: Operation, row: StepRow, brought: Brought, told: _Told) -> bool:
        """Keep what came of a step, and say whether the rest is not to be tried."""
        if brought.refused:
            told.refused.append(f"{row.kind}: {brought.refused}")
        told.differences += brought.differences
        if row.kind == StepKind.CREATE and not brought.refused:
            self._note_made(operation, row.number)
        return bool(brought.differences) or (bool(brought.refused) and row.kind in _NEEDED)

    def _note_made(self, operation: Operation, number: int) -> None:
        row = operations.steps(self.journal.database, operation.id)[number - 1]
        new = str(as_contact(row.answer or b"")["id"])
        with transaction(self.journal.database) as connection:
            old = str(decode_object(row.request)["insteadOf"])
            recreations.note_made(connection, operation.id, old, new)
            operations.keep(connection, operation.id, f"contact:{new}")

    async def _prove(self, operation: Operation, approval: Approval, row: StepRow, told: _Told) -> None:
        """Look an identifier up: it must lead to the contact that was made for it."""
        request = decode_object(row.request)
        rows = operations.steps(self.journal.database, operation.id)
        made = rows[int(request["contactId"]["step"]) - 1]
        if made.answer is None:
            return
        new = str(as_contact(made.answer)["id"])
        leads_to = row.answer.decode("utf-8") if row.state == "done" and row.answer is not None else None
        if leads_to is None:
            try:
                leads_to = await self._leads_to(approval, request, new)
            except ApiError as error:
                if ends_the_run(error) or lets_wait(error):
                    raise
                told.refused.append(f"where {named(request)} leads could not be looked up: {error}")
                return
            self.journal.finish_step(operation.id, row.number, leads_to.encode("utf-8"))
        if leads_to == "" and _was_refused(rows, request):
            told.refused.append(f"{named(request)} leads to nobody")
        elif leads_to in ("", *approval.members):
            told.differences.append(Difference(named(request), new, leads_to))
        elif leads_to != new:
            told.refused.append(f"{named(request)} leads to {leads_to}, which took it meanwhile")

    async def _leads_to(self, approval: Approval, request: JsonObject, new: str) -> str:
        record = next(iter(approval.members.values()))
        division = (record.get("division") or {}).get("id")

        async def holder() -> str:
            return str((await holder_of(self.client, request, division)).get("id") or "")

        return await self.lag.ask(holder, lambda id_: id_ != new and id_ in ("", *approval.members))

    async def _end(self, operation: Operation, approval: Approval, told: _Told) -> None:
        """Let the mirror hold the contacts as they are now, keep them apart, and end."""
        database = self.journal.database
        rows = operations.steps(database, operation.id)
        made = [one.recreated_as for one in recreations.by(database, operation.id) if one.recreated_as]
        state, outcome = self._outcome(operation, approval, rows, made, told)
        if state is not State.VOID:
            as_approved = state is State.DONE
            self._take_in(operation, approval, await self._read([*approval.members, *made]), made, as_approved)
        for row in rows:
            if row.state == "pending":
                self.journal.leave_out(operation.id, row.number, NOT_REACHED)
        if state is State.PARTIAL and operations.read(database, operation.id).state is State.UNCLEAR:
            self.journal.go_on(operation.id)  # a first step of which nothing is known may have taken effect
        self.journal.end(
            operation.id,
            state,
            outcome,
            members=[*approval.members, *made],
            canonical=made[0] if made else None,
            differences=told.differences,
        )

    def _outcome(
        self, operation: Operation, approval: Approval, rows: Sequence[StepRow], made: Sequence[str], told: _Told
    ) -> tuple[State, str]:
        canonical = next(iter(approval.members))
        why = "; ".join(told.refused)
        took_effect = any(row.state == "done" and row.kind != StepKind.VERIFY for row in rows)
        if told.differences:
            said = f"re-created as {', '.join(made)}" if made else f"{canonical} has given back"
            return State.DONE_WITH_DIFFERENCES, f"{said}, with differences{f': {why}' if why else ''}"
        if not made and any(row.error.startswith((NOT_KNOWN, EFFECT_NOT_KNOWN)) for row in rows):
            return State.PARTIAL, why
        if not took_effect:
            unsent = operations.read(self.journal.database, operation.id).state is State.STAGED
            return (State.VOID, f"changed since it was approved: {why}") if unsent else (State.FAILED, why)
        if not made:
            return State.PARTIAL, f"{canonical} has given back what was approved, but nobody was re-created: {why}"
        said = f"re-created as {', '.join(made)}, taken out of {canonical}"
        return (State.PARTIAL, f"{said}, but not all of it: {why}") if why else (State.DONE, said)

    async def _read(self, ids: Sequence[str]) -> dict[str, bytes]:
        """The contacts as they are, those that can be read."""
        found = {}
        for id_ in ids:
            try:
                found[id_] = await self.client.unresolved(id_)
                as_contact(found[id_])
            except ApiError as error:
                if ends_the_run(error) or lets_wait(error):
                    raise
        return found

    def _take_in(
        self,
        operation: Operation,
        approval: Approval,
        bodies: dict[str, bytes],
        made: Sequence[str],
        as_approved: bool,
    ) -> None:
        """Bring the mirror up to what was read.

        Those who were made anew stay apart from the merged contact and from each other, by this decision: or the next
        detection would propose the same merge at once. Where all is as approved, what was decided on the merged contact
        goes on to hold.
        """
        database = self.journal.database
        with transaction(database) as connection:
            known = contacts.by_ids(database, list(approval.members))
            for id_, stored in known.items() if as_approved else ():
                if id_ in bodies:
                    approved = content_hash(approval.members[id_])
                    constraints.renew(connection, stored.number, approved, content_of(bodies[id_]))
            self.mirror.take_in(list(bodies.values()))
            apart = list(contacts.by_ids(database, [*approval.members, *made]).values())
            if made and len(apart) > 1 and not constraints.are_of(connection, operation.decision):
                constraints.write(connection, operation.decision, "cannot", apart)


def _was_refused(rows: Sequence[StepRow], identifier: JsonObject) -> bool:
    """Whether the claim of an identifier for a new contact could not be made, which is told already."""
    claims = [decode_object(row.request) for row in rows if row.kind == StepKind.CLAIM and row.state == "not done"]
    return any(from_wire(claim["identifier"]) == from_wire(identifier) for claim in claims)
