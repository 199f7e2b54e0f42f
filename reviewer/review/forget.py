"""The right to be forgotten: one person is erased from the database, and what was decided stays provable."""

from collections.abc import Sequence
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.wire import decode_object
from reviewer.review.desk import Desk
from reviewer.store import audit, compared, contacts, derivation, erasure, pairs, recreations
from reviewer.store.audit_check import ERASING, ranges
from reviewer.store.erasure import Traces
from reviewer.store.transaction import transaction


class Forgotten(NamedTuple):
    """How much was erased; ``entry`` is the audit's own entry of it, ``traces`` what the person was found by.

    ``snapshots`` are contacts as they were kept before a merge, for a compensation.
    """

    entry: int
    records: int
    decisions: int
    operations: int
    payloads: int
    snapshots: int
    traces: Traces


def records(desk: Desk, id_: str) -> tuple[str, ...]:
    """Ids of all records of a person, given that of any of them: as the mirror and the service's merge sets have it.

    Of one who was made anew also the old id: it leads to somebody else now, but what was kept under it is theirs.
    """
    found = {id_, *erasure.records_of(desk.database, id_)}
    for contact in contacts.by_ids(desk.database, sorted(found)).values():
        if contact.state != "gone":
            found |= {str(entry["id"]) for entry in decode_object(contact.raw).get("mergeSet") or ()}
    return tuple(sorted({*found, *recreations.old_ids(desk.database, found)}))


def forget(desk: Desk, id_: str) -> Forgotten:
    """Erase a person: mirror, evidence, decisions' and audit's payloads, requests and answers, snapshots of merges.

    The chain of the audit still holds. A decision that was about somebody else too is erased for both: what it said of
    their pair is asked again. Raises ``RefusedError`` while one of the person's operations has not ended,
    ``NotFoundError`` if nothing is known of the id.
    """
    ids = records(desk, id_)
    with transaction(desk.database) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        traces = erasure.traces_of(desk.database, ids)
        if operation := erasure.live_operation(desk.database, traces):
            raise RefusedError(
                f"operation {operation}, which has not ended, is about this person: "
                "take its decision back with `reviewer undo`, or wait until it has ended"
            )
        near = _neighbours(desk, ids)
        erased = erasure.erase(connection, traces, desk.moment)
        if not (erased.contacts or erased.decisions or erased.entries or erased.snapshots):
            raise NotFoundError(f"nothing is known of {id_}: there is nothing to erase")
        entry = audit.append(
            connection,
            at=desk.moment,
            steward=desk.steward.told,
            act=ERASING[0],
            subject="person",
            payload={
                "records": len(erased.contacts),
                "decisions": list(erased.decisions),
                "operations": list(erased.operations),
                "entries": ranges(erased.entries),
                "snapshots": erased.snapshots,
            },
        )
        derivation.refresh(desk.database, near - set(erased.contacts), desk.today)
        derivation.refresh_shared(desk.database, desk.today)
        compared.throw_away(desk.database)
    erasure.leave_nothing(desk.database)
    return Forgotten(
        entry=entry,
        records=len(erased.contacts),
        decisions=len(erased.decisions),
        operations=len(erased.operations),
        payloads=len(erased.entries),
        snapshots=erased.snapshots,
        traces=traces,
    )


def _neighbours(desk: Desk, ids: Sequence[str]) -> set[int]:
    numbers = [contact.number for contact in contacts.by_ids(desk.database, ids).values()]
    return pairs.neighbours(desk.database.connection, numbers)
