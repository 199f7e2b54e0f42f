"""The executor's run: recover first, then send what is due, several independent operations at a time."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import BusyError, ReviewerError
from reviewer.domain.journal import UNDER_WAY, State
from reviewer.execute.at_once import AtOnce, work_through
from reviewer.execute.faults import DamagedApprovalError, may_pass
from reviewer.execute.recovery import Recovery, Told
from reviewer.execute.sending import Sender
from reviewer.execute.sending_due import SendingDue, Tally
from reviewer.genesys.errors import ApiError, TooManyRequests
from reviewer.store import left_open, line_stops, operations, stamp

_WINDOW = 100
"""Due operations that are looked up at a time."""

POLL_SECONDS = 1.0
"""How often a watching executor looks for work that has become due."""

MOST_THROTTLED = 3
"""Times that one run waits because the service allows no more calls for now, and gets no further in between."""

LOOK_SECONDS = 900.0
"""How often a watching executor looks around in the organisation, whether there is work or not."""

LONGEST_PAUSE = 60.0
"""Most seconds between two attempts of a watching executor while the service cannot be reached."""


class Run(NamedTuple):
    """What a run did: operations resolved by recovery, carried out, still staged; what stopped the line.

    ``passed_over`` says of single operations why nothing could be done with them; they stay as they are.
    """

    recovered: tuple[int, ...]
    carried_out: tuple[int, ...]
    staged: int
    stopped: tuple[str, ...]
    passed_over: tuple[str, ...] = ()


def _no_more() -> None:
    """A batch that nobody waits for."""


async def _nothing() -> None:
    """An executor that looks at its operations alone."""


@dataclass
class _Look:
    """When the organisation was looked at last, on the monotonic clock; None before the first time."""

    at: float | None = None

    @property
    def is_due(self) -> bool:
        return self.at is None or time.monotonic() - self.at >= LOOK_SECONDS


@dataclass(frozen=True)
class Executor:
    """Executes one database's operations. Hold ``executor_lock`` while using it."""

    sender: Sender
    recovery: Recovery
    on_progress: Told = field(default=lambda stage, done, total: None, repr=False)
    on_ended: Callable[[int], None] = field(default=lambda operation: None, repr=False)
    """Hears the number of each operation that was resolved or carried out, as soon as it was."""
    on_batch: Callable[[], None] = field(default=_no_more, repr=False)
    """Called after each batch in which something came to an end or on its way."""
    look_around: Callable[[], Awaitable[object]] = field(default=_nothing, repr=False)
    """Reads what stewards are warned of, at the start and every ``LOOK_SECONDS``; raises ``ApiError`` as calls do."""
    stop: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set it to end after the calls in flight."""
    on_closed: Callable[[datetime], None] = field(default=lambda opens_at: None, repr=False)
    """Hears when the next window opens, each time that something is due and waits for it."""
    _look: _Look = field(default_factory=_Look, repr=False)

    def __post_init__(self) -> None:
        self.sender.client.check_tokens(self._claim)

    async def claim(self) -> None:
        """Check that the credentials lead to the organisation that this database belongs to.

        Done at the start of each run, and by itself before the first call with each new token. Raises
        ``DatabaseError`` if they do not, ``ApiError`` if the service cannot be reached.
        """
        await self._claim()
        self.sender.client.trust_token()

    async def _claim(self) -> None:
        organization = await self.sender.client.organization()
        stamp.claim_organization(self.sender.database, organization.id, organization.name)

    async def run_once(self) -> Run:
        """Recover, then send everything that is due now and may be sent.

        What needs a settle time is waited for only when there is nothing else to do. A throttled write was not done,
        and waits for the service's time, a few times without any progress. Raises ``ApiError`` if the service cannot
        be reached; what was not sent stays staged.
        """
        self._note_left_open()
        tally = Tally()
        throttled = 0
        while True:
            before = tally.done
            try:
                await self._run(tally, send=True)
                break
            except TooManyRequests as error:
                throttled = 1 if tally.done > before else throttled + 1
                if throttled > MOST_THROTTLED or self.stop.is_set():
                    raise
                await self.pause(POLL_SECONDS * 2**throttled if error.retry_after is None else error.retry_after)
        return self._told(tally)

    async def recover_only(self) -> Run:
        """Resolve what an earlier run left open, and send nothing. Raises as ``run_once``.

        A merge that stands and whose plan has more to send is left for the next run.
        """
        self._note_left_open()
        tally = Tally()
        recovery = replace(self.recovery, sender=replace(self.recovery.sender, may_write=False))
        await replace(self, recovery=recovery)._run(tally, send=False)
        return self._told(tally)

    async def watch(self, *, until_idle: bool = False) -> Run:
        """Run until ``stop`` is set: sends what becomes due, waits out faults of the network.

        With ``until_idle`` it also ends when nothing is left to wait for, or when the line is stopped. While there
        is nothing to do, the service is called only to look around.
        """
        self._note_left_open()
        tally, pause, claimed = Tally(), POLL_SECONDS, False
        while not self.stop.is_set():
            tally.passed_over.clear()
            try:
                if not claimed or self._has_work() or self._looks_again():
                    await self._run(tally, send=True)
                    claimed = True
                pause = min(pause * 2, LONGEST_PAUSE) if tally.passed_over else POLL_SECONDS
                if until_idle and self._is_idle(tally):
                    break
            except (ApiError, BusyError) as error:
                if not may_pass(error):
                    raise
                pause = min(pause * 2, LONGEST_PAUSE)
            await self.pause(pause)
        return self._told(tally)

    async def pause(self, seconds: float) -> None:
        """Wait, or until told to stop."""
        await _wait(self.stop, seconds)

    def standing(self) -> tuple[int, tuple[str, ...]]:
        """How many operations are staged, and what stopped the line."""
        staged = operations.counts(self.sender.database).get(State.STAGED, 0)
        return staged, tuple(stop.reason for stop in line_stops.open_stops(self.sender.database))

    def _note_left_open(self) -> None:
        """Keep what an earlier run left open, for those who ask what was found and what became of it."""
        left_open.begin(self.sender.database, self.sender.journal.clock(), restored=self.recovery.is_restored())

    def _told(self, tally: Tally) -> Run:
        passed_over = tuple(f"operation {number}: {said}" for number, said in tally.passed_over.items())
        return Run(tuple(tally.recovered), tuple(tally.carried_out), *self.standing(), passed_over)

    async def _run(self, tally: Tally, *, send: bool) -> None:
        before = tally.done
        tally.passed_over |= {row.id: DamagedApprovalError(row.reason) for row in self._unreadable()}
        try:
            await self.claim()
            if self._look.is_due:
                self._look.at = time.monotonic()
                await self.look_around()
            while not self.stop.is_set():
                await self._recover(tally)
                if send and await self._send_due(tally):
                    continue
                if (pause := self.recovery.pause(tally.passed_over)) is not None:
                    await self.pause(pause)
                else:
                    break
            if tally.done == before and tally.passed_over:
                _check_readable(tally.passed_over.values())
        finally:
            self.sender.mirror.judge_carried()
            if tally.done > before:
                self.on_batch()

    async def _recover(self, tally: Tally) -> None:
        """One pass of recovery; what it resolves is told as soon as it is, whatever becomes of the rest."""

        def resolved(number: int) -> None:
            tally.recovered.append(number)
            self.on_ended(number)

        await self.recovery.recover(
            wait=False,
            passed_over=tally.passed_over,
            on_resolved=resolved,
            on_progress=self.on_progress,
            is_over=self.stop.is_set,
        )

    def _due(self, tally: Tally) -> Iterator[operations.Operation]:
        """What is due and has not been passed over, in its order, looked up as it is asked for."""
        last, at, closed = None, self.sender.journal.clock(), self._is_closed()
        while window := operations.due(self.sender.database, at, _WINDOW, after=last, outside_window=closed):
            for operation in window:
                if operation.id not in tally.passed_over:
                    yield operation
            last = window[-1]

    def _due_count(self) -> int:
        moment = self.sender.journal.clock()
        return operations.due_count(self.sender.database, moment, outside_window=self._is_closed())

    def _is_closed(self) -> bool:
        """Whether no execution window is open: then only what a steward released for any hour may be sent."""
        return self.sender.opens_at() is not None

    def _is_anything_due(self) -> bool:
        """Whether there is something that may be sent now; tells what waits for a window."""
        moment, opens_at = self.sender.journal.clock(), self.sender.opens_at()
        if operations.due(self.sender.database, moment, 1, outside_window=opens_at is not None):
            return True
        if opens_at is not None and operations.due(self.sender.database, moment, 1):
            self.on_closed(opens_at)
        return False

    def _unreadable(self) -> list[operations.UnreadableRow]:
        return operations.unreadable(self.sender.database)

    def _line_is_stopped(self) -> bool:
        return bool(line_stops.open_stops(self.sender.database))

    def _looks_again(self) -> bool:
        return self.look_around is not _nothing and self._look.is_due

    def _has_work(self) -> bool:
        stopped = self._line_is_stopped()
        waiting = {State.FOLLOWING_UP} if stopped else set()
        open_ = operations.in_states(self.sender.database, UNDER_WAY - waiting, limit=1)
        return bool(open_) or self.recovery.is_restored() or (not stopped and self._is_anything_due())

    def _is_idle(self, tally: Tally) -> bool:
        left = tally.passed_over.keys() | {row.id for row in self._unreadable()}
        staged = operations.in_states(self.sender.database, [State.STAGED], limit=len(left) + 1)
        return self._line_is_stopped() or {one.id for one in staged} <= left

    async def _send_due(self, tally: Tally) -> bool:
        """Carry out what is due, unless the line is stopped; whether there was any.

        A fault that every operation would meet is raised when the calls in flight have ended.
        """
        if self._line_is_stopped() or not self._is_anything_due():
            return False
        sending = SendingDue(self.sender, tally, self.stop.is_set, self.on_ended, self.on_progress, self._due_count())
        at_once = AtOnce(self.sender.client)
        await work_through(
            self._due(tally), sending.carry_out, room=lambda: at_once.now, look=at_once.look, is_over=sending.is_over
        )
        forbidden = list(self.sender.forbidden.refused)
        waiting = self.sender.settle_forbidden()
        tally.passed_over |= waiting
        for number in (one for one in forbidden if one not in waiting):
            tally.carried_out.append(number)
            self.on_ended(number)
        return sending.taken_up > 0


def _check_readable(faults: Iterable[ReviewerError]) -> None:
    """Raise a fault of the service if it gave every one of the operations that: then it is about none of them."""
    faults = list(faults)
    if all(isinstance(fault, ApiError) for fault in faults):
        raise faults[-1]


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
