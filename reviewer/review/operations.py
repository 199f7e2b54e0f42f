"""Operations as a steward looks at them: lists that are walked, one of them in full, and saying that one was seen."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.answer import Difference, told
from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.journal import FAULTY_ENDS, LEFT_OUT, State
from reviewer.domain.link_calls import IF_REFUSED
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import decode_object
from reviewer.review import line, standing
from reviewer.review.desk import Desk
from reviewer.review.members import members_of, names_of
from reviewer.review.who import recreated, who
from reviewer.store import audit, decisions, line_stops, operation_lists, operations
from reviewer.store.clock import moment_of
from reviewer.store.decisions import Decision
from reviewer.store.operation_lists import LAST, Key, Listing
from reviewer.store.operations import Operation, StepRow
from reviewer.store.transaction import transaction

__all__ = (
    "LAST",
    "Key",
    "Listing",
    "OperationDetail",
    "OperationRow",
    "detail",
    "numbers",
    "place",
    "row",
    "rows",
    "seen",
    "total",
)


class OperationRow(NamedTuple):
    """An operation in one line; ``names``, ``contacts``, ``who`` and ``outcome`` are record text.

    ``who`` says whom it is about, as its kind has it; ``calls`` is how many API calls its plan needs,
    ``outside_window`` whether it may be sent at any hour.
    """

    operation: int
    decision: int
    kind: str
    state: str
    contacts: tuple[str, ...]
    names: tuple[str, ...]
    who: str
    steward: str
    send_after: datetime
    changed_at: datetime
    calls: int
    outside_window: bool
    outcome: str
    canonical: str
    correlation_id: str
    key: Key
    """Its place in the list that it was read for."""


class OperationDetail(NamedTuple):
    """What there is to know of one operation.

    ``steps`` are kind and state, or why it was left out; ``recreates`` are the old ids of those whom a compensation
    makes anew. ``settles_at`` is when one whose outcome is not known is read back; ``waits`` says
    that its end waits for a steward, ``stop`` is the number of the open stop it raised; ``seen_by``, ``seen_at`` and
    ``note`` tell who has looked at it.
    """

    row: OperationRow
    steps: tuple[tuple[str, str], ...]
    recreates: tuple[str, ...]
    differences: tuple[str, ...]
    settles_at: datetime | None
    waits: bool
    stop: int | None
    seen_by: str
    seen_at: datetime | None
    note: str


def rows(
    desk: Desk, listing: Listing, limit: int, *, behind: Key | None = None, before: Key | None = None
) -> list[OperationRow]:
    """A part of a list in its order: the first ones, those behind a place, or those before one (or before ``LAST``)."""
    found = operation_lists.window(desk.database, listing, limit, behind=behind, before=before)
    return [_row(desk, one, listing) for one in found]


def row(desk: Desk, number: int, listing: Listing = Listing.ENDED) -> OperationRow:
    """One operation. Raises ``NotFoundError``."""
    return _row(desk, operations.read(desk.database, number), listing)


def total(desk: Desk, listing: Listing) -> int:
    """How many operations a list has."""
    return operation_lists.number_in(desk.database, listing)


def numbers(desk: Desk, listing: Listing) -> list[int]:
    """The numbers of all operations of a list."""
    return operation_lists.numbers_in(desk.database, listing)


def place(desk: Desk, listing: Listing, key: Key) -> int:
    """How many operations of a list stand before a place."""
    return operation_lists.number_before(desk.database, listing, key)


def _row(desk: Desk, operation: Operation, listing: Listing) -> OperationRow:
    decision = _decision(desk, operation)
    document = decode_object(decision.document)
    members = document.get("members", [])
    return OperationRow(
        operation=operation.id,
        decision=operation.decision,
        kind=operation.kind,
        state=operation.state.value,
        contacts=tuple(str(one["id"]) for one in members),
        names=names_of(members),
        who=who(operation.kind, document),
        steward=decision.steward,
        send_after=_send_after(operation),
        changed_at=moment_of(operation.changed_at),
        calls=operation.calls,
        outside_window=bool(operation.outside_window),
        outcome=standing.outcome_of(desk, operation),
        canonical=operation.canonical or "",
        correlation_id=operation.correlation_id,
        key=operation_lists.key(listing, operation),
    )


def _decision(desk: Desk, operation: Operation) -> Decision:
    """The decision behind an operation; where it was deleted or cannot be read any more, one that says nothing.

    A journal that was edited by hand is still listed: each operation in it tells by its outcome what is wrong.
    """
    try:
        found = decisions.read(desk.database, operation.decision)
    except NotFoundError:
        nothing = (b"{}", "", "", "", None, "", operation.created_at, None, None)
        return Decision(operation.decision, operation.kind, 0, *nothing)
    try:
        names_of(members_of(found))
    except (ValueError, TypeError, KeyError):
        return found._replace(document=b"{}")
    return found


def _send_after(operation: Operation) -> datetime:
    """When it was or is to be sent; of one that is no time, when the operation was changed last."""
    try:
        return moment_of(operation.send_after)
    except ValueError:
        return moment_of(operation.changed_at)


def detail(desk: Desk, number: int) -> OperationDetail:
    """One operation in full. Raises ``NotFoundError``."""
    operation = operations.read(desk.database, number)
    steps = operations.steps(desk.database, number)
    decision = _decision(desk, operation)
    looked = operation_lists.seen(desk.database, number)
    answered = [step.answered_at for step in steps if step.state == "unclear" and step.answered_at]
    return OperationDetail(
        row=_row(desk, operation, Listing.ENDED),
        steps=tuple((step.kind, _stands(step)) for step in steps),
        recreates=tuple(old for old, _ in recreated(decode_object(decision.document))),
        differences=tuple(told(Difference(*one)) for one in json.loads(operation.differences)),
        settles_at=moment_of(max(answered)) + desk.pace.settle if answered else None,
        waits=operation_lists.waits(desk.database, number),
        stop=next(iter(_stops(desk, number)), None),
        seen_by=looked.steward if looked else "",
        seen_at=moment_of(looked.at) if looked else None,
        note=looked.note if looked else "",
    )


def _stands(step: StepRow) -> str:
    """How a step stands; of one that the plan holds for a case, and of one that was never tried, that."""
    if step.kind == StepKind.CLAIM_BACK and step.state == "pending":
        return IF_REFUSED
    left_out = step.state == "not done" and step.error in LEFT_OUT
    return step.error.partition(":")[0] if left_out else step.state


def _stops(desk: Desk, number: int) -> Sequence[int]:
    return [stop.id for stop in line_stops.open_stops(desk.database) if stop.operation == number]


def seen(desk: Desk, number: int, note: str) -> None:
    """Say that a faulty end was looked at, and what was found: it waits for nobody any more, and the audit has it.

    Where it stopped the line, that stop is acknowledged with it. Raises ``NotFoundError``, and ``RefusedError``
    without a note or where nothing waits.
    """
    if not note.strip():
        raise RefusedError("say in a note what you found: it is kept with the acknowledgement")
    with transaction(desk.database) as connection:
        operation = operations.read(desk.database, number)
        if not operation_lists.waits(desk.database, number):
            raise RefusedError(_nothing_waits(desk, operation))
        if stops := _stops(desk, number):
            line.acknowledge(desk, note, stops)
            return
        operation_lists.mark_seen(connection, number, desk.steward.told, note.strip(), desk.moment)
        audit.append(
            connection,
            at=desk.moment,
            steward=desk.steward.told,
            act="seen",
            subject=f"operation:{number}",
            payload={"state": operation.state.value, "note": note.strip()},
        )


def _nothing_waits(desk: Desk, operation: Operation) -> str:
    if looked := operation_lists.seen(desk.database, operation.id):
        at = f"{moment_of(looked.at):%Y-%m-%d %H:%M} UTC"
        return f"operation {operation.id} was looked at already, by {looked.steward} at {at}"
    if operation.state in FAULTY_ENDS:
        return f"operation {operation.id} ended {operation.state.value}, and its candidate was decided on since"
    if operation.state is State.STAGED:
        return f"operation {operation.id} is staged: u takes it back (`reviewer undo {operation.decision}`)"
    return f"operation {operation.id} is {operation.state.value}: there is nothing to look at"
