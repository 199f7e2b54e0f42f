"""Faults on purpose: what goes wrong at which endpoint, and how many times."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import msgspec


class FaultKind(StrEnum):
    """How a call goes wrong."""

    DROP_AFTER = "drop_after"
    """The effect happens, then the connection is closed without an answer."""
    DROP_BEFORE = "drop_before"
    """No effect; the connection is closed without an answer."""
    LATE = "late"
    """The connection is closed at once; the effect comes ``seconds`` later."""
    UNAVAILABLE_BEFORE = "unavailable_before"
    """503, no effect."""
    ERROR_AFTER = "error_after"
    """The effect happens, the answer is 500."""
    TIMEOUT_AFTER = "timeout_after"
    """The effect happens, the answer is 504."""
    CONFLICT = "conflict"
    """409, no effect."""
    THROTTLED = "throttled"
    """429, no effect; Retry-After as the knob has it."""
    UNAUTHORIZED = "unauthorized"
    """401 as of a token that expired, no effect; all tokens are revoked."""
    SLOW = "slow"
    """The effect happens at once, the answer comes ``seconds`` later."""
    TRUNCATED = "truncated"
    """The effect happens; half of the answer is sent, then the connection is closed."""


@dataclass
class Fault:
    """One kind of fault at one endpoint."""

    kind: FaultKind
    count: int = 1
    """How many calls go wrong; -1 is all of them."""
    skip: int = 0
    """How many calls go well before that."""
    seconds: float = 1.0
    """Of a slow answer or a late effect."""


class Faults:
    """Which fault awaits the next call of which endpoint."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Fault]] = {}

    def add(self, endpoint: str, fault: Fault) -> None:
        """Faults of one endpoint happen one after another, in the order they were added."""
        self._waiting.setdefault(endpoint, []).append(fault)

    def clear(self) -> None:
        self._waiting.clear()

    def take(self, endpoint: str) -> Fault | None:
        """The fault of this call, if it has one; counts it."""
        waiting = self._waiting.get(endpoint)
        if not waiting:
            return None
        fault = waiting[0]
        if fault.skip > 0:
            fault.skip -= 1
            return None
        if fault.count > 0:
            fault.count -= 1
        if fault.count == 0:
            waiting.pop(0)
        return fault

    def shown(self) -> dict[str, list[dict[str, Any]]]:
        """What still awaits, by endpoint."""
        return {
            name: [msgspec.to_builtins(fault) for fault in waiting]
            for name, waiting in self._waiting.items()
            if waiting
        }


def read(table: Mapping[str, Any]) -> dict[str, list[Fault]]:
    """Faults as JSON gives them: endpoint to one fault or a list. Raises ValueError where it is malformed."""
    try:
        return {
            name: msgspec.convert(given if isinstance(given, list) else [given], list[Fault])
            for name, given in table.items()
        }
    except msgspec.ValidationError as wrong:
        raise ValueError(str(wrong)) from wrong
