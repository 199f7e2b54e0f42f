"""The line: what stopped it, and letting it go on after a look."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.review.desk import Desk
from reviewer.store import audit, line_stops, operation_lists
from reviewer.store.clock import moment_of
from reviewer.store.line_stops import LineStop
from reviewer.store.transaction import transaction


class LookedAt(NamedTuple):
    """Who has looked at the end of an operation, when, and what they found; ``note`` is what they wrote."""

    operation: int
    steward: str
    at: datetime
    note: str


def acknowledgements(desk: Desk, numbers: Sequence[int]) -> list[LookedAt]:
    """Who has looked at these operations, of those that somebody has."""
    found = (operation_lists.seen(desk.database, number) for number in numbers)
    return [LookedAt(one.operation, one.steward, moment_of(one.at), one.note) for one in found if one]


def acknowledge(desk: Desk, note: str, stops: Sequence[int] | None = None) -> list[LineStop]:
    """Let sending go on after a surprise; returns the stops that were acknowledged.

    ``stops`` are the numbers of those that the steward has seen; one that was raised meanwhile stays. Without them it
    is the only open one. Raises ``RefusedError`` without a note, if the line is not stopped, if none of them is open
    any more, or if there are several and none is named.
    """
    if not note.strip():
        raise RefusedError("say in a note what you found: it is kept with the acknowledgement")
    with transaction(desk.database) as connection:
        chosen = _chosen(line_stops.open_stops(desk.database), stops)
        line_stops.acknowledge(connection, [stop.id for stop in chosen], desk.steward.told, note.strip(), desk.moment)
        audit.append(
            connection,
            at=desk.moment,
            steward=desk.steward.told,
            act="acknowledged",
            subject="line",
            payload={"note": note.strip(), "stops": [{"stop": s.id, "operation": s.operation} for s in chosen]},
        )
    return chosen


def _chosen(found: Sequence[LineStop], stops: Sequence[int] | None) -> list[LineStop]:
    if not found:
        raise RefusedError("the line is not stopped")
    if stops is None and len(found) > 1:
        told = "; ".join(f"--stop {stop.id}: {stop.reason}" for stop in found)
        raise RefusedError(f"{len(found)} surprises stopped the line: name each one that you have looked at ({told})")
    chosen = [stop for stop in found if stops is None or stop.id in stops]
    if not chosen:
        named, known = (", ".join(map(str, numbers)) for numbers in (sorted(stops or ()), (one.id for one in found)))
        raise RefusedError(f"stop {named} is not open any more; look at {known}, which stopped the line since")
    return chosen
