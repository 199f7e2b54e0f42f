"""What the recovery of unfinished operations costs: ``python -m tests.bench.recovery [--operations N] [--allowed N]``.

N merges were sent and no answer came: of ten, four took effect, two did not, two were merged by somebody else, of
two only some contacts were. An organisation is served by a process of its own, in real time over real HTTP, with a
limit of so many calls a minute. One executor resolves all of them, as `reviewer execute --recover` does. Printed:

- how the operations ended, and the calls that this took, for each operation;
- the share of the rate that was used, and how long the same calls take at 300 a minute;
- the executor's own processor time for each operation, and the most memory it had.
"""

import argparse
import asyncio
import json
import resource
import time
from collections.abc import Sequence
from datetime import timedelta

from reviewer.execute.executor import Executor
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.genesys.client import GenesysClient
from reviewer.store import operations
from reviewer.store.clock import now, text_of
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.bench.approved import Approved, approved_pairs, ids_of
from tests.bench.execute import Watch
from tests.review.people import RULES

USUAL_RATE = 300
_SIDE_BY_SIDE = 8


def lose_answers(database: Database) -> None:
    """All that was approved was sent a while ago, and no answer came."""
    long_ago = text_of(now() - timedelta(hours=1))
    with transaction(database) as connection:
        connection.execute("UPDATE operation SET state = 'unclear', outcome = 'no answer', changed_at = ?", (long_ago,))
        connection.execute(
            "UPDATE operation_step SET state = 'unclear', sent_at = ?, answered_at = ?, error = 'no answer'",
            (long_ago, long_ago),
        )


async def merge_in_the_service(made: Approved) -> None:
    """What became of the calls, in tens of operations: four of ours, and two with contacts of others."""
    queue: asyncio.Queue[tuple[Sequence[str], dict[str, object] | None]] = asyncio.Queue()
    for start in range(0, len(made.operations) - 9, 10):
        for number in made.operations[start : start + 4]:
            request = json.loads(operations.steps(made.database, number)[0].request)
            queue.put_nowait((request["contactIds"], request["valueOverride"]))
        queue.put_nowait(((*ids_of(start + 7), *ids_of(start + 8)), None))
        queue.put_nowait(((ids_of(start + 9)[0], ids_of(start + 6)[0]), None))

    async def work(client: GenesysClient) -> None:
        while not queue.empty():
            ids, values = queue.get_nowait()
            await client.merge(ids, values)

    async with GenesysClient(made.connection()) as client:
        await asyncio.gather(*(work(client) for _ in range(_SIDE_BY_SIDE)))


async def recover(made: Approved, watch: Watch) -> int:
    """Resolve all that is open; how many were."""
    async with GenesysClient(made.connection(), share_left_free=0.0, on_call=watch) as client:
        sender = Sender(client, Journal(made.database, RULES))
        run = await Executor(sender, Recovery(sender, timedelta(seconds=120))).recover_only()
    return len(run.recovered)


def report(made: Approved, watch: Watch, asked: argparse.Namespace, resolved: int, processor: float) -> None:
    """Print what came of it."""
    made_calls, elapsed = watch.calls.total(), max(watch.last - watch.first, 0.001)
    print(f"{resolved:,} of {asked.operations:,} resolved: {operations.counts(made.database)}")
    print(f"calls made: {made_calls:,}, {made_calls / resolved:.3f} for each operation, in {elapsed:.1f} s")
    print(", ".join(f"{path}: {number:,}" for path, number in watch.calls.most_common()))
    print(f"share of the {asked.allowed:,} calls a minute: {made_calls / (asked.allowed / 60 * elapsed):.1%}")
    print(f"answers of 429: {watch.throttled}")
    print(f"the same calls at {USUAL_RATE} a minute: {made_calls / USUAL_RATE:.1f} minutes")
    print(f"own processor time for each operation: {processor / resolved * 1000:.1f} ms")


def memory() -> int:
    """The most memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Serve, approve, lose the answers, recover, print."""
    parser = argparse.ArgumentParser(description="What recovery costs.")
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--allowed", type=int, default=USUAL_RATE, help="calls a minute")
    asked = parser.parse_args()
    with approved_pairs(asked.operations) as made:
        lose_answers(made.database)
        asyncio.run(merge_in_the_service(made))
        made.served.write("knobs", {"rate_limit": asked.allowed})
        watch, before, memory_before = Watch(), time.process_time(), memory()
        resolved = asyncio.run(recover(made, watch))
        report(made, watch, asked, resolved, time.process_time() - before)
        print(f"most memory: {memory()} MB ({memory_before} MB before, which prepared the measurement)")


if __name__ == "__main__":
    main()
