"""Whose processor time it was: every moment is charged to exactly one account, where the work changes hands.

Nothing is sampled. The process's clock of processor time is read at each border: when a step of a coroutine begins or
waits, when httpx is called or returns, when SQLite is. What nobody claims belongs to the event loop.
"""

import asyncio
import sqlite3
import time
import types
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from unittest.mock import patch

import httpx

OURS, SQLITE, HTTP, LOOP = "our own code", "SQLite", "HTTP client", "event loop"


class Accounts:
    """Seconds of processor time by account; ``switches`` counts how often the account changed."""

    def __init__(self) -> None:
        self.seconds = dict.fromkeys((OURS, SQLITE, HTTP, LOOP), 0.0)
        self.switches = 0
        self._open = [LOOP]
        self._since = time.process_time()

    def charge(self, account: str | None) -> None:
        """From here on ``account`` pays; with None, the one that paid before it."""
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now
        self.switches += 1
        if account is None:
            self._open.pop()
        else:
            self._open.append(account)

    @contextmanager
    def paying(self, account: str) -> Iterator[None]:
        """``account`` pays for the block."""
        self.charge(account)
        try:
            yield
        finally:
            self.charge(None)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Connections to SQLite that are opened in the block, and all calls of httpx, are charged."""
        connect = partial(sqlite3.connect, factory=partial(_Connection, self))
        with (
            patch.object(sqlite3, "connect", connect),
            patch.object(httpx.AsyncClient, "send", _charged_method(self, httpx.AsyncClient.send)),
            patch.object(httpx.AsyncClient, "build_request", _charged_call(self, httpx.AsyncClient.build_request)),
            patch.object(httpx.Response, "aread", _charged_method(self, httpx.Response.aread)),
            patch.object(httpx.Response, "aclose", _charged_method(self, httpx.Response.aclose)),
        ):
            yield

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        """Run ``work`` in an event loop; each step of every task is ours, but for what it calls."""
        with asyncio.Runner() as runner:
            runner.get_loop().set_task_factory(self._task)
            return runner.run(work)

    def _task(self, loop: asyncio.AbstractEventLoop, work: Any, context: Any = None) -> "asyncio.Task[Any]":
        async def stepped() -> Any:
            return await _steps(self, OURS, work)

        return asyncio.Task(stepped(), loop=loop, context=context)


@types.coroutine
def _steps(accounts: Accounts, account: str, work: Coroutine[Any, Any, Any]) -> Generator[Any, Any, Any]:
    """What ``work`` gives; ``account`` pays while it runs, not while it waits."""
    step: Callable[[Any], Any] = work.send
    said: Any = None
    while True:
        try:
            with accounts.paying(account):
                waits_for = step(said)
        except StopIteration as end:
            return end.value
        try:
            said, step = (yield waits_for), work.send
        except BaseException as error:  # noqa: BLE001 - the work itself is told of it
            said, step = error, work.throw


def _charged_method(
    accounts: Accounts, method: Callable[..., Coroutine[Any, Any, Any]]
) -> Callable[..., Awaitable[Any]]:
    async def charged(*given: Any, **named: Any) -> Any:
        return await _steps(accounts, HTTP, method(*given, **named))

    return charged


def _charged_call(accounts: Accounts, method: Callable[..., Any]) -> Callable[..., Any]:
    def charged(*given: Any, **named: Any) -> Any:
        with accounts.paying(HTTP):
            return method(*given, **named)

    return charged


class _Cursor(sqlite3.Cursor):
    """All rows are fetched where the first is asked for: a loop over them is ours, the fetching is SQLite's."""

    connection: "_Connection"

    def execute(self, *given: Any) -> Any:
        with self.connection.accounts.paying(SQLITE):
            return super().execute(*given)

    def executemany(self, statement: str, rows: Iterable[Any]) -> Any:
        made = rows if isinstance(rows, list) else list(rows)  # what makes them is ours
        with self.connection.accounts.paying(SQLITE):
            return super().executemany(statement, made)

    def fetchone(self) -> Any:
        with self.connection.accounts.paying(SQLITE):
            return super().fetchone()

    def fetchall(self) -> list[Any]:
        with self.connection.accounts.paying(SQLITE):
            return super().fetchall()

    def __iter__(self) -> Any:
        return iter(self.fetchall())


class _Connection(sqlite3.Connection):
    def __init__(self, accounts: Accounts, *given: Any, **named: Any) -> None:
        self.accounts = accounts
        super().__init__(*given, **named)

    def cursor(self, *given: Any) -> Any:
        return super().cursor(_Cursor)

    def execute(self, *given: Any) -> Any:
        return self.cursor().execute(*given)

    def executemany(self, statement: str, rows: Iterable[Any]) -> Any:
        return self.cursor().executemany(statement, rows)


def cost_of_a_switch() -> float:
    """Seconds that the measuring itself takes at each border."""
    accounts, times = Accounts(), 20_000
    begin = time.process_time()
    for _ in range(times):
        accounts.charge(OURS)
        accounts.charge(None)
    return (time.process_time() - begin) / (2 * times)
