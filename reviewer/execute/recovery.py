"""Recovery: whatever the last instant was, every operation is resolved by reading the service.

An answer that never came says nothing. The service finishes or drops a request within the settle time; before
that has passed an unanswered step stays unclear and keeps its contacts, after it the members are read, and their
state says what happened. Nothing is concluded from silence, and nothing is sent again that may have taken effect.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import State
from reviewer.domain.plan import StepKind
from reviewer.execute.approval import Approval, objection, read_approval
from reviewer.execute.faults import DamagedApprovalError, lets_wait
from reviewer.execute.reading import merge_state, read_members
from reviewer.execute.sending import Sender
from reviewer.execute.since_boot import SinceBoot, remaining
from reviewer.store import operations, stamp
from reviewer.store.operations import Operation, StepRow

UNRESOLVED = (State.SENDING, State.UNCLEAR, State.CONFIRMED, State.FOLLOWING_UP)


@dataclass(frozen=True)
class Recovery:
    """Resolves what an earlier run left open. ``settle`` is the service's longest life of a request."""

    sender: Sender
    settle: timedelta
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    async def recover(self, *, wait: bool = True, passed_over: dict[int, ReviewerError] | None = None) -> list[int]:
        """Resolve every unresolved operation; returns their numbers.

        With ``wait`` false, steps that may still be at work in the service are left unclear. What cannot be
        resolved for a reason of its own is added to ``passed_over`` (number → fault) and left as it is.
        """
        passed_over = {} if passed_over is None else passed_over
        resolved = []
        for operation in operations.in_states(self.sender.database, UNRESOLVED):
            if operation.id in passed_over:
                continue
            try:
                if await self._resolve(operation, wait):
                    resolved.append(operation.id)
            except ReviewerError as error:
                if not lets_wait(error):
                    raise
                passed_over[operation.id] = error
        if self.is_restored():
            await self._check_staged(passed_over)
        return resolved

    def is_restored(self) -> bool:
        """Whether the database is a restored backup whose approvals have not been held against the service yet."""
        return stamp.read(self.sender.database, "restored") is not None

    def pause(self, passed_over: dict[int, ReviewerError]) -> float | None:
        """Seconds until the next unclear step can be read; None if there is none to wait for."""
        waiting = [
            self._unsettled(self._open_step(operation))
            for operation in operations.in_states(self.sender.database, [State.UNCLEAR])
            if operation.id not in passed_over
        ]
        return min(waiting, default=None)

    async def _resolve(self, operation: Operation, wait: bool) -> bool:
        step = self._open_step(operation)
        if step.state == "sending":
            self.sender.journal.unclear(operation.id, step.number, None)
            step = self._open_step(operation)
        approval = read_approval(self.sender.database, operation.decision)
        if against := objection(approval, operations.steps(self.sender.database, operation.id)):
            raise DamagedApprovalError(f"operation {operation.id} was begun, but {against}: look at its contacts")
        merge = self._merge_step(operation)
        if step.state == "unclear" or merge.answer is None:
            remaining = self._unsettled(step)
            if remaining > 0:
                if not wait:
                    return False
                await self.sleep(remaining)
        if merge.answer is not None:
            return await self.sender.conclude(operation, approval)
        return await self._read_back(operation, approval, step)

    def _open_step(self, operation: Operation) -> StepRow:
        """The step whose outcome is not known; without one, the merge."""
        for step in operations.steps(self.sender.database, operation.id):
            if step.state in ("sending", "unclear"):
                return step
        return self._merge_step(operation)

    def _merge_step(self, operation: Operation) -> StepRow:
        for step in operations.steps(self.sender.database, operation.id):
            if step.kind == StepKind.MERGE:
                return step
        raise DamagedApprovalError(f"operation {operation.id} has no merge in its journal")

    def _unsettled(self, step: StepRow) -> float:
        """Seconds in which the service may still be at work on the step."""
        settle = self.settle.total_seconds()
        if step.answered_at is None:
            return settle
        journal, then = self.sender.journal, SinceBoot(step.boot, step.boot_seconds)
        left = remaining(settle, step.answered_at, then, journal.clock(), journal.since_boot())
        if left > settle:  # a clock was set back: the time counts anew, or it would last until that has caught up
            journal.count_anew(step.operation, step.number)
            return settle
        return max(0.0, left)

    async def _read_back(self, operation: Operation, approval: Approval, step: StepRow) -> bool:
        """Resolve a merge whose answer is not known; False if one of the steps after it is not known then."""
        ids = list(approval.members)
        reading = await read_members(self.sender.client, ids)
        verdict = await merge_state(self.sender.client, reading, ids)
        if verdict.state == "none":
            self._had_no_effect(operation, ids, step)
        elif verdict.state == "ours" and verdict.canonical is not None:
            self.sender.confirm_read(operation, step, verdict.canonical)
            return await self.sender.conclude(operation, approval)
        else:
            if verdict.state == "gone":
                verdict = verdict._replace(sentence=f"{verdict.sentence}; whether they were merged cannot be told")
            elif verdict.state == "elsewhere":
                told = "whether the merge that was sent without an answer had a part in it cannot be told"
                verdict = verdict._replace(sentence=f"{verdict.sentence}; {told}")
            self.sender.end_unsent(operation, ids, reading, verdict)
        return True

    def _had_no_effect(self, operation: Operation, ids: list[str], step: StepRow) -> None:
        reason = self.sender.journal.given_up(operation.id, step.number)
        if reason:
            self.sender.journal.end(operation.id, State.FAILED, f"{reason}: {step.error}", members=ids)
        else:
            self.sender.journal.not_done(operation.id, step.number, "it had no effect; it will be sent again")

    async def _check_staged(self, passed_over: dict[int, ReviewerError]) -> None:
        """A restored backup may hold as staged what was sent after it was made: read before sending."""
        complete = True
        for operation in operations.in_states(self.sender.database, [State.STAGED]):
            try:
                await self._check_one_staged(operation)
            except DamagedApprovalError:
                continue  # sending ends it as void
            except ReviewerError as error:
                if not lets_wait(error):
                    raise
                passed_over[operation.id] = error
                complete = False
        if complete:
            stamp.erase(self.sender.database, "restored")

    async def _check_one_staged(self, operation: Operation) -> None:
        approval = read_approval(self.sender.database, operation.decision)
        if objection(approval, operations.steps(self.sender.database, operation.id)):
            return  # nothing is concluded from it; sending ends it as void
        ids = list(approval.members)
        reading = await read_members(self.sender.client, ids)
        verdict = await merge_state(self.sender.client, reading, ids)
        if verdict.state != "ours" or verdict.canonical is None:
            return
        step = self._merge_step(operation)
        if self.sender.journal.intend(operation.id, step.number):
            self.sender.confirm_read(operation, step, verdict.canonical)
            await self.sender.conclude(operation, approval)
