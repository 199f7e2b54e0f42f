"""The staging area: approvals that cool off before they are sent."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.contact import contact_from, headline
from reviewer.domain.journal import State
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review.desk import Desk
from reviewer.store import audit, decisions, operations
from reviewer.store.clock import moment_of
from reviewer.store.transaction import transaction


class StagedRow(NamedTuple):
    """An approved operation that has not been sent; ``calls`` is how many API calls it needs."""

    operation: int
    decision: int
    kind: str
    contacts: tuple[str, ...]
    names: tuple[str, ...]
    steward: str
    send_after: datetime
    calls: int


def staged(desk: Desk) -> list[StagedRow]:
    """What is staged, oldest first; names are record text."""
    return [_row(desk, operation) for operation in operations.in_states(desk.database, [State.STAGED])]


def _row(desk: Desk, operation: operations.Operation) -> StagedRow:
    decision = decisions.read(desk.database, operation.decision)
    members = members_of(decision)
    return StagedRow(
        operation=operation.id,
        decision=operation.decision,
        kind=operation.kind,
        contacts=tuple(str(one["id"]) for one in members),
        names=names_of(members),
        steward=decision.steward,
        send_after=moment_of(operation.send_after),
        calls=1 + len(operations.steps(desk.database, operation.id)),  # the members are read afresh first
    )


def people(desk: Desk, numbers: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Number of a decision → headlines of the contacts that it was made on, as they were then; record text."""
    return {number: names_of(members_of(decisions.read(desk.database, number))) for number in numbers}


def members_of(decision: decisions.Decision) -> list[JsonObject]:
    """The contacts that a decision was made on, as they were then."""
    found: list[JsonObject] = decode_object(decision.document).get("members", [])
    return found


def names_of(members: Sequence[JsonObject]) -> tuple[str, ...]:
    """Their headlines; record text."""
    return tuple(headline(contact_from(one)) for one in members)


def release(desk: Desk, numbers: Sequence[int] | None = None) -> int:
    """End the cool-off of these staged operations, or of all, now; returns how many may be sent at once."""
    with transaction(desk.database) as connection:
        chosen = [operation.id for operation in operations.in_states(desk.database, [State.STAGED])]
        if numbers is not None:
            chosen = [number for number in chosen if number in set(numbers)]
        operations.release(connection, chosen, desk.moment)
        if chosen:
            audit.append(
                connection,
                at=desk.moment,
                steward=desk.steward.name,
                act="released",
                subject="staging",
                payload={"operations": chosen},
            )
    return len(chosen)
