"""The pace, held against windows of every kind that the headers could be telling of."""

import asyncio
import heapq
import math
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count, pairwise

import pytest

from reviewer.genesys.rate import HURRY, QUICK_CALLS, Rate, RateSnapshot
from reviewer.genesys.window import Rounding, Told, Window
from tests.genesys.service import ScriptedService, VirtualTime, ok

Rounded = Callable[[float], int]
ROUNDINGS: dict[str, Rounded] = {
    "down": math.floor,
    "up": math.ceil,
    "nearest": round,
    "one more": lambda seconds: math.floor(seconds) + 1,
}


class SharedTime:
    """A clock for several tasks: when all of them sleep, it moves to the first one's waking."""

    def __init__(self) -> None:
        self.now = 5000.3
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._order = count()

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken = asyncio.Event()
        heapq.heappush(self._sleepers, (self.now + max(0.0, seconds), next(self._order), woken))
        await woken.wait()

    async def run(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(12):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, woken = heapq.heappop(self._sleepers)
                woken.set()
        for task in tasks:
            task.result()


@dataclass
class Windows:
    """A service that counts calls in windows: aligned to its clock, or begun by the first call."""

    time: SharedTime
    allowed: int
    rounding: Rounded
    aligned: bool
    length: float = 60.0
    start: float = -math.inf
    used: int = 0
    refused: int = 0
    per_window: list[int] = field(default_factory=list)
    at: list[float] = field(default_factory=list)

    def count(self) -> dict[str, str]:
        now = self.time.now
        if now >= self.start + self.length:
            if self.start > -math.inf:
                self.per_window.append(self.used)
            self.start = math.floor(now / self.length) * self.length if self.aligned else now
            self.used = 0
        self.at.append(now)
        if self.used >= self.allowed:
            self.refused += 1
        else:
            self.used += 1
        return headers(self.used, self.allowed, self.rounding(self.start + self.length - now))


def headers(used: int, allowed: int, reset: int) -> dict[str, str]:
    return {
        "inin-ratelimit-count": str(used),
        "inin-ratelimit-allowed": str(allowed),
        "inin-ratelimit-reset": str(reset),
    }


async def busy(rate: Rate, windows: Windows, until: float, latency: float) -> None:
    """One caller that always has another call to make."""
    time = windows.time
    while time.now < until:
        ticket = await rate.admit()
        await time.sleep(latency / 2)
        told = windows.count()
        await time.sleep(latency / 2)
        rate.answered(ticket, told)


async def drive(windows: Windows, *, minutes: int, callers: int, latency: float, share: float = 0.0) -> Rate:
    time = windows.time
    rate = Rate(share, clock=time.clock, sleep=time.sleep)
    until = time.now + minutes * 60
    tasks = [asyncio.create_task(busy(rate, windows, until, latency)) for _ in range(callers)]
    await time.run(*tasks)
    return rate


@pytest.mark.parametrize("aligned", [True, False], ids=["aligned", "from the first call"])
@pytest.mark.parametrize("rounding", ROUNDINGS.values(), ids=ROUNDINGS)
@pytest.mark.parametrize(("callers", "latency"), [(1, 0.05), (4, 0.01), (8, 0.9)])
async def test_nearly_all_that_is_allowed_is_used_and_no_call_is_refused(
    aligned: bool, rounding: Rounded, callers: int, latency: float
) -> None:
    windows = Windows(SharedTime(), 300, rounding, aligned)
    await drive(windows, minutes=6, callers=callers, latency=latency)
    assert windows.refused == 0
    whole = windows.per_window[1:]  # the first one began before we did
    assert len(whole) >= 4
    assert sum(whole) >= 0.98 * 300 * len(whole)
    later = [at for at in windows.at if at >= windows.at[0] + windows.length]
    assert len(later) >= 0.98 * 5 * (later[-1] - later[0]), "no time is lost between two windows either"


@pytest.mark.parametrize("aligned", [True, False], ids=["aligned", "from the first call"])
async def test_calls_are_spread_and_do_not_burst(aligned: bool) -> None:
    windows = Windows(SharedTime(), 300, math.ceil, aligned)
    windows.time.now = 5035.0  # well inside of a window, so that one may think of making up for what lay idle
    await drive(windows, minutes=3, callers=8, latency=0.3)
    for start in windows.at:
        at_once = sum(1 for at in windows.at if start <= at < start + 1)
        assert at_once <= HURRY * 5 + QUICK_CALLS + 1, "five a second are allowed on average"


async def test_the_rounding_is_learned_so_that_ever_less_time_is_lost_between_windows() -> None:
    gaps: dict[str, list[float]] = {}
    for name, rounding in ROUNDINGS.items():
        windows = Windows(SharedTime(), 300, rounding, aligned=False)
        await drive(windows, minutes=8, callers=4, latency=0.05)
        begun = [at for number, at in enumerate(windows.at) if number % 300 == 0]
        gaps[name] = [later - earlier - windows.length for earlier, later in pairwise(begun)]
    assert all(found[-1] < 0.35 for found in gaps.values()), gaps


async def test_calls_that_others_make_with_the_same_token_are_counted_in() -> None:
    windows = Windows(SharedTime(), 300, math.ceil, aligned=True)
    time = windows.time
    rate = Rate(clock=time.clock, sleep=time.sleep)
    until = time.now + 300

    async def others() -> None:
        while time.now < until:
            await time.sleep(0.6)
            windows.count()

    ours = [asyncio.create_task(busy(rate, windows, until, 0.05)) for _ in range(4)]
    await time.run(*ours, asyncio.create_task(others()))
    assert windows.refused == 0
    assert all(used >= 0.95 * 300 for used in windows.per_window[1:])


async def test_a_count_that_jumps_to_the_limit_is_heeded_at_once() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.answered(await rate.admit(), headers(1, 300, 60))
    rate.answered(await rate.admit(), headers(300, 300, 58))
    assert rate.seconds_to_room() == pytest.approx(59, abs=1)
    began = time.now
    await rate.admit()
    assert time.now - began >= 57


@pytest.mark.parametrize("length", [60, 120, 3600])
async def test_a_few_calls_of_others_at_the_start_of_a_window_hold_nobody_up(length: int) -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    began = time.now
    for number in range(10):
        ticket = await rate.admit()
        left = math.ceil(length - (time.now - began))
        rate.answered(ticket, headers(11 + number, 300, left))
    assert time.now - began < length / 10


def test_the_end_stays_within_its_bounds_however_slow_an_answer_is() -> None:
    end, rounding = 1009.5, Rounding()
    window = Window.of(Told(1, 300, 10), 1000.0, 1000.1)
    for sent, received in ((1000.2, 1008.4), (1001.0, 1001.2), (1006.3, 1009.4)):
        window.learn(Told(2, 300, math.ceil(end - sent)), sent, received)
        assert rounding.earliest(window) <= end <= rounding.latest(window)
    assert rounding.latest(window) - rounding.earliest(window) < 2


async def test_what_was_learned_of_the_end_is_given_up_where_a_call_came_too_early() -> None:
    windows = Windows(SharedTime(), 300, math.ceil, aligned=True)
    rate = await drive(windows, minutes=3, callers=4, latency=0.05)
    assert windows.refused == 0
    windows.rounding = math.floor
    time = windows.time
    await time.run(*[asyncio.create_task(busy(rate, windows, time.now + 300, 0.05)) for _ in range(4)])
    assert windows.refused <= 4, "the calls at one end, not those at every end"


async def test_the_share_left_free_is_left_free() -> None:
    windows = Windows(SharedTime(), 300, math.ceil, aligned=True)
    await drive(windows, minutes=4, callers=4, latency=0.1, share=0.25)
    assert windows.refused == 0
    assert all(0.98 * 225 <= used <= 225 for used in windows.per_window[1:])


async def test_what_is_allowed_is_read_from_each_answer() -> None:
    windows = Windows(SharedTime(), 300, math.ceil, aligned=False)
    time = windows.time
    rate = Rate(clock=time.clock, sleep=time.sleep)
    task = asyncio.create_task(busy(rate, windows, time.now + 240, 0.05))

    async def tighten() -> None:
        await time.sleep(70)
        windows.allowed = 60

    await time.run(task, asyncio.create_task(tighten()))
    assert rate.snapshot().allowed == 60
    assert windows.per_window[-1] <= 60
    assert windows.refused <= 1


async def test_others_wait_for_what_the_first_call_learns() -> None:
    windows = Windows(SharedTime(), 3, math.ceil, aligned=False)
    await drive(windows, minutes=2, callers=10, latency=0.5)
    assert windows.refused == 0


async def test_waiting_is_in_turn() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.answered(await rate.admit(), headers(1, 60, 60))
    order: list[int] = []

    async def call(number: int) -> None:
        await rate.admit()
        order.append(number)

    await asyncio.gather(*(call(number) for number in range(20)))
    assert order == list(range(20))


async def test_a_turn_that_was_not_used_is_given_to_the_next() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    told = {"inin-ratelimit-count": "1", "inin-ratelimit-allowed": "60", "inin-ratelimit-reset": "60"}
    rate.answered(await rate.admit(), told)
    while not time.slept:
        waited = await rate.admit()
    before = time.now
    rate.unused(waited)
    await rate.admit()
    assert time.now == before, "nobody waits for a call that was not sent"
    await rate.admit()
    assert time.now > before


async def test_a_call_that_is_lost_lets_the_next_one_find_out() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    first = await rate.admit()
    waiting = asyncio.create_task(rate.admit())
    await asyncio.sleep(0)
    assert not waiting.done()
    rate.lost(first)
    await waiting


@pytest.mark.parametrize(
    "told",
    [
        {"inin-ratelimit-count": "x"},
        headers(10, 300, 1_764_086_400),
        headers(10, 300, 10**400),
        headers(10**400, 300, 60),
    ],
    ids=["no numbers", "a moment", "an endless window", "endless calls"],
)
async def test_answers_that_tell_nothing_sensible_hold_nobody_up(told: dict[str, str]) -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.answered(await rate.admit(), told)
    for _ in range(1000):
        await rate.admit()
    assert not time.slept and rate.snapshot() == RateSnapshot(0, 0)


async def test_a_pause_that_the_service_asked_for_holds_for_everybody() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.refused(30)
    began = time.now
    await rate.admit()
    assert time.now - began >= 31


async def test_no_refusal_holds_everybody_up_for_hours() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.refused(86_000)
    began = time.now
    await rate.admit()
    assert time.now - began < 400


async def test_the_status_line_shows_used_and_allowed_until_the_window_ends() -> None:
    service = ScriptedService(ok({"id": "org"}, **headers(212, 300, 20)))
    async with service.client() as client:
        assert client.rate() == RateSnapshot(0, 0)
        await client.organization()
        assert client.rate()[:2] == (212, 300) and 19 <= client.rate().seconds <= 21
        service.time.now += 25
        assert client.rate() == RateSnapshot(0, 300)


async def test_a_new_token_has_a_window_of_its_own() -> None:
    time = VirtualTime()
    rate = Rate(clock=time.clock, sleep=time.sleep)
    rate.answered(await rate.admit(), headers(300, 300, 60))
    rate.new_token()
    await rate.admit()
    assert not time.slept


@pytest.mark.parametrize("share", [-0.1, 0.95, 1.0])
def test_a_share_that_would_leave_nothing_is_refused(share: float) -> None:
    with pytest.raises(ValueError, match="share"):
        Rate(share)
