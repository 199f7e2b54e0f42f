"""Recovery that says what it waits for."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.cli.waiting import settle_told
from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import State
from reviewer.execute.recovery import Recovery
from reviewer.store import operations


@dataclass(frozen=True)
class TellingRecovery(Recovery):
    """Says once of each unclear operation how long it is until it can be read back."""

    tell: Callable[[float, list[int]], None] = field(default_factory=settle_told, repr=False)

    def pause(self, passed_over: dict[int, ReviewerError]) -> float | None:
        """As ``Recovery.pause``, which an executor asks when there is nothing else left to do."""
        seconds = super().pause(passed_over)
        if seconds is not None:
            unclear = operations.numbers(self.sender.database, [State.UNCLEAR])
            self.tell(seconds, [number for number in unclear if number not in passed_over])
        return seconds
