"""Telling the workbench at which rate this process calls the API: at most once a second, beside the calls."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.store.api_rates import ApiRate, RateBoard
from reviewer.store.clock import now

if TYPE_CHECKING:
    from reviewer.genesys.client import GenesysClient

TELL_SECONDS = 1.0


@asynccontextmanager
async def rate_told(client: "GenesysClient", database: Path, command: str) -> AsyncIterator[None]:
    """While this is open, the client's rate stands in the database; a thread writes it, so no call waits."""
    board = RateBoard(database)
    telling = asyncio.create_task(_tell(client, board, command))
    try:
        yield
    finally:
        telling.cancel()
        with suppress(asyncio.CancelledError):
            await telling
        await asyncio.to_thread(board.withdraw, now())


async def _tell(client: "GenesysClient", board: RateBoard, command: str) -> None:
    told = (0, 0)
    while True:
        await asyncio.sleep(TELL_SECONDS)
        rate = client.rate()
        if rate.used and (rate.used, rate.allowed) != told:
            told = (rate.used, rate.allowed)
            moment = now()
            ends_at = moment + timedelta(seconds=rate.seconds)
            await asyncio.to_thread(board.tell, ApiRate(command, rate.used, rate.allowed, ends_at), moment)
