"""Faults on purpose: what goes wrong at which endpoint, how many times or how often."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

ErrorStatus = Literal[400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 500, 502, 503, 504]
ALL = -1


class FaultKind(StrEnum):
    """How a call goes wrong."""

    ERROR_BEFORE = "error_before"
    """No effect; the answer is an error of ``status``."""
    ERROR_AFTER = "error_after"
    """The effect happens; the answer is an error of ``status``."""
    DROP_BEFORE = "drop_before"
    """No effect; the connection is closed without an answer."""
    DROP_AFTER = "drop_after"
    """The effect happens, then the connection is closed without an answer."""
    LATE = "late"
    """The connection is closed at once; the effect comes ``seconds`` later."""
    SLOW = "slow"
    """The effect happens at once, the answer comes ``seconds`` later."""
    TRUNCATED = "truncated"
    """The effect happens; half of the answer is sent, then the connection is closed."""
    TOKEN_EXPIRED = "token_expired"
    """401, no effect; all tokens are revoked."""
    PARTIAL = "partial"
    """Bulk calls only: some entries of an otherwise good answer fail, and have no effect."""
    UNKNOWN_FIELDS = "unknown_fields"
    """Every object of an otherwise good answer has a field that nobody knows."""
    UNKNOWN_VALUES = "unknown_values"
    """Every enumeration in an otherwise good answer has a value that nobody knows."""
    LONE_SURROGATE = "lone_surrogate"
    """The first name in an otherwise good answer begins with half of a surrogate pair."""
    NOT_JSON = "not_json"
    """200 with the HTML page of a proxy; no effect, unless ``effect`` is set."""
    REDIRECT = "redirect"
    """302 to ``location``, on another host; no effect, unless ``effect`` is set."""


K = FaultKind
_EFFECT = ("effect",)

OF_ALL = ("count", "skip", "probability", "seed")
"""Parameters that every fault heeds: which calls it strikes."""
PARAMETERS: dict[FaultKind, tuple[str, ...]] = {
    **dict.fromkeys(FaultKind, ()),
    K.ERROR_BEFORE: ("status", "code", "message", "seconds", "retry_after"),
    K.ERROR_AFTER: ("status", "code", "message", "seconds", "retry_after"),
    K.LATE: ("seconds",),
    K.SLOW: ("seconds",),
    K.PARTIAL: ("share", "failing", "retryable", "status", "code", "message"),
    K.NOT_JSON: _EFFECT,
    K.REDIRECT: ("location", *_EFFECT),
}
"""What each kind of fault heeds besides."""


@dataclass
class Fault:
    """One kind of fault at one endpoint: so many times, or with a probability."""

    kind: FaultKind
    count: Annotated[int, Meta(ge=ALL)] | None = None
    """How many calls go wrong; -1 is all of them. By default one or, with a probability, all that it strikes."""
    skip: Annotated[int, Meta(ge=0)] = 0
    """How many calls go well before that."""
    probability: Annotated[float, Meta(ge=0, le=1)] | None = None
    """How often a call goes wrong; without, every call does while the count lasts."""
    seed: int = 0
    """Of the chance that a probability needs, so that a run repeats, and of the choice of failing entries."""
    seconds: Annotated[float, Meta(ge=0)] = 1.0
    """Of a slow answer, a late effect, or the Retry-After of a 429."""
    status: ErrorStatus | None = None
    """Of an error: 503 before the effect and 500 after it, if nothing is said."""
    code: str = ""
    """Of an error; by default the one that the service uses with the status."""
    message: str = ""
    """Of an error; by default the one that the service uses with the status."""
    retry_after: bool | None = None
    """Whether a 429 carries Retry-After; if nothing is said, the knob says it."""
    share: Annotated[float, Meta(ge=0, le=1)] = 0.5
    """Of the entries of a bulk call that fail, rounded up."""
    failing: Annotated[int, Meta(ge=0)] | None = None
    """How many entries of a bulk call fail, instead of a share."""
    retryable: bool = True
    """Whether the entries that fail say that they may be tried again."""
    effect: bool = False
    """Whether the call took effect before it was redirected, or answered by a proxy."""
    location: str = "https://elsewhere.example/"
    """Where a redirect leads."""

    def chosen(self, size: int) -> frozenset[int]:
        """Which of ``size`` entries of a bulk call fail."""
        wanted = -int(-size * self.share // 1) if self.failing is None else self.failing
        return frozenset(random.Random(self.seed).sample(range(size), min(size, wanted)))


class Waiting:
    """A fault that awaits its calls."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault
        self.skip = fault.skip
        default = 1 if fault.probability is None else ALL
        self.left = default if fault.count is None else fault.count
        self._chance = random.Random(fault.seed)

    def strikes(self) -> bool:
        """Whether this call goes wrong; counts it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.fault.probability is not None and self._chance.random() >= self.fault.probability:
            return False
        if self.left > 0:
            self.left -= 1
        return True

    def shown(self) -> dict[str, Any]:
        """What is still to come, as JSON would give it."""
        found: dict[str, Any] = msgspec.to_builtins(replace(self.fault, count=self.left, skip=self.skip))
        return found


class Faults:
    """Which fault awaits the next call of which endpoint."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Waiting]] = {}

    def add(self, endpoint: str, fault: Fault) -> None:
        """Counted faults of one endpoint happen one after another, in the order they were added."""
        if fault.count != 0:
            self._waiting.setdefault(endpoint, []).append(Waiting(fault))

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, endpoint: str) -> Fault | None:
        """The fault of this call, if it has one; counts it.

        A counted fault has to be over before the next one's turn comes; one with a probability stands in nobody's
        way on the calls that it spares.
        """
        waiting = self._waiting.get(endpoint, [])
        for one in tuple(waiting):
            if one.strikes():
                if one.left == 0:
                    waiting.remove(one)
                return one.fault
            if one.fault.probability is None:
                return None
        return None

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """What still awaits, by endpoint."""
        return {name: [one.shown() for one in waiting] for name, waiting in self._waiting.items() if waiting}


def read(table: Mapping[str, Any]) -> dict[str, list[Fault]]:
    """Faults as JSON gives them: endpoint to one fault or a list. Raises ValueError where it is malformed."""
    try:
        return {
            name: [read_fault(one) for one in (given if isinstance(given, list) else [given])]
            for name, given in table.items()
        }
    except msgspec.ValidationError as wrong:
        raise ValueError(str(wrong)) from wrong


def read_fault(given: Any) -> Fault:
    """Raises ValueError also for a parameter that no fault has, which would else be a fault that is not there."""
    known = tuple(Fault.__dataclass_fields__)
    unknown = set(given) - set(known) if isinstance(given, Mapping) else ()
    if unknown:
        raise ValueError(f"a fault has no {', '.join(sorted(map(str, unknown)))}; it has {', '.join(known)}")
    if isinstance(given, Mapping) and given.get("kind") not in list(FaultKind):
        raise ValueError(f"kind must be one of {', '.join(FaultKind)}")
    return msgspec.convert(given, Fault)
