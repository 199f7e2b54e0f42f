"""Taking a decision back: possible until it is sent; the candidate returns with its weight."""

import sqlite3
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import BEFORE_SENDING, END_STATES, LIVE_STATES, State
from reviewer.domain.wire import decode_object
from reviewer.review import rule
from reviewer.review.desk import Desk
from reviewer.review.who import noun, who
from reviewer.store import (
    audit,
    awaited,
    constraints,
    contacts,
    decisions,
    deferrals,
    derivation,
    operations,
    queue,
    rulings,
)
from reviewer.store.decisions import Decision
from reviewer.store.erasure import ERASED
from reviewer.store.transaction import transaction

_NAMED = 3
"""Most contacts of a decision that are named."""
_NOTHING = "there is nothing to take back"


class Undone(NamedTuple):
    """A decision taken back; ``candidate`` is where it came from (0 for a ruling made without one).

    ``state`` is that candidate's now: mostly open, which is in the queue; empty where there is none.
    """

    decision: int
    candidate: int
    sentence: str
    state: str


def undo(desk: Desk, decision: int | None = None) -> Undone:
    """Take back a decision, or this steward's newest one.

    Raises ``NotFoundError`` for an unknown number and ``RefusedError`` if there is nothing to take back: it is being
    sent, or its operation has ended, whatever came of it.
    """
    with transaction(desk.database) as connection:
        found = decisions.read(desk.database, decision) if decision is not None else _newest(desk)
        late = _too_late(desk, found)
        if late:
            raise RefusedError(late if decision is not None else f"{late}{_instead(desk, found)}")
        freed = end_decision(desk, connection, found, act="took back", outcome="taken back before it was sent")
        for candidate in (found.candidate, *_joined(found)) if found.candidate else ():
            before = decisions.of_candidate(desk.database, candidate)
            derivation.note_decision(connection, candidate, before.id if before else None)
        for identifier in freed:
            rule.judge_again(desk, identifier)
        bring_back(desk, found)
    told = f"{about(desk, found)} taken back{_not_given_back(found)}"
    return Undone(found.id, found.candidate, told, state_of_candidate(desk, found))


def end_decision(
    desk: Desk, connection: sqlite3.Connection, found: Decision, *, act: str, outcome: str, **told: str
) -> list[Identifier]:
    """Let a decision that was not sent count no more; returns the identifiers whose rulings ended with it.

    ``act`` stands in the audit, with ``told``; ``outcome`` is how its operation ends. Call it inside a transaction.
    """
    at = desk.moment
    operation = operations.of_decision(desk.database, found.id)
    if operation is not None and operation.state in BEFORE_SENDING:
        operations.move(connection, operation.id, State.WITHDRAWN, at, outcome=outcome)
    constraints.end_of_decision(connection, found.id, at)
    deferrals.end_of_decision(connection, found.id, at)
    freed = rulings.end_of_decision(connection, found.id, at)
    decisions.undo(connection, found.id, desk.steward.told, at)
    audit.append(
        connection,
        at=at,
        steward=desk.steward.told,
        act=f"{act} {found.kind}",
        subject=f"decision:{found.id}",
        payload={"candidate": found.candidate, **told},
    )
    return freed


def bring_back(desk: Desk, found: Decision) -> None:
    """Derive again what rests on the contacts of a decision that counts no more; joins a running transaction."""
    derivation.refresh(desk.database, {*_members(desk, found), *_who_waited(desk, found)}, desk.today)
    derivation.refresh_shared(desk.database, desk.today)


def state_of_candidate(desk: Desk, found: Decision) -> str:
    """The state of the candidate that a decision was made on; empty where there is none."""
    return queue.read(desk.database, found.candidate).state if found.candidate else ""


def _joined(found: Decision) -> list[int]:
    """The candidates whose approvals a join took the place of."""
    return [one["candidate"] for one in decode_object(found.document).get("joined", ())]


def _not_given_back(found: Decision) -> str:
    """Of a join: what it took the place of was taken back then, and stays so."""
    joined = [str(number) for number in _joined(found) if number != found.candidate]
    if not joined:
        return ""
    one = len(joined) == 1
    return (
        f"; the approval{'' if one else 's'} that it took the place of "
        f"{'does' if one else 'do'} not come back: candidate{'' if one else 's'} {' and '.join(joined)} "
        f"{'is' if one else 'are'} to be decided again"
    )


class Left(NamedTuple):
    """A decision that was not taken back, and why."""

    decision: int
    reason: str


def undo_all(desk: Desk, first: int, last: int) -> tuple[list[Undone], list[Left]]:
    """Take back this steward's decisions from ``first`` to ``last``, the newest first, each as ``undo`` does.

    Those of others and those taken back already are passed over. Raises ``RefusedError`` if none is left then.
    """
    live = decisions.live_before(desk.database, desk.steward.name, last + 1)
    numbers = [number for number in live if number >= first]
    if not numbers:
        raise RefusedError(f"there is no decision of yours to take back from {first} to {last}")
    undone, left = [], []
    for number in numbers:
        try:
            undone.append(undo(desk, number))
        except RefusedError as refusal:
            left.append(Left(number, str(refusal)))
    return undone, left


def about(desk: Desk, found: Decision) -> str:
    """What was decided, of whom: distinct of Kim Doe ≈ Kim Dough. Holds record text."""
    document = decode_object(found.document)
    if found.kind == "shared":
        return f"ruling of {document['identifier'][1]} as {document['ruling']}"
    ids = [str(record["id"]) for record in document.get("members", ())]
    known = contacts.by_ids(desk.database, ids)
    names = [known[id_].name or id_ if id_ in known else id_ for id_ in ids]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    if found.kind in ("link", "compensate"):
        return f"{noun(found.kind)} of {who(found.kind, document)}"
    return f"{found.kind} of {' ≈ '.join(names[:_NAMED])}{more}"


def _newest(desk: Desk) -> Decision:
    found = decisions.last_live(desk.database, desk.steward.name)
    if found is None:
        raise RefusedError("there is no decision of yours to take back")
    return found


def _too_late(desk: Desk, found: Decision) -> str:
    """Why a decision cannot be taken back, or nothing."""
    if found.undone_at:
        return f"decision {found.id} was taken back already"
    if decode_object(found.document).get(ERASED):
        return f"what decision {found.id} was about has been erased: {_NOTHING}"
    operation = operations.of_decision(desk.database, found.id)
    if operation is None or operation.state in BEFORE_SENDING:
        return ""
    if operation.state in LIVE_STATES:
        return f"decision {found.id} is being sent: it cannot be taken back any more"
    if operation.state in (State.DONE, State.DONE_WITH_DIFFERENCES, State.PARTIAL):
        return f"decision {found.id} was carried out: {_for_good(found.kind, operation.id)}"
    if operation.state in END_STATES - {State.WITHDRAWN}:
        came_of_it = f" ({operation.outcome})" if operation.outcome else ""
        return f"operation {operation.id} of decision {found.id} ended {operation.state.value}{came_of_it}: {_NOTHING}"
    return ""


def _for_good(kind: str, operation: int) -> str:
    """Why what was carried out stays, and what can be done about it."""
    if kind == "link":
        return "a link is not taken back: link the identity anew"
    if kind == "compensate":
        return "who was re-created is a contact of their own now; they can be merged again"
    shows = f"`reviewer compensate {operation}` shows what re-creating somebody would take"
    return f"a merge cannot be undone in the service; {shows}"


def _instead(desk: Desk, late: Decision) -> str:
    """The steward's newest decision before ``late`` that can be taken back: it is named, and left to them."""
    for number in decisions.live_before(desk.database, desk.steward.name, late.id):
        found = decisions.read(desk.database, number)
        if not _too_late(desk, found):
            return f"; `reviewer undo {number}` takes back the one before it ({about(desk, found)})"
    return ""


def _who_waited(desk: Desk, found: Decision) -> set[int]:
    operation = operations.of_decision(desk.database, found.id)
    return awaited.waiting_for(desk.database.connection, operation.id) if operation else set()


def _members(desk: Desk, found: Decision) -> list[int]:
    ids = [record["id"] for record in decode_object(found.document).get("members", ())]
    return [contact.number for contact in contacts.by_ids(desk.database, ids).values()]
