"""How things stand, cheaply enough to ask every second: the status line and `reviewer status` show it."""

from datetime import datetime
from typing import NamedTuple

from reviewer.domain.journal import State
from reviewer.review import found, stage, standing
from reviewer.review.desk import Desk
from reviewer.review.found import Found
from reviewer.store import (
    api_rates,
    approvals,
    automatic_merging,
    line_stops,
    operation_lists,
    operations,
    queue,
    sync_runs,
)
from reviewer.store.api_rates import ApiRate
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.store.clock import moment_of
from reviewer.store.line_stops import LineStop
from reviewer.store.operations import Operation


class OperationLine(NamedTuple):
    """An operation in one line; ``outcome`` may hold record text."""

    operation: int
    decision: int
    kind: str
    state: str
    outcome: str
    canonical: str
    correlation_id: str
    changed_at: datetime


class Progress(NamedTuple):
    """``to_review`` is kind → open candidates; ``faulty`` counts ends that wait for a steward.

    ``automatic_merging`` is None where nobody has looked it up yet. ``rates`` are those of the processes that call
    the API now, the executor's first. ``proposed`` operations wait for a second steward; of them ``for_you`` can be
    approved by the one at the desk. ``found`` is what an executor found left open, ``read_back_at`` when all that is
    unclear can be read back.
    """

    to_review: dict[str, int]
    staged: int
    sending: int
    unclear: int
    done: int
    faulty: int
    line_stops: tuple[LineStop, ...]
    next_send: datetime | None
    synced_at: datetime | None
    newest: tuple[OperationLine, ...]
    automatic_merging: AutomaticMerging | None
    rates: tuple[ApiRate, ...] = ()
    proposed: int = 0
    for_you: int = 0
    found: Found | None = None
    read_back_at: datetime | None = None


def progress(desk: Desk, newest: int = 5) -> Progress:
    """Counts by state, what stopped the line, and the operations that changed last."""
    by_state = operations.counts(desk.database)
    proposed, for_you = approvals.count_waiting(desk.database, desk.steward.person)
    synced = sync_runs.last_finished(desk.database)
    return Progress(
        to_review=queue.counts(desk.database).get(queue.OPEN, {}),
        staged=by_state.get(State.STAGED, 0),
        sending=sum(by_state.get(state, 0) for state in (State.SENDING, State.CONFIRMED, State.FOLLOWING_UP)),
        unclear=by_state.get(State.UNCLEAR, 0),
        done=by_state.get(State.DONE, 0),
        faulty=operation_lists.faulty(desk.database),
        line_stops=tuple(line_stops.open_stops(desk.database)),
        next_send=stage.next_send(desk),
        synced_at=moment_of(synced.finished_at) if synced and synced.finished_at else None,
        newest=tuple(_line(desk, operation) for operation in operations.newest(desk.database, newest)),
        automatic_merging=automatic_merging.known(desk.database),
        rates=api_rates.current(desk.database, desk.moment),
        proposed=proposed,
        for_you=for_you,
        found=found.found(desk),
        read_back_at=found.read_back_at(desk) if by_state.get(State.UNCLEAR) else None,
    )


def _line(desk: Desk, operation: Operation) -> OperationLine:
    return OperationLine(
        operation=operation.id,
        decision=operation.decision,
        kind=operation.kind,
        state=operation.state.value,
        outcome=standing.outcome_of(desk, operation),
        canonical=operation.canonical or "",
        correlation_id=operation.correlation_id,
        changed_at=moment_of(operation.changed_at),
    )
