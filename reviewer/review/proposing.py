"""Where an operation is written: who proposes it, whether a second steward has to approve, and the signature."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple

from reviewer.domain import risk
from reviewer.domain.errors import DatabaseError
from reviewer.domain.plan import Step
from reviewer.domain.wire import decode_object
from reviewer.review.desk import Desk
from reviewer.store import approvals, audit, decisions, operations, stamp
from reviewer.store.transaction import transaction

OTHERS = 1
"""Stewards beside the proposer who have to approve what is risky."""


class Proposed(NamedTuple):
    """An operation that is on disk. It is staged with ``send_after``, or, with ``why_two``, planned without one."""

    operation: int
    send_after: datetime | None
    why_two: tuple[str, ...]


@contextmanager
def approval(desk: Desk) -> Iterator[sqlite3.Connection]:
    """The transaction of an act that approves something.

    That it can be signed is made sure of before: a person may be asked for a passphrase, and nobody else could write
    until they have answered, the executor neither. Raises ``ReviewerError`` where it cannot be signed.
    """
    if desk.signer is not None:
        desk.signer.make_ready()
    with transaction(desk.database) as connection:
        yield connection


def why_two(desk: Desk, document: Mapping[str, Any], kind: str) -> tuple[str, ...]:
    """Why a second steward has to approve an act with this document, in words; empty where one is enough."""
    return risk.why_two(risk.facts_of(document, kind, desk.rules.anchor_source), desk.four_eyes)


def propose(
    desk: Desk,
    connection: sqlite3.Connection,
    *,
    decision: int,
    kind: str,
    steps: Sequence[Step],
    calls: int,
    holds: Iterable[str],
    send_after: datetime,
    at: datetime,
) -> Proposed:
    """Journal the plan of a decision, with the yes of who decides; call it inside the transaction of the decision.

    The plan takes so many ``calls``. It is staged at once where that yes is enough, else planned until another steward
    approves (``approving``). The automatic rung proposes in the name of the steward who runs it. Raises
    ``RefusedError`` if a live operation keeps one of ``holds``, ``ReviewerError`` if a signature is needed and cannot
    be made.
    """
    found = decisions.read(desk.database, decision)
    why = why_two(desk, decode_object(found.document), kind)
    operation = operations.write(
        connection,
        decision=decision,
        kind=kind,
        steps=steps,
        calls=calls,
        holds=holds,
        send_after=send_after,
        at=at,
        approvals_needed=OTHERS if why else 0,
        approvals_why="; ".join(why),
    )
    say_yes(desk, connection, operation, approvals.PROPOSER, found.note, at)
    if why:
        told = {"operation": operation, "why": why, "candidate": found.candidate}
        audit.append(
            connection,
            at=at,
            steward=desk.steward.told,
            act=f"proposed {kind}",
            subject=f"decision:{decision}",
            payload=told,
        )
        return Proposed(operation, None, why)
    operations.stage(connection, operation, send_after, at)
    return Proposed(operation, send_after, ())


def say_yes(
    desk: Desk, connection: sqlite3.Connection, operation: int, role: str, note: str, at: datetime
) -> approvals.Approval:
    """Record this steward's yes to an operation, signed where the desk has a signer; call it in a transaction."""
    written = operations.read(desk.database, operation)
    decision = decisions.read(desk.database, written.decision)
    number = approvals.write(
        connection,
        operation=operation,
        role=role,
        person=desk.steward.person,
        uid=desk.steward.uid,
        at=at,
        fingerprint=decision.fingerprint,
        note=note,
    )
    if desk.signer is not None:
        said = approvals.read(desk.database, number)
        statement = approvals.statement(said, written, decision, _organization(desk))
        approvals.sign(connection, number, statement.steward, desk.signer.sign(statement.text()))
    return approvals.read(desk.database, number)


def _organization(desk: Desk) -> str:
    organization = stamp.read(desk.database, "organization")
    if organization is None:
        raise DatabaseError(
            f"{desk.database.path} is not tied to an organisation yet, so an approval cannot be signed for one: "
            "run `reviewer sync` first"
        )
    return organization
