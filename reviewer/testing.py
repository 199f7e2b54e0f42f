"""The workbench on a small embedded organisation, without a screen: for tests, and for scripts that drive it.

async with open_workbench(population=300, seed=1) as pilot:
    await pilot.press("j", "m")
    await wait_for(pilot, lambda: progress(pilot).staged == 1)
"""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path

import httpx
from textual.pilot import Pilot

from reviewer.detect.run import detect
from reviewer.detect.run import rescore as judge
from reviewer.domain.record import ReadingRules
from reviewer.execute.executor import Executor, Run
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.sync import sync
from reviewer.review.desk import Desk
from reviewer.review.progress import Progress
from reviewer.review.progress import progress as read_progress
from reviewer.review.steward import Steward
from reviewer.simulator.app import build_app
from reviewer.simulator.organization import Organization
from reviewer.simulator.serving import in_process
from reviewer.store.clock import now
from reviewer.store.database import Database, open_database
from reviewer.tui.app import WorkbenchApp
from reviewer.tui.screens.workbench import Workbench
from reviewer.tui.surroundings import Surroundings

Clock = Callable[[], datetime]

WAIT_SECONDS = 20.0
"""How long ``wait_for`` waits for a condition before it gives up."""


@dataclass
class Embedded:
    """An organisation in this process, and a mirror of it that was synced and searched for candidates."""

    organization: Organization
    client: GenesysClient
    desk: Desk
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)
    _runs: "set[asyncio.Task[Run]]" = field(default_factory=set, repr=False)

    async def execute(self) -> Run:
        """Send what is due, as the executor's process would: one at a time."""
        async with self._lock:
            return await self._run()

    async def _run(self) -> Run:
        journal = Journal(self.desk.database, self.desk.rules, clock=self.desk.clock)
        sender = Sender(self.client, journal, rescore=self.desk.rescore)
        return await Executor(sender, Recovery(sender, timedelta())).run_once()

    def start_executing(self) -> str:
        """Send what is due beside the workbench; gives the sentence that a steward reads."""
        run = asyncio.get_running_loop().create_task(self.execute())
        self._runs.add(run)
        return "the executor was started"

    async def ended(self) -> None:
        """Wait for what was started; raises what it raised."""
        await asyncio.gather(*self._runs)


@asynccontextmanager
async def embedded(
    population: int = 300, seed: int = 1, *, steward: str = "ada", clock: Clock = now
) -> AsyncIterator[Embedded]:
    """An embedded organisation with a mirror in a temporary folder: synced, anonymous contacts loaded, detected."""
    organization = in_process(population=population, seed=seed)
    with (
        tempfile.TemporaryDirectory(prefix="reviewer-") as folder,
        open_database(Path(folder) / "queue.db") as database,
    ):
        try:
            async with _client(organization) as client:
                sources = await client.external_sources()
                rules = ReadingRules(anchor_source=sources[0].id if sources else None)
                desk = Desk(database, Steward(steward), rules, rescore=_rescore, clock=clock)
                await _take_in(client, desk, organization)
                detect(database, today=desk.today)
                bench = Embedded(organization, client, desk)
                yield bench
                await bench.ended()
        finally:
            organization.state.close()


def _client(organization: Organization) -> GenesysClient:
    connection = Connection(
        api_url="http://localhost",
        login_url="http://localhost",
        client_id=organization.client.id,
        client_secret=organization.client.secret,
    )
    return GenesysClient(connection, http_transport=httpx.ASGITransport(build_app(organization)))


async def _take_in(client: GenesysClient, desk: Desk, organization: Organization) -> None:
    with Rejects("organisation", (), lambda sentence: None) as rejects:
        await sync(client, desk.database, desk.rules, rejects=rejects, clock=desk.clock)
    await Fetching(client, desk.database, desk.rules, desk.clock).fetch(
        organization.contacts.unlisted(organization.clock.now())
    )


def _rescore(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
    if pairs:
        judge(database, pairs, today=today)


@asynccontextmanager
async def open_workbench(
    size: tuple[int, int] = (120, 36),
    population: int = 300,
    seed: int = 1,
    *,
    surroundings: Surroundings | None = None,
    cool_off: timedelta = timedelta(minutes=10),
    clock: Clock = now,
) -> AsyncIterator[Pilot[None]]:
    """The workbench under a pilot on an embedded organisation; ``S`` sends through it."""
    async with embedded(population, seed, clock=clock) as bench:
        told = replace(surroundings or Surroundings(environment="training"), send=bench.start_executing)
        told = replace(told, organisation=told.organisation or bench.organization.name, host=told.host or "in process")
        async with open_workbench_on(replace(bench.desk, cool_off=cool_off), size, surroundings=told) as pilot:
            yield pilot


@asynccontextmanager
async def open_workbench_on(
    desk: Desk, size: tuple[int, int] = (120, 36), *, surroundings: Surroundings | None = None
) -> AsyncIterator[Pilot[None]]:
    """The workbench under a pilot on a desk of your own, with its queue read to the end."""
    app = WorkbenchApp(desk, surroundings or Surroundings(environment="training"))
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        yield pilot
        await pilot.app.workers.wait_for_complete()


def workbench(pilot: Pilot[None]) -> Workbench:
    """The screen under the pilot."""
    assert isinstance(pilot.app, WorkbenchApp)
    return pilot.app.workbench


def progress(pilot: Pilot[None]) -> Progress:
    """How things stand, read from the database now."""
    return read_progress(workbench(pilot).desk)


def screen_text(pilot: Pilot[None]) -> str:
    """What is on the screen, line by line, without trailing blanks."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


async def settled(pilot: Pilot[None]) -> None:
    """Wait until what is read in the background has come and is painted."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def wait_for(pilot: Pilot[None], condition: Callable[[], object], seconds: float = WAIT_SECONDS) -> None:
    """Wait for a condition. Raises ``TimeoutError`` with the screen as it is if it does not come true."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        if asyncio.get_running_loop().time() > end:
            raise TimeoutError(f"waited {seconds} seconds in vain; the screen shows\n{screen_text(pilot)}")
        await pilot.pause(0.02)
