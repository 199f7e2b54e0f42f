"""The automatic rung: approving what the policy calls auto, only where a steward switched it on.

It never speaks against a steward: what one has decided on, put off or taken back waits for a steward again. Nor does it
choose between two whom a veto keeps apart: a contact that is linked to both may be made of both.
"""

from collections.abc import Iterable

from reviewer.domain.errors import RefusedError
from reviewer.domain.group_evidence import joins
from reviewer.review import candidate, decide, queue
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.store import constraints, decisions, deriving, near_pairs
from reviewer.store import queue as stored
from reviewer.store.constraints import Constraint
from reviewer.store.queue import START


def automatic(desk: Desk, kind: str | None = None) -> list[int]:
    """Numbers of the open candidates whose verdict is auto, strongest first."""
    found, after = [], START
    while rows := queue.window(desk, kind=kind, after=after, limit=500):
        found += [row.id for row in rows if row.verdict == "auto" and not row.mark and _is_clear(desk, row.id)]
        after = rows[-1].position
    return found


def approve(desk: Desk, number: int) -> Decided | None:
    """Approve one automatic candidate; None where it cannot be merged, or is for a steward after all."""
    view = candidate.view(desk, number)
    if view.verdict != "auto" or view.state != "open" or view.refusal or view.mark or not _is_clear(desk, number):
        return None
    act = decide.stitch if view.kind == "stitch" else decide.merge
    try:
        return act(desk, view, rung="auto")
    except RefusedError:
        return None


def _is_clear(desk: Desk, number: int) -> bool:
    """Whether no steward has spoken against a candidate, and nobody else lays claim to one of its contacts.

    A steward has who kept two of its contacts apart, put them off, or took their merge back. A
    constraint counts here even if a contact changed since: then it is for a steward to say what the change means.
    """
    members = set(stored.members(desk.database, number))
    limits = constraints.in_force(desk.database.connection, sorted(members))
    if any(limit.a in members and limit.b in members for limit in limits):
        return False
    return not decisions.merge_taken_back(desk.database, number) and not _is_contested(desk, members, limits)


def _is_contested(desk: Desk, members: set[int], limits: Iterable[Constraint]) -> bool:
    """Whether one of the contacts may as well belong to another that was kept out of the candidate.

    A pair that joins leads out of a candidate only where a veto, a steward or the number of contacts refused it; one
    that a steward has decided on is no question any more.
    """
    apart = deriving.apart(limits)
    near = near_pairs.touching(desk.database.connection, members)
    return any(joins(pair) and not members.issuperset(pair[:2]) and pair[:2] not in apart for pair in near)
