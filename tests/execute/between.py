"""What happens between a merge and the steps that follow it."""

from typing import Any

import pytest

from reviewer.domain.journal import State
from reviewer.genesys.answers import Answer
from reviewer.review.line import acknowledge
from reviewer.store import line_stops
from reviewer.store.clock import now
from reviewer.store.transaction import transaction
from tests.execute.scene import Scene


async def stopped_before(scene: Scene, monkeypatch: pytest.MonkeyPatch, operation: int, call: str = "patch") -> str:
    """Carry an operation out until the line is stopped before its ``call``; the id of the merged contact."""
    other = await scene.approved()
    async with scene.client() as client:
        original = getattr(client, call)

        async def stopped(*given: Any, **how: Any) -> Answer:
            with transaction(scene.database) as connection:
                line_stops.raise_stop(connection, other, "a surprise of another one", now())
            answer: Answer = await original(*given, **how)
            return answer

        monkeypatch.setattr(client, call, stopped)
        await scene.executor(client).run_once()
    assert scene.state(operation) is State.FOLLOWING_UP
    return scene.operation(operation).canonical or ""


async def go_on(scene: Scene) -> None:
    """Acknowledge what stopped the line, and run again."""
    acknowledge(scene.desk, "looked at it")
    await scene.run()
