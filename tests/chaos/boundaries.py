"""Where a process can be stopped exactly: before and after each commit of the database and each call over HTTP.

They lie below the executor (SQLite's ``COMMIT`` and the line to the service), so a new kind of step has them without
a word here, and product code has no hook for it.
"""

import json
import os
import signal
import sqlite3
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import patch

import httpx

from reviewer.genesys.endpoints import Endpoint
from reviewer.genesys.line import Line

_BASE = "/externalcontacts/"


class Passed(NamedTuple):
    """A boundary that a process passed: seconds since 1970, its process, its number there (from 1), what it is.

    ``target`` is the path of a call, with the ids in it.
    """

    at: float
    process: int
    number: int
    what: str
    target: str


class Boundaries:
    """Watches one process and stops it (SIGSTOP) at a boundary: the one of a number, or the first so named."""

    def __init__(self, trace: Path, stop_at: int | str | None) -> None:
        self._trace = os.open(trace, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._stop_at = stop_at
        self._count = 0
        self.act = ""
        """The last act that the present transaction puts into the audit."""

    def watch(self) -> None:
        """From now on, in this process."""
        connect = partial(sqlite3.connect, factory=partial(_Watched, boundaries=self))
        patch.object(sqlite3, "connect", connect).start()
        patch.object(Line, "send", _watched_send(Line.send, self)).start()

    def passes(self, what: str, target: str = "") -> None:
        """The process is at a boundary."""
        self._count += 1
        line = json.dumps([time.time(), os.getpid(), self._count, what, target])
        os.write(self._trace, f"{line}\n".encode())
        if self._stop_at in (self._count, what):
            self._stop_at = None
            os.kill(os.getpid(), signal.SIGSTOP)


class _Watched(sqlite3.Connection):
    """A connection whose commits are boundaries, named after what they put into the audit."""

    def __init__(self, *given: Any, boundaries: Boundaries, **named: Any) -> None:
        super().__init__(*given, **named)
        self._boundaries = boundaries

    def execute(self, sql: str, parameters: Any = (), /) -> sqlite3.Cursor:
        if sql.startswith("INSERT INTO audit"):
            self._boundaries.act = parameters[2]
        if sql != "COMMIT":
            return super().execute(sql, parameters)
        act, self._boundaries.act = self._boundaries.act or "the mirror", ""
        self._boundaries.passes(f"before writing: {act}")
        done = super().execute(sql, parameters)
        self._boundaries.passes(f"after writing: {act}")
        return done


def _watched_send(send: Callable[..., Any], boundaries: Boundaries) -> Callable[..., Any]:
    async def watched(line: Line, endpoint: Endpoint, request: httpx.Request, attempt: int) -> httpx.Response:
        called, target = f"{endpoint.method} {endpoint.template.rpartition(_BASE)[2]}", request.url.path
        boundaries.passes(f"before {called}", target)
        try:
            response: httpx.Response = await send(line, endpoint, request, attempt)
            return response
        finally:
            boundaries.passes(f"after {called}", target)

    return watched


def passed(trace: Path) -> list[Passed]:
    """What was written down of all processes that shared a trace."""
    if not trace.exists():
        return []
    return [Passed(*json.loads(line)) for line in trace.read_text().splitlines()]
