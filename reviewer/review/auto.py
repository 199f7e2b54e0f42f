"""The automatic rung: approving what the policy calls auto, only where a steward switched it on."""

from reviewer.domain.errors import RefusedError
from reviewer.review import candidate, decide, queue
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.store.queue import START


def automatic(desk: Desk, kind: str | None = None) -> list[int]:
    """Numbers of the open candidates whose verdict is auto, strongest first."""
    found, after = [], START
    while rows := queue.window(desk, kind=kind, after=after, limit=500):
        found += [row.id for row in rows if row.verdict == "auto"]
        after = rows[-1].position
    return found


def approve(desk: Desk, number: int) -> Decided | None:
    """Approve one automatic candidate; None if it cannot be merged any more."""
    view = candidate.view(desk, number)
    if view.verdict != "auto" or view.state != "open" or view.refusal:
        return None
    act = decide.stitch if view.kind == "stitch" else decide.merge
    try:
        return act(desk, view, rung="auto")
    except RefusedError:
        return None
