"""Retention: what the audit and the journal hold of persons is erased when its time is over."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from reviewer.review.desk import Desk
from reviewer.store import audit, erasure, retention, snapshots
from reviewer.store.audit_check import ERASING, ranges
from reviewer.store.transaction import transaction


class Retention(NamedTuple):
    """For how many days payloads of the audit, answers of the service and snapshots are kept; 0 is for ever."""

    payload_days: int = 0
    answer_days: int = 0
    snapshot_days: int = 0


class Expired(NamedTuple):
    """How many audit entries lost their payloads, how many operations their requests and answers.

    ``snapshots`` are contacts as they were before a merge: without them nobody can be made anew of it.
    """

    payloads: int
    operations: int
    snapshots: int = 0


def expire(desk: Desk, kept: Retention) -> Expired:
    """Erase what is older than it may be; entries stay, with their hashes, and the chain holds."""
    if not any(kept):
        return Expired(0, 0)
    with transaction(desk.database) as connection:
        connection.execute("PRAGMA secure_delete = ON")
        payloads: Sequence[int] = ()
        operations: Sequence[int] = ()
        if kept.payload_days:
            payloads = retention.old_payloads(connection, desk.moment - timedelta(days=kept.payload_days))
            erasure.erase_payloads(connection, payloads)
        if kept.answer_days:
            operations = retention.old_operations(connection, desk.moment - timedelta(days=kept.answer_days))
            for operation in operations:
                erasure.erase_calls(connection, operation)
        erased = 0
        if kept.snapshot_days:
            erased = snapshots.expire(connection, desk.moment - timedelta(days=kept.snapshot_days), desk.moment)
        expired = Expired(len(payloads), len(operations), erased)
        if any(expired):
            audit.append(
                connection,
                at=desk.moment,
                steward=desk.steward.told,
                act=ERASING[1],
                subject="retention",
                payload={"entries": ranges(payloads), "operations": ranges(operations), "snapshots": erased},
            )
    if any(expired):
        erasure.leave_nothing(desk.database)
    return expired
