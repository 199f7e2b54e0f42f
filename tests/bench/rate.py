"""How much of the rate is used: ``python -m tests.bench.rate [--allowed N] [--windows N] [--callers N] [--share S]``.

An organisation is served by a process of its own, in real time over real HTTP, with a limit (300 a minute unless
another is given). Several callers at once read from it through one client, each with another call to make as soon as
one was answered. Printed, from what the answers told:

- the share of what was allowed that each whole window used, and all of them together (the first, which a token may
  enter in its middle, is left out);
- the same against time: calls made between the beginnings of the first and the last window, against what is allowed
  in that time (a pause between two windows shows here only);
- answers of 429, and the most calls that were sent within one second.

``--clients N`` has so many clients with a token each work side by side; each is reported. ``--knob NAME=VALUE`` sets a
knob of the organisation first, for windows of another kind: ``--knob 'rate_windows="clock"'``,
``--knob 'rate_reset_rounding="down"'`` or, with ``--seconds 20``, ``--knob rate_window_seconds=20``.
"""

import argparse
import asyncio
import json
import time
from collections.abc import Sequence
from typing import Any, NamedTuple

from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.connection import Connection
from reviewer.simulator.serving import ServedOrganization


class Seen(NamedTuple):
    """One answer: when its call was sent (monotonic), its status, and the count and limit it told."""

    sent: float
    status: int
    used: int
    allowed: int


class Watch:
    """Hears of every call, and knows when enough windows have begun."""

    def __init__(self, windows: int) -> None:
        self.seen: list[Seen] = []
        self.begun = 0
        self._windows = windows
        self._last = 0

    def __call__(self, call: CallRecord) -> None:
        if not call.rate_allowed or call.path == "/oauth/token":
            return
        sent = time.monotonic() - call.milliseconds / 1000
        self.seen.append(Seen(sent, call.status, call.rate_used, call.rate_allowed))
        if call.rate_used < self._last - 20 or not self._last:
            self.begun += 1
            self._last = call.rate_used
        self._last = max(self._last, call.rate_used)

    @property
    def enough(self) -> bool:
        """Whether all windows that were asked for are over, the first not counted: one more has begun."""
        return self.begun > self._windows + 1


async def busy(client: GenesysClient, watch: Watch) -> None:
    """One caller that always has another call to make."""
    while not watch.enough:
        await client.organization()


def windows_of(seen: Sequence[Seen]) -> list[list[Seen]]:
    """The answers by window, each window's in the order they were counted."""
    found: list[list[Seen]] = []
    for one in seen:
        if not found or one.used < max(other.used for other in found[-1]) - 20:
            found.append([])
        found[-1].append(one)
    return found


def most_in_a_second(seen: Sequence[Seen]) -> int:
    """The most calls sent within any one second."""
    times = sorted(one.sent for one in seen)
    most, start = 0, 0
    for end, at in enumerate(times):
        while times[start] <= at - 1:
            start += 1
        most = max(most, end - start + 1)
    return most


def report(watch: Watch, seconds: float, share: float) -> None:
    """Print what came of it; windows of the service are ``seconds`` long."""
    found = windows_of(watch.seen)[1:]  # the first may have begun before us
    windows, starts = found[:-1], [min(one.sent for one in window) for window in found]
    used = [max(one.used for one in window) for window in windows]
    allowed = [window[-1].allowed * (1 - share) for window in windows]
    print("used of each window:", ", ".join(f"{u}/{a:.0f}" for u, a in zip(used, allowed, strict=True)))
    print(f"share of what the windows allowed: {sum(used) / sum(allowed):.1%}")
    elapsed = starts[-1] - starts[0]
    print(f"share of what the time allowed: {sum(used) / (allowed[0] / seconds * elapsed):.1%} of {elapsed:.1f} s")
    print(f"answers of 429: {sum(one.status == 429 for one in watch.seen)}")
    print(f"most calls within a second: {most_in_a_second(watch.seen)} ({allowed[0] / seconds:.1f} on average)")


def main() -> None:
    """Serve, call, print."""
    parser = argparse.ArgumentParser(description="How much of the rate is used.")
    parser.add_argument("--allowed", type=int, default=300)
    parser.add_argument("--windows", type=int, default=3)
    parser.add_argument("--callers", type=int, default=8)
    parser.add_argument("--clients", type=int, default=1)
    parser.add_argument("--share", type=float, default=0.0, help="the share left free")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the organisation's windows are")
    parser.add_argument("--knob", action="append", default=[], metavar="NAME=VALUE")
    asyncio.run(measure(parser.parse_args()))


async def measure(asked: argparse.Namespace) -> None:
    """One measurement."""
    knobs: dict[str, Any] = {name: json.loads(value) for name, value in (one.split("=", 1) for one in asked.knob)}
    watches = [Watch(asked.windows) for _ in range(asked.clients)]
    with ServedOrganization(population=150, rate_limit=asked.allowed) as served:
        if knobs:
            served.write("knobs", knobs)
        access = served.access
        connection = Connection(client_id=access.client_id, client_secret=access.client_secret, api_url=access.url)
        await asyncio.gather(*(work(connection, watch, asked) for watch in watches))
    print(f"{asked.allowed} allowed in {asked.seconds:g} s, {asked.callers} callers, {knobs or 'knobs as they are'}")
    for watch in watches:
        report(watch, asked.seconds, asked.share)


async def work(connection: Connection, watch: Watch, asked: argparse.Namespace) -> None:
    """One client with its callers."""
    async with GenesysClient(connection, share_left_free=asked.share, on_call=watch) as client:
        await asyncio.gather(*(busy(client, watch) for _ in range(asked.callers)))


if __name__ == "__main__":
    main()
