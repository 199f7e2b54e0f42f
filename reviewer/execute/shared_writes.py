"""Writes of many operations with one wait for the disk: what is ready at the same time is one transaction.

Each is whole or not at all, as by itself, and nobody goes on before all of it is on disk. What one of them raises is
raised where that one waits, and takes back its own writes alone; a fault of the transaction is raised where any does.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from reviewer.store.database import Database
from reviewer.store.transaction import transaction

T = TypeVar("T")


@dataclass
class _Act:
    """What one operation wants to write; it waits for ``written``."""

    write: Callable[[], object]
    written: asyncio.Future[object]
    result: object = None
    fault: BaseException | None = None


@dataclass
class SharedWrites:
    """Carries out the writes of operations that are under way on one event loop."""

    database: Database
    _waiting: list[_Act] = field(default_factory=list, repr=False)

    async def write(self, act: Callable[[], T]) -> T:
        """What ``act`` returns, which must not wait for anything, once its writes are on disk. Raises what it raises.

        Raises ``BusyError`` and ``DatabaseError`` as ``transaction``.
        """
        loop = asyncio.get_running_loop()
        if not self._waiting:
            loop.call_soon(self._write_all)  # after all that are ready now
        own = _Act(act, loop.create_future())
        self._waiting.append(own)
        return await own.written  # type: ignore[return-value]

    def _write_all(self) -> None:
        together, self._waiting = [one for one in self._waiting if not one.written.done()], []
        try:
            with transaction(self.database):
                for one in together:
                    self._carry_out(one)
        except BaseException as error:
            for one in together:
                one.fault = error
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
        finally:
            for one in together:
                if one.fault is not None:
                    one.written.set_exception(one.fault)
                else:
                    one.written.set_result(one.result)

    def _carry_out(self, one: _Act) -> None:
        """Write what one wants; what it raises is its own, unless SQLite gave up the whole transaction with it."""
        try:
            with transaction(self.database):
                one.result = one.write()
        except Exception as error:
            if not self.database.connection.in_transaction:
                raise
            one.fault = error
