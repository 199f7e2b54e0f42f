"""The life of an operation, as one table: which state may follow which, and which are its ends."""

from enum import StrEnum

from reviewer.domain.errors import ReviewerError


class State(StrEnum):
    """Where an operation stands."""

    PLANNED = "planned"
    """Proposed: the calls are known; another steward has to approve them."""
    APPROVED = "approved"
    """All who have to said yes: a steward, or an automatic rung that one switched on, and a second one if needed."""
    STAGED = "staged"
    """Cooling off: sent when its time has come, taken back until then."""
    WITHDRAWN = "withdrawn"
    """Taken back before anything was sent."""
    SENDING = "sending"
    """A call is on its way; its intent is on disk."""
    UNCLEAR = "unclear"
    """No answer came; the service is read again after the settle time."""
    CONFIRMED = "confirmed"
    """The service did what was asked; its answer has not been compared yet."""
    FOLLOWING_UP = "following up"
    """A step of the plan took effect; further ones are being carried out."""
    DONE = "done"
    """All took effect, and the result is what was promised."""
    DONE_WITH_DIFFERENCES = "done with differences"
    """It took effect, but the result is not what was promised; the line stops."""
    PARTIAL = "partial"
    """Some steps took effect, the others cannot any more."""
    MERGED_ELSEWHERE = "merged elsewhere"
    """Somebody else merged these contacts meanwhile."""
    FAILED = "failed"
    """The service refused; nothing took effect, or what did was taken back as it was approved."""
    VOID = "void"
    """The contacts are not what was approved any more; nothing was sent."""


S = State

TRANSITIONS: dict[State, frozenset[State]] = {
    S.PLANNED: frozenset({S.APPROVED, S.WITHDRAWN}),
    S.APPROVED: frozenset({S.STAGED, S.WITHDRAWN}),
    S.STAGED: frozenset({S.SENDING, S.FOLLOWING_UP, S.WITHDRAWN, S.VOID, S.MERGED_ELSEWHERE, S.FAILED}),
    S.SENDING: frozenset({S.CONFIRMED, S.UNCLEAR, S.FAILED, S.STAGED, S.MERGED_ELSEWHERE, S.VOID}),
    S.UNCLEAR: frozenset({S.CONFIRMED, S.FOLLOWING_UP, S.STAGED, S.MERGED_ELSEWHERE, S.VOID, S.FAILED}),
    S.CONFIRMED: frozenset({S.FOLLOWING_UP, S.DONE, S.DONE_WITH_DIFFERENCES}),
    S.FOLLOWING_UP: frozenset({S.DONE, S.DONE_WITH_DIFFERENCES, S.PARTIAL, S.UNCLEAR, S.FAILED}),
}
"""A plan of single calls goes from staged to following up where its first step has nothing left to do, and may fail
while it is followed up: what its first steps did was taken back then."""

END_STATES = frozenset(State) - frozenset(TRANSITIONS)
"""States that nothing follows; in all others the operation keeps its contacts."""

LIVE_STATES = frozenset(TRANSITIONS)

BEFORE_SENDING = frozenset({S.PLANNED, S.APPROVED, S.STAGED})
"""States in which nothing has been sent: until then it can be taken back."""
UNDER_WAY = frozenset({S.SENDING, S.UNCLEAR, S.CONFIRMED, S.FOLLOWING_UP})
"""States between the intent to send and the end: whoever finds an operation so has to find out what became of it."""

FAULTY_ENDS = frozenset({S.DONE_WITH_DIFFERENCES, S.PARTIAL, S.MERGED_ELSEWHERE, S.FAILED, S.VOID})
"""Ends that a steward should look at."""

NOT_NEEDED = "not needed: nothing has to be taken back"
NOT_REACHED = "not reached"
LEFT_OUT = (NOT_NEEDED, NOT_REACHED)
"""Why a step of a plan that has ended was never tried."""


MERGING = ("merge", "stitch")
"""Kinds of operations whose plan begins with a merge; the plans of the others are made of single calls."""


class ForbiddenTransitionError(ReviewerError):
    """A move that the table does not have: a programming fault or a journal edited by hand."""


def check_transition(old: State, new: State) -> None:
    """Raise ``ForbiddenTransitionError`` unless ``new`` may follow ``old``."""
    if new not in TRANSITIONS.get(old, frozenset()):
        raise ForbiddenTransitionError(f"an operation that is {old.value} cannot become {new.value}")
