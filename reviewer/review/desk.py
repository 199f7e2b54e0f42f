"""The steward's desk: what every view and act needs, as plain values."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Protocol

from reviewer.domain.claims_read import ClaimsRead
from reviewer.domain.record import ReadingRules
from reviewer.domain.risk import Thresholds
from reviewer.domain.window import ALWAYS, Windows
from reviewer.review.steward import Steward
from reviewer.store.clock import now
from reviewer.store.database import Database

Rescore = Callable[[Database, Sequence[tuple[int, int]], date], None]
"""Judges pairs of contact numbers again, after a ruling; the detector's evaluator is passed in here."""


class Signer(Protocol):
    """Signs what the steward approves; raises ``RefusedError`` where it cannot."""

    def make_ready(self) -> None:
        """See to it that ``sign`` needs no answer of a person."""

    def sign(self, text: bytes) -> str:
        """The signature of a text."""


def _keep_scores(database: Database, pairs: Sequence[tuple[int, int]], today: date) -> None:
    """Used where no detector is at hand: the next detection judges the pairs again."""


@dataclass(frozen=True)
class Pace:
    """How the executor of this environment sends: by it the staging area tells when it will be done."""

    windows: Windows = ALWAYS
    """When operations may begin to be sent."""
    share_free: float = 0.0
    """The share of the token's rate that is left to others."""
    settle: timedelta = timedelta(seconds=120)
    """How long an unanswered call may still take effect."""
    claims_read: ClaimsRead = ClaimsRead.OPEN
    """Of which members of a merge the claims are read before it."""


@dataclass(frozen=True)
class Desk:
    """A steward at work on one database. ``cool_off`` is how long an approval can be taken back.

    ``four_eyes`` says when a second steward has to approve; with a ``signer`` every approval is signed.
    """

    database: Database
    steward: Steward
    rules: ReadingRules = field(default_factory=ReadingRules)
    cool_off: timedelta = timedelta(minutes=10)
    four_eyes: Thresholds = field(default_factory=Thresholds)
    signer: Signer | None = None
    rescore: Rescore = field(default=_keep_scores, repr=False)
    pace: Pace = Pace()
    clock: Callable[[], datetime] = field(default=now, repr=False)

    @property
    def moment(self) -> datetime:
        """The present instant, UTC."""
        return self.clock()

    @property
    def today(self) -> date:
        """The present day, UTC: the one that rulings and deferrals run by."""
        return self.clock().date()
