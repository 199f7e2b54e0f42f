"""How much of the rate sending uses: ``python -m tests.bench.execute [--merges N] [--allowed N] [--seconds S] …``.

An organisation is served by a process of its own, in real time over real HTTP, with a limit (300 calls a minute unless
another is given; with ``--seconds 10`` its windows are so long, and the same rate is kept). N approved merges are sent
by one executor, as `reviewer execute` does with ``rate_share_free = 0``. Printed, from what the answers told:

- calls made, calls allowed in the time from the first answer to the last, and the share;
- answers of 429;
- operations a minute, calls for each operation, and how they ended;
- the executor's own processor time for each operation.

``--latency S`` lets every answer to a read or a merge take so long.
"""

import argparse
import asyncio
import time
from collections import Counter
from datetime import timedelta

from reviewer.execute.executor import Executor
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.calls import CallRecord
from reviewer.genesys.client import GenesysClient
from reviewer.store import operations
from tests.bench.approved import Approved, approved_pairs
from tests.review.people import RULES


class Watch:
    """Hears of every call that counts against the rate."""

    def __init__(self) -> None:
        self.calls: Counter[str] = Counter()
        self.throttled = 0
        self.first = self.last = 0.0

    def __call__(self, call: CallRecord) -> None:
        if call.path == "/oauth/token":
            return
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.calls[f"{call.method} {call.path.rpartition('/externalcontacts/')[2]}"] += 1
        self.throttled += call.status == 429


async def send(made: Approved, watch: Watch) -> int:
    """Send everything that is due; how many operations came to an end."""
    async with GenesysClient(made.connection(), share_left_free=0.0, on_call=watch) as client:
        sender = Sender(client, Journal(made.database, RULES))
        run = await Executor(sender, Recovery(sender, timedelta(seconds=120))).run_once()
    return len(run.carried_out)


def report(made: Approved, watch: Watch, per_second: float, window: float, sent: int, processor: float) -> None:
    """Print what came of it. The first window may be used up at once, so the time counts from its beginning."""
    made_calls, elapsed = watch.calls.total(), watch.last - watch.first
    allowed = per_second * elapsed
    print(f"calls made: {made_calls:,} in {elapsed:.1f} s; allowed in that time: {allowed:,.0f}")
    print(f"share of what was allowed: {made_calls / allowed:.1%} (windows of {window:g} s)")
    print(f"answers of 429: {watch.throttled}")
    print(f"operations a minute: {sent / elapsed * 60:,.0f}; calls for each: {made_calls / sent:.2f}")
    print(", ".join(f"{path}: {number:,}" for path, number in watch.calls.most_common()))
    print(f"ended: {operations.counts(made.database)}")
    print(f"own processor time for each operation: {processor / sent * 1000:.1f} ms")


def main() -> None:
    """Serve, approve, send, print."""
    parser = argparse.ArgumentParser(description="How much of the rate sending uses.")
    parser.add_argument("--merges", type=int, default=400)
    parser.add_argument("--allowed", type=int, default=300, help="calls a minute")
    parser.add_argument("--seconds", type=float, default=60.0, help="how long the organisation's windows are")
    parser.add_argument("--latency", type=float, default=0.0, help="seconds that an answer takes")
    asked = parser.parse_args()
    per_second = asked.allowed / 60
    with approved_pairs(asked.merges) as made:
        limits = {"rate_limit": round(per_second * asked.seconds), "rate_window_seconds": asked.seconds}
        made.served.write("knobs", limits)
        if asked.latency:
            slow = {"kind": "slow", "seconds": asked.latency, "count": -1}
            made.served.write("faults", dict.fromkeys(("bulk_unresolved", "merge", "unresolved"), slow))
        watch, before = Watch(), time.process_time()
        sent = asyncio.run(send(made, watch))
        print(f"{asked.merges} merges, {asked.allowed} calls a minute allowed, answers {asked.latency:g} s slow")
        report(made, watch, per_second, asked.seconds, sent, time.process_time() - before)


if __name__ == "__main__":
    main()
