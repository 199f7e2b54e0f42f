"""Recovery: whatever the last instant was, every operation is resolved by reading the service.

An answer that never came says nothing. The service finishes or drops a request within the settle time; before
that has passed an unanswered step stays unclear and keeps its contacts, after it the members are read, and their
state says what happened. Nothing is concluded from silence, and nothing is sent again that may have taken effect.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import UNDER_WAY, State
from reviewer.domain.plan import StepKind
from reviewer.execute.approval import Approval, read_approval
from reviewer.execute.at_once import work_through
from reviewer.execute.faults import DamagedApprovalError, lets_wait
from reviewer.execute.reading import merge_state, read_members
from reviewer.execute.sending import Sender
from reviewer.execute.shared_writes import SharedWrites
from reviewer.execute.since_boot import SinceBoot, remaining
from reviewer.execute.snapshots import Snapshots
from reviewer.store import left_open, operations, stamp
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

AT_ONCE = 200
"""Operations that are resolved at the same time: reads are shared, and some full calls fit beside each other."""

Told = Callable[[str, int, int], None]
"""Hears how far a stage has come: ``tell(stage, done, total)``."""


def _untold(stage: str, done: int, total: int) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Recovery:
    """Resolves what an earlier run left open. ``settle`` is the service's longest life of a request."""

    sender: Sender
    settle: timedelta
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)
    writes: SharedWrites = field(init=False, repr=False)
    """How the ends of operations that were read together reach the disk."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "writes", SharedWrites(self.sender.database))

    async def recover(
        self,
        *,
        wait: bool = True,
        passed_over: dict[int, ReviewerError] | None = None,
        on_resolved: Callable[[int], None] = lambda number: None,
        on_progress: Told = _untold,
        is_over: Callable[[], bool] = lambda: False,
    ) -> list[int]:
        """Resolve every unresolved operation, many at a time in the order of their numbers; returns those resolved.

        With ``wait`` false, steps that may still be at work in the service are left unclear. What cannot be
        resolved for a reason of its own is added to ``passed_over`` (number → fault) and left as it is. Nothing more
        is taken up once ``is_over()``; what was resolved until then, or until a fault that all would meet, stays so.
        """
        passed_over = {} if passed_over is None else passed_over
        resolved: list[int] = []

        def has_ended(number: int) -> None:
            resolved.append(number)
            on_resolved(number)

        async def resolve(operation: Operation) -> None:
            if await self._resolve(operation, wait):
                has_ended(operation.id)

        left_out = passed_over.keys() if wait else passed_over.keys() | self._not_settled()
        await self._each(
            UNDER_WAY, left_out, resolve, passed_over, "resolving what was left open", on_progress, is_over
        )
        if self.is_restored():
            await self._check_staged(passed_over, has_ended, on_progress, is_over)
        return resolved

    async def _each(
        self,
        states: Collection[State],
        left_out: Collection[int],
        act: Callable[[Operation], Awaitable[None]],
        passed_over: dict[int, ReviewerError],
        stage: str,
        on_progress: Told,
        is_over: Callable[[], bool],
    ) -> bool:
        """Act on each operation in these states but those ``left_out``; whether none was passed over."""
        numbers = [number for number in operations.numbers(self.sender.database, states) if number not in left_out]
        done, complete = 0, True

        async def one(operation: Operation) -> None:
            nonlocal done, complete
            try:
                await act(operation)
            except ReviewerError as error:
                if not lets_wait(error):
                    raise
                passed_over[operation.id] = error
                complete = False
            done += 1
            on_progress(stage, done, len(numbers))

        await work_through(self._in(states, numbers), one, room=lambda: AT_ONCE, is_over=is_over)
        return complete and not is_over()

    def _in(self, states: Collection[State], numbers: list[int]) -> Iterator[Operation]:
        """The operations as they are when their turn comes, if they still are in these states."""
        for number in numbers:
            operation = operations.read(self.sender.database, number)
            if operation.state in states:
                yield operation

    def is_restored(self) -> bool:
        """Whether the database is a restored backup whose approvals have not been held against the service yet."""
        return stamp.read(self.sender.database, "restored") is not None

    def pause(self, passed_over: dict[int, ReviewerError]) -> float | None:
        """Seconds until the next unclear step can be read; None if there is none to wait for."""
        unsettled = self._not_settled(every_unclear=True)
        return min((left for number, left in unsettled.items() if number not in passed_over), default=None)

    def _not_settled(self, *, every_unclear: bool = False) -> dict[int, float]:
        """Operation → seconds in which the service may still be at work on its unclear step.

        With ``every_unclear`` those with none left too, and those whose journal does not say since when they wait.
        """
        found = {}
        for step in operations.unclear_steps(self.sender.database):
            left = self._unsettled(step)
            if every_unclear or (left > 0 and step.answered_at is not None):
                found[step.operation] = left
        return found

    async def _resolve(self, operation: Operation, wait: bool) -> bool:
        step = self._presumed(operation)
        approval = read_approval(self.sender.database, operation.decision)
        if against := await self.sender.objection(operation, approval):
            raise DamagedApprovalError(f"operation {operation.id} was begun, but {against}: look at its contacts")
        if course := self.sender.course_of(approval):
            if step.state == "unclear" and not await self._has_settled(step, wait):
                return False
            return await course.go_on(operation, approval)
        merge = self._merge_step(operation)
        if merge.answer is None and operation.state in (State.CONFIRMED, State.FOLLOWING_UP):
            told = f"operation {operation.id} is {operation.state}, but its journal has no answer to its merge"
            raise DamagedApprovalError(f"{told}: look at its contacts")
        if (step.state == "unclear" or merge.answer is None) and not await self._has_settled(step, wait):
            return False
        if merge.answer is not None:
            return await self.sender.conclude(operation, approval)
        return await self._read_back(operation, approval, step)

    def _presumed(self, operation: Operation) -> StepRow:
        """The open step; one of which nobody was told that it is unclear is so from now on."""
        step = self._open_step(operation)
        if step.state == "sending" or (operation.state is State.SENDING and step.state == "pending"):
            self.sender.journal.unclear(operation.id, step.number, None)
        elif operation.state is State.UNCLEAR and step.state == "pending":
            self.sender.journal.presume_sent(operation.id, step.number)
        else:
            return step
        return self._open_step(operation)

    async def _has_settled(self, step: StepRow, wait: bool) -> bool:
        """Whether the service can no longer be at work on the step; with ``wait``, once it cannot."""
        left = self._unsettled(step)
        if left > 0:
            if not wait:
                return False
            await self.sleep(left)
        return True

    def _open_step(self, operation: Operation) -> StepRow:
        """The step whose outcome is not known; without one, the first."""
        steps = operations.steps(self.sender.database, operation.id)
        for step in steps:
            if step.state in ("sending", "unclear"):
                return step
        if not steps:
            raise DamagedApprovalError(f"operation {operation.id} has no steps in its journal")
        return steps[0]

    def _merge_step(self, operation: Operation) -> StepRow:
        for step in operations.steps(self.sender.database, operation.id):
            if step.kind == StepKind.MERGE:
                return step
        raise DamagedApprovalError(f"operation {operation.id} has no merge in its journal")

    def _unsettled(self, step: StepRow) -> float:
        """Seconds in which the service may still be at work on a step."""
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
        ids = approval.merge_ids
        reading = await read_members(self.sender.reads, ids)
        verdict = await merge_state(self.sender.reads, reading, ids)
        if verdict.state == "none":
            await self.writes.write(lambda: self._had_no_effect(operation, ids, step))
        elif verdict.state == "ours" and verdict.canonical is not None:
            return await self._conclude_read(operation, approval, step, verdict.canonical)
        else:
            if verdict.state == "gone":
                verdict = verdict._replace(sentence=f"{verdict.sentence}; whether they were merged cannot be told")
            elif verdict.state == "elsewhere":
                told = "whether the merge that was sent without an answer had a part in it cannot be told"
                verdict = verdict._replace(sentence=f"{verdict.sentence}; {told}")
            await self.writes.write(lambda: self.sender.end_unsent(operation, ids, reading, verdict))
        return True

    async def _conclude_read(self, operation: Operation, approval: Approval, step: StepRow, canonical: bytes) -> bool:
        """Bring a merge that took effect to its end; if nothing follows it, with one write to the disk."""
        if len(approval.steps) > 1:
            self.sender.confirm_read(operation, step, canonical)
            return await self.sender.conclude(operation, approval)

        def conclude() -> bool:
            self.sender.confirm_read(operation, step, canonical)
            return _without_waiting(self.sender.conclude(operation, approval))

        return await self.writes.write(conclude)

    def _had_no_effect(self, operation: Operation, ids: list[str], step: StepRow) -> None:
        reason = self.sender.journal.given_up(operation.id, step.number)
        if reason:
            self.sender.journal.end(operation.id, State.FAILED, f"{reason}: {step.error}", members=ids)
        else:
            self.sender.journal.not_done(operation.id, step.number, "it had no effect; it will be sent again")

    async def _check_staged(
        self,
        passed_over: dict[int, ReviewerError],
        has_ended: Callable[[int], None],
        on_progress: Told,
        is_over: Callable[[], bool],
    ) -> None:
        """A restored backup may hold as staged what was sent after it was made: read before sending."""
        stage = "holding what is staged against the service"

        async def check(operation: Operation) -> None:
            with suppress(DamagedApprovalError):  # sending ends it as void
                if await self._check_one_staged(operation):
                    has_ended(operation.id)

        if await self._each([State.STAGED], (), check, passed_over, stage, on_progress, is_over):
            stamp.erase(self.sender.database, "restored")

    async def _check_one_staged(self, operation: Operation) -> bool:
        """Whether it was sent after the backup was made, and is at its end now."""
        approval = read_approval(self.sender.database, operation.decision)
        if await self.sender.objection(operation, approval):
            return False  # nothing is concluded from it; sending ends it as void
        if course := self.sender.course_of(approval):
            if not await course.is_reached(approval):
                return False
            with transaction(self.sender.database) as connection:
                left_open.add(connection, operation.id)
            return await course.go_on(operation, approval)
        ids = approval.merge_ids
        reading = await read_members(self.sender.reads, ids)
        verdict = await merge_state(self.sender.reads, reading, ids)
        if verdict.state != "ours" or verdict.canonical is None:
            return False
        if approval.rest:  # what is kept is kept of all, those of the second merge too
            reading = await read_members(self.sender.reads, list(approval.members))
        step = self._merge_step(operation)
        if not self._found_sent(operation, step, Snapshots(reading, {}, approval.promise)):
            return False
        self.sender.confirm_read(operation, step, verdict.canonical)
        return await self.sender.conclude(operation, approval)

    def _found_sent(self, operation: Operation, step: StepRow, kept: Snapshots) -> bool:
        """Journal that a staged merge was sent after all, and that this was found; False if it was taken back."""
        with transaction(self.sender.database) as connection:
            if not self.sender.intend(operation, step, kept):
                return False
            left_open.add(connection, operation.id)
        return True


def _without_waiting(act: Coroutine[Any, Any, bool]) -> bool:
    """What comes of an act that waits for nothing: inside a transaction nobody else may have their turn."""
    try:
        act.send(None)
    except StopIteration as ended:
        return bool(ended.value)
    act.close()
    raise RuntimeError("an operation waited for something inside a transaction")
