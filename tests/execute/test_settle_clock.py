"""The settle time does not end early, nor last for ever, because somebody set the wall clock."""

from datetime import UTC, datetime, timedelta

import pytest

from reviewer.domain.journal import State
from reviewer.execute.executor import Executor
from reviewer.execute.index_lag import IndexLag
from reviewer.execute.journaling import Journal
from reviewer.execute.recovery import Recovery
from reviewer.execute.sending import Sender
from reviewer.execute.since_boot import NO_SUCH_CLOCK, SinceBoot, remaining, since_boot
from reviewer.genesys.client import GenesysClient
from reviewer.store.clock import now, text_of
from tests.execute.scene import Scene

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
THEN, SETTLE = SinceBoot("this boot", 1000.0), 120.0


@pytest.mark.parametrize(
    ("wall_seconds", "now_since_boot", "left"),
    [
        (10, SinceBoot("this boot", 1010.0), 110),
        (3600, SinceBoot("this boot", 1010.0), 110),  # the wall clock was set forward
        (-3600, SinceBoot("this boot", 1010.0), 110),  # and back
        (10, SinceBoot("this boot", 1300.0), -180),  # it stood still while the machine slept
        (600, SinceBoot("another boot", 50.0), 70),  # it may have been set at the start: only 50 seconds are certain
        (10, SinceBoot("another machine", 90_000.0), 110),  # that has been running for long
        (30, NO_SUCH_CLOCK, 90),
    ],
)
def test_what_is_left_of_a_settle_time(wall_seconds: float, now_since_boot: SinceBoot, left: float) -> None:
    later = NOON + timedelta(seconds=wall_seconds)
    assert remaining(SETTLE, text_of(NOON), THEN, later, now_since_boot) == pytest.approx(left)


def test_the_clock_of_this_machine_runs_forward_within_one_boot() -> None:
    first, second = since_boot(), since_boot()
    assert first.boot == second.boot and first.seconds <= second.seconds


def executor_at(scene: Scene, client: GenesysClient, hours: float, boot: SinceBoot | None = None) -> Executor:
    """An executor whose wall clock is some hours ahead, or behind; after another boot, if one is given."""
    asked = since_boot if boot is None else lambda: boot
    journal = Journal(scene.database, scene.desk.rules, clock=lambda: now() + timedelta(hours=hours), since_boot=asked)
    sender = Sender(client, journal, index_lag=IndexLag(0))
    return Executor(sender, Recovery(sender, timedelta(minutes=2)))


async def unclear(scene: Scene, client: GenesysClient) -> int:
    """An operation whose merge was dropped, and may still take effect."""
    operation = await scene.approved()
    scene.fault("merge", "drop_before")
    await executor_at(scene, client, 0).sender.carry_out(scene.operation(operation))
    assert scene.state(operation) is State.UNCLEAR
    return operation


@pytest.mark.parametrize("hours", [1, -1])
async def test_a_wall_clock_that_was_set_neither_ends_nor_begins_the_settle_time(scene: Scene, hours: float) -> None:
    async with scene.client() as client:
        operation = await unclear(scene, client)
        executor = executor_at(scene, client, hours)
        assert await executor.recovery.recover(wait=False) == []
        seconds = executor.recovery.pause({})
    assert scene.state(operation) is State.UNCLEAR
    assert seconds is not None and seconds <= 120


async def test_after_another_boot_only_the_time_since_then_is_certain(scene: Scene) -> None:
    async with scene.client() as client:
        operation = await unclear(scene, client)
        just_started = executor_at(scene, client, 1, SinceBoot("another boot", 20.0))
        assert await just_started.recovery.recover(wait=False) == []
        assert just_started.recovery.pause({}) == pytest.approx(100.0)
        assert scene.state(operation) is State.UNCLEAR
        long_since = executor_at(scene, client, 1, SinceBoot("another boot", 121.0))
        assert await long_since.recovery.recover(wait=False) == [operation]
    assert scene.state(operation) is State.STAGED


async def test_a_clock_that_ran_backwards_lets_the_time_begin_anew(scene: Scene) -> None:
    async with scene.client() as client:
        await unclear(scene, client)
        earlier = executor_at(scene, client, -1, NO_SUCH_CLOCK)
        assert await earlier.recovery.recover(wait=False) == []
        assert earlier.recovery.pause({}) == pytest.approx(120.0, abs=5)
