"""The record of one call: what was asked, and what came of it; never a body, never a secret."""

from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class CallOutcome(StrEnum):
    """How far one attempt at a call got."""

    ANSWERED = "answered"
    """An answer came; its status tells the rest."""
    NOT_SENT = "not sent"
    """No connection could be opened, so the service never saw the request."""
    LOST = "lost"
    """The request went out and no whole answer came back."""
    CANCELLED = "cancelled"
    """This program stopped waiting."""


class CallRecord(NamedTuple):
    """One attempt at one call. ``path`` is the template, so it holds no contact's id; ``status`` is 0 unanswered."""

    method: str
    path: str
    status: int
    correlation_id: str
    milliseconds: int
    attempt: int
    outcome: CallOutcome


CallObserver = Callable[[CallRecord], None]


def unobserved(record: CallRecord) -> None:
    """The observer for callers that keep no log of calls."""
