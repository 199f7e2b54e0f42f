"""The service's look-up tables follow a write after a while (section 4 of the API contract): asked again until then."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE = 0.5


@dataclass(frozen=True)
class IndexLag:
    """How long an answer may be behind: a few hundred milliseconds as a rule, up to 15 seconds were seen."""

    seconds: float = 15.0
    sleep: Callable[[float], Awaitable[None]] = field(default=asyncio.sleep, repr=False)

    async def ask(self, question: Callable[[], Awaitable[T]], is_behind: Callable[[T], bool]) -> T:
        """The first answer that is not behind, or the last one of this time, whatever it is."""
        waited, pause = 0.0, FIRST_PAUSE
        answer = await question()
        while is_behind(answer) and waited < self.seconds:
            pause = min(pause, self.seconds - waited)
            await self.sleep(pause)
            waited, pause = waited + pause, pause * 2
            answer = await question()
        return answer
