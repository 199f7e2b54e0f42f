"""Putting a candidate off: it comes back on its day."""

from datetime import date

from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.review import decide
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.views import CandidateView
from reviewer.store import constraints, deferrals, derivation
from reviewer.store.transaction import transaction


def defer(desk: Desk, view: CandidateView, until: date, *, note: str = "") -> Decided:
    """Take a candidate out of the queue until that day (UTC).

    Raises ``RefusedError`` for a day that is not in the future, or a candidate that changed since it was shown.
    """
    if until <= desk.today:
        raise RefusedError(f"{until} is not in the future: a deferred candidate comes back on a later day")
    with transaction(desk.database) as connection:
        details = {"until": until.isoformat()}
        members = decide.check_seen(desk, view)
        if view.shared:
            number = decide.record(desk, connection, view, "defer", details, "", note)
            deferrals.write(connection, number, Identifier(view.shared.kind, view.shared.value), until)
            derivation.note_decision(connection, view.id, number)
            derivation.refresh_shared(desk.database, desk.today)
        else:
            number = decide.record(desk, connection, view, "defer", details, "", note)
            constraints.write(connection, number, "defer", members, until)
            derivation.note_decision(connection, view.id, number)
            derivation.refresh(desk.database, [member.number for member in members], desk.today)
    return Decided(number, None, None, f"deferred: comes back on {until}", 0)
