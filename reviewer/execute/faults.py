"""What becomes of an operation, and of the run, after a fault: one table for all who meet one.

| fault | of a write | of reading one operation's contacts after its call |
|---|---|---|
| no connection, wrong credentials, throttled | not sent, the run ends | the run ends |
| no answer in its time | unclear | the run ends |
| 5xx, 408, an answer that is cut off | unclear | the operation waits |
| an unusable answer | unclear | the operation waits |
| any fault of the login | not sent, the run ends | the run ends |
| an unusable answer of the login | not sent, a step after a merge waits | the operation waits |
| cannot be told now, must wait, damaged approval | the operation waits | the operation waits |
| forbidden, not found, refused; changed hands | the step ends, undone | the operation ends, in part |
"""

from reviewer.domain.errors import RefusedError, ReviewerError
from reviewer.domain.journal import ForbiddenTransitionError
from reviewer.genesys.endpoints import ORGANIZATION, TOKEN
from reviewer.genesys.errors import (
    ApiError,
    BadAnswer,
    CannotConnect,
    ServiceUnavailable,
    TooManyRequests,
    WrongCredentials,
)


class CannotTellError(ReviewerError):
    """What became of one operation's contacts cannot be read now; that says nothing about other operations."""


class WaitsError(ReviewerError):
    """What is left of one operation waits: until the stopped line goes on, until another has ended, or for a run."""


class DamagedApprovalError(ReviewerError):
    """What is stored of an approval is not what this program writes: nothing can be sent on it."""


class StepUnclearError(ReviewerError):
    """Whether a step took effect is not known: the contact is read after the settle time."""


class GrownOldError(ReviewerError):
    """What a call rests on grew old while it waited for its turn: it was not sent, and is read again."""


class NotBegunError(ReviewerError):
    """Nothing of a plan took effect: its operation is staged as it was, or was taken back."""


class ChangedHandsError(ReviewerError):
    """The merged contact is not what the steps were approved for any more.

    ``body`` is what was read of it, if any; ``merged_into`` the contact that it was merged into, if it was.
    """

    def __init__(self, sentence: str, body: bytes | None = None, merged_into: str = "") -> None:
        self.body = body
        self.merged_into = merged_into
        super().__init__(sentence)


ABOUT_ONE = (CannotTellError, DamagedApprovalError, ForbiddenTransitionError, RefusedError, WaitsError)
"""Faults of one operation, which do not keep the others from being resolved or sent."""

_OF_THE_LOGIN = (str(TOKEN), str(ORGANIZATION))
"""Calls that are made of themselves before another one: for a token, and to see whose it is."""

_ABOUT_ALL = (CannotConnect, ServiceUnavailable, TooManyRequests, WrongCredentials)
"""Faults that every operation would meet: the run ends, and what is left is done by the next."""


def was_not_sent(error: ApiError) -> bool:
    """Whether a write's fault says nothing about the write: it waits, since it never reached the service's rules."""
    return isinstance(error, (*_ABOUT_ALL, BadAnswer)) or error.call in _OF_THE_LOGIN


def ends_the_run(error: ApiError) -> bool:
    """Whether every operation would meet a fault of reading one operation's contacts."""
    return not lets_wait(error) and (isinstance(error, _ABOUT_ALL) or error.call in _OF_THE_LOGIN)


def lets_wait(error: ReviewerError) -> bool:
    """Whether a fault of reading one operation's contacts may pass: the operation stays as it is, others go on."""
    return isinstance(error, (*ABOUT_ONE, BadAnswer)) or _is_broken_record(error)


def _is_broken_record(error: ReviewerError) -> bool:
    """A 5xx or a cut answer to a read of one contact, tried for long: the service answers, but not about this one."""
    return isinstance(error, ServiceUnavailable) and error.status != 0 and error.call not in _OF_THE_LOGIN


def may_pass(error: ReviewerError) -> bool:
    """Whether waiting may help: the network, the service or its rate, a busy database, not what is forbidden."""
    if not isinstance(error, ApiError):
        return True
    if isinstance(error, CannotConnect):
        return not error.certificate
    return error.status in (0, 408, 429) or error.status >= 500
