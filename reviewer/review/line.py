"""The line: what stopped it, and letting it go on after a look."""

from reviewer.domain.errors import RefusedError
from reviewer.review.desk import Desk
from reviewer.store import audit, line_stops
from reviewer.store.transaction import transaction


def open_operations(desk: Desk) -> frozenset[int]:
    """Numbers of the operations whose surprise nobody has acknowledged yet."""
    return frozenset(stop.operation for stop in line_stops.open_stops(desk.database))


def acknowledge(desk: Desk, note: str) -> int:
    """Let sending go on after a surprise; returns how many stops were acknowledged.

    Raises ``RefusedError`` without a note, or if the line is not stopped.
    """
    if not note.strip():
        raise RefusedError("say in a note what you found: it is kept with the acknowledgement")
    with transaction(desk.database) as connection:
        count = line_stops.acknowledge(connection, desk.steward.name, note, desk.moment)
        if not count:
            raise RefusedError("the line is not stopped")
        audit.append(
            connection,
            at=desk.moment,
            steward=desk.steward.name,
            act="acknowledged",
            subject="line",
            payload={"note": note, "stops": count},
        )
    return count
