"""One pass over the operations that are due: each is carried out or passed over, until others would fail too."""

from collections.abc import Callable
from dataclasses import dataclass, field

from reviewer.domain.errors import ReviewerError
from reviewer.domain.journal import State
from reviewer.execute.faults import lets_wait
from reviewer.execute.sending import Sender
from reviewer.genesys.errors import ApiError
from reviewer.store import line_stops, operations

MOST_UNREADABLE = 4
"""Operations whose contacts the service cannot read, with none read, after which the rest is not tried."""

_NOT_CARRIED_OUT = (State.STAGED, State.WITHDRAWN)
"""What an operation is that was taken up and then not sent: the line was stopped, or it was taken back."""


@dataclass
class Tally:
    """What has been done so far; ``passed_over`` is number → fault."""

    recovered: list[int] = field(default_factory=list)
    carried_out: list[int] = field(default_factory=list)
    passed_over: dict[int, ReviewerError] = field(default_factory=dict)

    @property
    def done(self) -> int:
        """How many operations came to an end or on their way."""
        return len(self.recovered) + len(self.carried_out)


@dataclass
class SendingDue:
    """One pass over what is due: ``total`` operations, as far as is known."""

    sender: Sender
    tally: Tally
    is_stopped: Callable[[], bool]
    on_ended: Callable[[int], None]
    on_progress: Callable[[str, int, int], None]
    total: int
    taken_up: int = 0
    done: int = 0
    unreadable: int = 0
    halted: bool = False

    def is_over(self) -> bool:
        """Whether nothing more may be taken up: asked before each operation."""
        return self.halted or self.is_stopped() or bool(line_stops.open_stops(self.sender.database))

    async def carry_out(self, operation: operations.Operation) -> None:
        """Carry out one operation. Its own fault passes it over; what others would meet is raised."""
        if self.is_over() or not self.sender.may_begin(operation):
            return
        self.taken_up += 1
        try:
            await self.sender.carry_out(operation)
        except ReviewerError as error:
            if not lets_wait(error):
                self.halted = True
                raise
            self._pass_over(operation.id, error)
        except BaseException:
            self.halted = True
            raise
        else:
            self._tell(operation.id)

    def _pass_over(self, number: int, error: ReviewerError) -> None:
        self.tally.passed_over[number] = error
        self.unreadable += isinstance(error, ApiError)
        if self.unreadable >= MOST_UNREADABLE and not self.done:
            self.halted = True  # each is tried for long: the others would meet the same

    def _tell(self, number: int) -> None:
        if operations.read(self.sender.database, number).state in _NOT_CARRIED_OUT:
            return
        self.done += 1
        self.tally.carried_out.append(number)
        self.on_ended(number)
        self.on_progress("sending", self.done, max(self.total, self.done))
