"""What the engine of single calls has to know of a kind of step: one small class for each kind, all of this shape."""

from enum import Enum, auto
from typing import NamedTuple, Protocol

from reviewer.domain.answer import Difference
from reviewer.domain.wire import JsonObject
from reviewer.execute.approval import Approval
from reviewer.genesys.answers import Answer
from reviewer.genesys.transport import MaySend


class Standing(Enum):
    """How the service stands towards a step."""

    OPEN = auto()
    """It is still to be made, and nothing speaks against it."""
    DONE = auto()
    """What it is for is so, whoever made it so: it is not sent, or not again."""
    HINDERED = auto()
    """It must not be sent any more: what it was approved for is not so."""
    UNKNOWN = auto()
    """It was sent without an answer, and whether it took effect cannot be told: it must not be sent again."""


class Finding(NamedTuple):
    """What was read of the service before a step is sent, or after its answer was lost.

    ``told`` says why a step is hindered, or what is not known; it may hold record text. ``body`` is what was read: of a
    step that is done it is kept as its answer, so that later steps may refer to it; of an open one it is given to
    ``differences``.
    """

    standing: Standing
    told: str = ""
    body: bytes | None = None


EFFECT_NOT_KNOWN = "whether it took effect is not known"
"""How the reason begins for which a call without an answer is not made again, where nothing tells what came of it."""


def hindered(told: str, *, new: bool) -> Finding:
    """What stands in the way of a step; of one that was sent before, it does not say that it had no effect."""
    return Finding(Standing.HINDERED, told) if new else Finding(Standing.UNKNOWN, f"{EFFECT_NOT_KNOWN}: {told}")


class StepWork(Protocol):
    """One kind of step. A request that comes here has its references resolved: ``contactId`` is an id."""

    @property
    def act(self) -> str:
        """What the audit says once it was made."""
        ...

    async def find(self, request: JsonObject, approval: Approval, *, new: bool) -> Finding:
        """Read how the service stands towards the step; a ``new`` one was never sent.

        Raises ``ApiError`` of the reading, ``CannotTellError`` for an answer that is unusable.
        """
        ...

    async def send(self, request: JsonObject, may_send: MaySend) -> Answer:
        """Send it, once. Raises as the writes of ``GenesysClient``."""
        ...

    def differences(self, request: JsonObject, before: bytes | None, answer: bytes) -> list[Difference]:
        """Where the service's answer is not what was asked for; ``before`` is None where it was not read by this run.

        A difference is a surprise, and stops the line.
        """
        ...
