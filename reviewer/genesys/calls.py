"""The record of one call: what was asked, and what came of it; never a secret, and a body only on request."""

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


class Exchange(NamedTuple):
    """What a call carried, both ways, with the token and the client secret blotted out."""

    query: str
    request: bytes
    answer: bytes


class CallRecord(NamedTuple):
    """One attempt at one call.

    ``path`` is the template and ``target`` the path as it was sent, with the id of a contact in it; neither has
    the query. ``status`` is 0 unanswered. ``code`` is the service's own word for an error; what it says beside that
    may quote a record, so it is not here. ``sent`` and ``received`` count the bytes of the bodies on the wire.
    ``rate_used`` and ``rate_allowed`` are what the answer told, 0 where it told nothing. ``exchange`` is kept only
    where the client was asked to, and never of a call for a token.
    """

    method: str
    path: str
    status: int
    correlation_id: str
    milliseconds: int
    attempt: int
    outcome: CallOutcome
    target: str = ""
    writes: bool = False
    code: str = ""
    sent: int = 0
    received: int = 0
    rate_used: int = 0
    rate_allowed: int = 0
    exchange: Exchange | None = None


CallObserver = Callable[[CallRecord], None]


def unobserved(record: CallRecord) -> None:
    """The observer for callers that keep no log of calls."""
