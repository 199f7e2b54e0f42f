"""Surprises stop the line while as many merges as can be are on their way: each ends truthfully, nothing new begins."""

import asyncio
from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.execute.at_once import MOST, AtOnce
from reviewer.execute.forbidden import Division
from reviewer.genesys.answers import Answer
from reviewer.store import line_stops
from tests.execute.scene import Scene, until_async

SURPRISES = 4


async def test_what_is_in_flight_when_the_line_stops_ends_truthfully_and_nothing_new_begins(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AtOnce, "now", MOST)
    approved = [await scene.approved() for _ in range(MOST + 8)]
    surprised = {scene.members(number)[0]: number for number in approved[:SURPRISES]}
    answered: list[str] = []

    async with scene.client() as client:
        merge = client.merge

        async def in_flight(contact_ids: Any, value_override: Any = None, **how: Any) -> Answer:
            """Merges; nobody hears before all are on their way, and all but the surprises after the line stopped."""
            first = min(contact_ids)
            if first in surprised:
                await scene.change(first, "title", "Dr")
            try:
                answer = await merge(contact_ids, value_override, **how)
            finally:
                answered.append(first)
                await until_async(lambda: len(answered) >= MOST)
                if first not in surprised:
                    await until_async(lambda: bool(line_stops.open_stops(scene.database)))
                    await asyncio.sleep(0)
            return answer

        monkeypatch.setattr(client, "merge", in_flight)
        scene.served.write("faults", {"merge": {"kind": "drop_after"}})
        executor = scene.executor(client)
        executor.sender.forbidden.allow([Division("home", "", "merge")])  # else a few are tried there first
        run = await executor.run_once()

    assert len(run.stopped) == SURPRISES and len(answered) == MOST, "nothing was begun after the line had stopped"
    for number in approved[:SURPRISES]:
        assert scene.state(number) is State.DONE_WITH_DIFFERENCES
    assert [scene.state(number) for number in approved[SURPRISES:MOST]] == [State.DONE] * (MOST - SURPRISES)
    assert all(len(scene.effects(number)) == 1 for number in approved[:MOST])
    lost = [number for number in approved[:MOST] if "unclear" in scene.acts(number)]
    assert len(lost) == 1, "the one whose answer was lost was read back although the line is stopped"
    for number in approved[MOST:]:
        assert scene.state(number) is State.STAGED and "sending" not in scene.acts(number)
