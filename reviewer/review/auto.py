"""The automatic rung: approving what the policy calls auto, only where a steward switched it on.

It never speaks against a steward: what one has decided on, put off or taken back waits for a steward again.
"""

from reviewer.domain.errors import RefusedError
from reviewer.review import candidate, decide, queue
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.store import constraints, decisions
from reviewer.store import queue as stored
from reviewer.store.queue import START


def automatic(desk: Desk, kind: str | None = None) -> list[int]:
    """Numbers of the open candidates whose verdict is auto, strongest first."""
    found, after = [], START
    while rows := queue.window(desk, kind=kind, after=after, limit=500):
        found += [row.id for row in rows if row.verdict == "auto" and not row.mark and _untouched(desk, row.id)]
        after = rows[-1].position
    return found


def approve(desk: Desk, number: int) -> Decided | None:
    """Approve one automatic candidate; None if it cannot be merged any more, or if a steward has touched it."""
    view = candidate.view(desk, number)
    if view.verdict != "auto" or view.state != "open" or view.refusal or view.mark or not _untouched(desk, number):
        return None
    act = decide.stitch if view.kind == "stitch" else decide.merge
    try:
        return act(desk, view, rung="auto")
    except RefusedError:
        return None


def _untouched(desk: Desk, number: int) -> bool:
    """Whether no steward has kept two of its contacts apart, put them off, or taken their merge back.

    A constraint counts here even if a contact changed since: then it is for a steward to say what the change means.
    """
    members = set(stored.members(desk.database, number))
    limits = constraints.in_force(desk.database.connection, sorted(members))
    if any(limit.a in members and limit.b in members for limit in limits):
        return False
    return not decisions.merge_taken_back(desk.database, number)
