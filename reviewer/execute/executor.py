"""The executor's run: recover first, then send what is due, several independent operations at a time."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.journal import State
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.errors import ApiError
from reviewer.store import line_stops, operations, stamp
from reviewer.store.clock import moment_of

AT_ONCE = 4
"""Operations under way at the same time; the rate is kept by the client, and no two touch one contact."""

POLL_SECONDS = 1.0
"""How often a watching executor looks for work that has become due."""


class Run(NamedTuple):
    """What a run did: operations resolved by recovery, carried out, still staged; what stopped the line."""

    recovered: tuple[int, ...]
    carried_out: tuple[int, ...]
    staged: int
    stopped: tuple[str, ...]


@dataclass(frozen=True)
class Executor:
    """Executes one database's operations. Hold ``executor_lock`` while using it."""

    sender: Sender
    recovery: Recovery
    on_progress: Callable[[int, int], None] = field(default=lambda done, total: None, repr=False)
    stop: asyncio.Event = field(default_factory=asyncio.Event, repr=False)
    """Set it to end after the calls in flight."""

    async def claim(self) -> None:
        """Check that the credentials lead to the organisation that this database belongs to.

        Raises ``DatabaseError`` if they do not, ``ApiError`` if the service cannot be reached.
        """
        organization = await self.sender.client.organization()
        stamp.claim_organization(self.sender.database, organization.id, organization.name)

    async def run_once(self) -> Run:
        """Recover, then send everything that is due now and may be sent.

        Raises ``ApiError`` if the service cannot be reached; what was not sent stays staged.
        """
        await self.claim()
        recovered = await self.recovery.recover()
        carried_out: list[int] = []
        while not self.stop.is_set() and not line_stops.open_stops(self.sender.database):
            batch = self._due()
            if not batch:
                break
            carried_out += await self._send_all(batch)
            recovered += await self.recovery.recover()
        return Run(tuple(recovered), tuple(carried_out), *self.standing())

    async def watch(self, *, until_idle: bool = False) -> Run:
        """Run until ``stop`` is set: sends what becomes due, waits out faults of the network.

        With ``until_idle`` it also ends when nothing is staged any more, or when the line is stopped.
        """
        recovered: list[int] = []
        carried_out: list[int] = []
        pause = POLL_SECONDS
        while not self.stop.is_set():
            try:
                run = await self.run_once()
                recovered += run.recovered
                carried_out += run.carried_out
                pause = POLL_SECONDS
                if until_idle and (run.staged == 0 or run.stopped):
                    break
            except ApiError as error:
                if not _passes(error):
                    raise
                pause = min(pause * 2, 60.0)
            await _wait(self.stop, pause)
        return Run(tuple(recovered), tuple(carried_out), *self.standing())

    def next_due(self) -> datetime | None:
        """When the next staged operation may be sent, or None if none is staged."""
        staged = operations.in_states(self.sender.database, [State.STAGED])
        return min((moment_of(one.send_after) for one in staged), default=None)

    def _due(self) -> list[operations.Operation]:
        return operations.due(self.sender.database, self.sender.journal.clock())

    def standing(self) -> tuple[int, tuple[str, ...]]:
        """How many operations are staged, and what stopped the line."""
        staged = operations.counts(self.sender.database).get(State.STAGED, 0)
        return staged, tuple(stop.reason for stop in line_stops.open_stops(self.sender.database))

    async def _send_all(self, batch: list[operations.Operation]) -> list[int]:
        gate, done = asyncio.Semaphore(AT_ONCE), []

        async def send(operation: operations.Operation) -> None:
            async with gate:
                if self.stop.is_set() or line_stops.open_stops(self.sender.database):
                    return
                await self.sender.carry_out(operation)
                done.append(operation.id)
                self.on_progress(len(done), len(batch))

        results = await asyncio.gather(*(send(operation) for operation in batch), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                raise result
        return done


def _passes(error: ApiError) -> bool:
    """Whether waiting may help: the network, the service or its rate, not what it forbids."""
    return error.status in (0, 408, 429) or error.status >= 500


async def _wait(stop: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stop.wait(), seconds)
    except TimeoutError:
        return
