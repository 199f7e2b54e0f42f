"""Recovery: whatever the last instant was, every operation is resolved by reading the service.

An answer that never came says nothing. The service finishes or drops a request within the settle time; before
that has passed an unanswered step stays unclear and keeps its contacts, after it the members are read, and their
state says what happened. Nothing is concluded from silence, and nothing is sent again that may have taken effect.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from reviewer.domain.journal import State
from reviewer.domain.plan import StepKind
from reviewer.execute.approval import Approval, read_approval
from reviewer.execute.reading import merge_state, read_members
from reviewer.execute.sending import Sender
from reviewer.genesys.answers import Answer
from reviewer.store import operations, stamp
from reviewer.store.clock import moment_of
from reviewer.store.operations import Operation, StepRow

UNRESOLVED = (State.SENDING, State.UNCLEAR, State.CONFIRMED, State.FOLLOWING_UP)


@dataclass(frozen=True)
class Recovery:
    """Resolves what an earlier run left open. ``settle`` is the service's longest life of a request."""

    sender: Sender
    settle: timedelta
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    async def recover(self, *, wait: bool = True) -> list[int]:
        """Resolve every unresolved operation; returns their numbers.

        With ``wait`` false, steps that may still be at work in the service are left unclear.
        """
        database = self.sender.database
        resolved = []
        for operation in operations.in_states(database, UNRESOLVED):
            if await self._resolve(operation, wait):
                resolved.append(operation.id)
        if stamp.read(database, "restored") is not None:
            await self._check_staged()
            stamp.erase(database, "restored")
        return resolved

    async def _resolve(self, operation: Operation, wait: bool) -> bool:
        approval = read_approval(self.sender.database, operation.decision)
        step = next(s for s in operations.steps(self.sender.database, operation.id) if s.kind == StepKind.MERGE)
        if operation.state in (State.CONFIRMED, State.FOLLOWING_UP) and step.answer is not None:
            await self.sender.conclude(operation, approval, step.answer)
            return True
        if operation.state is State.SENDING:
            self.sender.journal.unclear(operation.id, step.number, None)
            step = operations.steps(self.sender.database, operation.id)[step.number - 1]
        remaining = self._unsettled(step)
        if remaining > 0:
            if not wait:
                return False
            await self.sleep(remaining)
        await self._read_back(operation, approval, step)
        return True

    def _unsettled(self, step: StepRow) -> float:
        """Seconds in which the service may still be at work on the step."""
        if step.answered_at is None:
            return 0.0
        end = moment_of(step.answered_at) + self.settle
        return max(0.0, (end - self.sender.journal.clock()).total_seconds())

    async def _read_back(self, operation: Operation, approval: Approval, step: StepRow) -> None:
        ids = list(approval.members)
        reading = await read_members(self.sender.client, ids)
        verdict = await merge_state(self.sender.client, reading, ids)
        if verdict.state == "none":
            self.sender.journal.not_done(operation.id, step.number, "it had no effect; it will be sent again")
        elif verdict.state == "ours" and verdict.canonical is not None:
            self.sender.journal.confirm(operation.id, step.number, Answer(0, verdict.canonical, ""))
            await self.sender.conclude(operations.read(self.sender.database, operation.id), approval, verdict.canonical)
        else:
            self.sender.end_unsent(operation, ids, reading, verdict)

    async def _check_staged(self) -> None:
        """A restored backup may hold as staged what was sent after it was made: read before sending."""
        for operation in operations.in_states(self.sender.database, [State.STAGED]):
            approval = read_approval(self.sender.database, operation.decision)
            ids = list(approval.members)
            reading = await read_members(self.sender.client, ids)
            verdict = await merge_state(self.sender.client, reading, ids)
            if verdict.state == "ours" and verdict.canonical is not None:
                step = operations.steps(self.sender.database, operation.id)[0]
                self.sender.journal.intend(operation.id, step.number)
                self.sender.journal.confirm(operation.id, step.number, Answer(0, verdict.canonical, ""))
                current = operations.read(self.sender.database, operation.id)
                await self.sender.conclude(current, approval, verdict.canonical)
