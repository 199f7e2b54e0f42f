"""The real executor, as a trial's child process runs it: the parts of ``reviewer execute``, with short times."""

import asyncio
import os
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.errors import BusyError, ReviewerError
from reviewer.execute import lock
from reviewer.execute.executor import Executor
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.simulator.serving import Access
from reviewer.store.clock import now
from reviewer.store.database import open_database
from tests.chaos.boundaries import Boundaries
from tests.review.people import RULES

SETTLE_SECONDS = 0.5
"""How long the service may be at work on a request; the faults of a trial keep to it."""

ENDED, BUSY, FAULT = 0, 3, 4
"""What an executor process ends with: its run is over, another one is at work, or a fault that it told of."""

_HURRY = 10.0
"""How many times faster the client's pauses between two attempts at a read pass."""


class How(NamedTuple):
    """How an executor is to run. ``timeout`` is the client's, ``ahead`` how far the wall clock was set forward."""

    database: Path
    trace: Path
    access: Access
    stop_at: int | str | None = None
    timeout: float = 2.0
    ahead: float = 0.0


def execute(how: How) -> Callable[[], int]:
    """The function that a child process runs."""
    return lambda: _execute(how)


def _execute(how: How) -> int:
    boundaries = Boundaries(how.trace, how.stop_at)
    boundaries.watch()
    try:
        with open_database(how.database) as database, lock.executor_lock(how.database):
            asyncio.run(_run(how, Journal(database, RULES, clock=_clock(how.ahead))))
    except BusyError as busy:
        os.write(2, f"{busy}\n".encode())
        return BUSY
    except ReviewerError as error:
        os.write(2, f"{error}\n".encode())
        return FAULT
    return ENDED


def _clock(ahead: float) -> Callable[[], datetime]:
    return lambda: now() + timedelta(seconds=ahead)


async def _run(how: How, journal: Journal) -> None:
    async with client_of(how.access, how.timeout) as client:
        sender = sender_of(client, journal)
        await Executor(sender, Recovery(sender, timedelta(seconds=SETTLE_SECONDS))).run_once()


def client_of(access: Access, timeout: float) -> GenesysClient:
    """A client that does not pause long between two attempts at a read."""
    connection = Connection(
        client_id=access.client_id,
        client_secret=access.client_secret,
        api_url=access.url,
        login_url=access.login_url,
        timeout=timeout,
    )
    return GenesysClient(
        connection,
        read_budget=20.0,
        clock=lambda: time.monotonic() * _HURRY,
        sleep=lambda seconds: asyncio.sleep(seconds / _HURRY),
    )


def sender_of(client: GenesysClient, journal: Journal, claims_read: ClaimsRead = ClaimsRead.OPEN) -> Sender:
    """A sender for an organisation whose look-ups are never behind."""
    return Sender(client, journal, claims_read=claims_read, index_lag=IndexLag(0))
