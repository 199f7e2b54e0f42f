"""The second pair of eyes: what waits for another steward than the one who proposed it, and what that one says."""

from array import array
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.domain.fingerprint import RULES_VERSION, fingerprint
from reviewer.domain.journal import State
from reviewer.domain.persons import may_be_one
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review import after, candidate, proposing, undo
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.members import names_of
from reviewer.review.undo import Undone
from reviewer.review.views import CandidateView
from reviewer.review.who import who
from reviewer.store import approvals, audit, contacts, decisions, operations, queue
from reviewer.store.approvals import APPROVER, PROPOSER, Approval
from reviewer.store.clock import moment_of
from reviewer.store.decisions import Decision
from reviewer.store.operations import Operation
from reviewer.store.transaction import transaction


class Waiting(NamedTuple):
    """A proposed operation. ``names``, ``who`` (whom it is about) and ``note`` are record text.

    ``why`` says why it needs a second steward; ``yours`` is true for one that the steward at the desk proposed: then
    another one has to approve it.
    """

    decision: int
    operation: int
    candidate: int
    kind: str
    contacts: tuple[str, ...]
    names: tuple[str, ...]
    who: str
    proposer: str
    proposed_at: datetime
    rung: str
    why: str
    note: str
    yours: bool


def waiting(desk: Desk) -> list[Waiting]:
    """What waits for a second steward, oldest first."""
    return [_waiting(desk, operation) for operation in operations.in_states(desk.database, [State.PLANNED])]


def _waiting(desk: Desk, operation: Operation) -> Waiting:
    decision = decisions.read(desk.database, operation.decision)
    document = decode_object(decision.document)
    members = document.get("members", [])
    return Waiting(
        decision=decision.id,
        operation=operation.id,
        candidate=decision.candidate,
        kind=operation.kind,
        contacts=tuple(str(one["id"]) for one in members),
        names=names_of(members),
        who=who(operation.kind, document),
        proposer=decision.sudo_user or decision.steward,
        proposed_at=moment_of(operation.created_at),
        rung=decision.rung,
        why=operation.approvals_why,
        note=decision.note,
        yours=_is_ones_own(desk, approvals.of_operation(desk.database, operation.id), (PROPOSER, APPROVER)),
    )


def candidates(desk: Desk) -> "array[int]":
    """Numbers of the candidates of what waits for a second steward, oldest first."""
    return approvals.waiting_candidates(desk.database)


def of_candidate(desk: Desk, number: int) -> Waiting | None:
    """What waits for a second steward on a candidate, or None."""
    decision = decisions.of_candidate(desk.database, number)
    operation = operations.of_decision(desk.database, decision.id) if decision else None
    return _waiting(desk, operation) if operation and operation.state is State.PLANNED else None


def proposed_view(desk: Desk, waits: Waiting) -> CandidateView:
    """The comparison as its proposer made it: with the same contacts and picks, as the mirror has them now.

    ``changed_since`` says whether it is the same still. Raises as ``candidate.view``.
    """
    document = decode_object(decisions.read(desk.database, waits.decision).document)
    picks = document["picks"]
    if document.get("joined"):
        return _joined_view(desk, waits, document)
    known = contacts.by_numbers(desk.database, queue.members(desk.database, waits.candidate))
    left_out = [one.id for one in known.values() if one.id not in waits.contacts]
    return candidate.view(desk, waits.candidate, picks=picks, left_out=left_out)


def _joined_view(desk: Desk, waits: Waiting, document: JsonObject) -> CandidateView:
    """A proposed join: all contacts that it would merge, not the candidate's own alone."""
    known = contacts.by_ids(desk.database, waits.contacts)
    if missing := [id_ for id_ in waits.contacts if id_ not in known]:
        raise RefusedError(f"the mirror does not know {', '.join(missing)} any more")
    members = [known[id_] for id_ in waits.contacts]
    row = candidate.made_of(desk, queue.read(desk.database, waits.candidate), members)
    if any(kind == StepKind.VERIFY for kind, _ in document["steps"]):
        row = row._replace(kind="stitch")
    letters = [candidate.letter(index) for index in range(len(members))]
    return candidate.contacts_view(desk, row, members, letters, document["picks"])


def screen_of(desk: Desk, waits: Waiting) -> str:
    """What the proposer saw, as the harmless text that was stored with the decision."""
    return str(decode_object(decisions.read(desk.database, waits.decision).document).get("screen", ""))


def read(desk: Desk, number: int) -> Waiting:
    """What waits under the number of its decision. Raises ``NotFoundError``, and ``RefusedError`` if it does not."""
    return _waiting(desk, _planned(desk, decisions.read(desk.database, number)))


def changed_since(desk: Desk, number: int) -> str:
    """What changed since a decision was proposed, in words without values; empty where nothing that counts did.

    The contacts are compared as the mirror has them; the executor reads them afresh before it sends.
    """
    decision = decisions.read(desk.database, number)
    document = decode_object(decision.document)
    then = {str(record["id"]): record for record in document["members"]}
    known = contacts.by_ids(desk.database, list(then))
    gone = [id_ for id_ in then if id_ not in known or known[id_].state != "live"]
    if gone:
        return f"{', '.join(gone)} was merged or removed in the service"
    now = {id_: decode_object(known[id_].raw) for id_ in then}
    rulings = candidate.rulings_on(desk, list(now.values()))
    print_ = fingerprint(
        members=now,
        picks=document["picks"],
        promise=document["promise"],
        steps=[{"kind": kind, "request": request} for kind, request in document["steps"]],
        verdict=document["verdict"],
        factors=document["factors"],
        rulings=rulings,
    )
    if print_ == decision.fingerprint:
        return ""
    parts = [f"{', '.join(labels)} of {id_}" for id_ in then if (labels := after.changed_fields(then[id_], now[id_]))]
    in_force = [
        [*ruling.identifier, ruling.kind.value, ruling.until.isoformat() if ruling.until else ""] for ruling in rulings
    ]
    if sorted(map(tuple, document.get("rulings", ()))) != sorted(map(tuple, in_force)):
        parts.append("a ruling on an identifier of theirs")
    if document.get("rules") != RULES_VERSION:
        parts.append("the rules of this program")
    return "; ".join(parts) or "something that the proposal does not name"


def approve(desk: Desk, number: int, *, note: str = "") -> Decided:
    """Approve a decision that another steward proposed: it is staged, and cools off from now.

    Raises ``NotFoundError``; ``RefusedError`` if it does not wait for a second steward, is this steward's own, or its
    contacts are not what was proposed any more; ``ReviewerError`` if it has to be signed and cannot be.
    """
    with proposing.approval(desk) as connection:
        decision = decisions.read(desk.database, number)
        operation = _planned(desk, decision)
        said = approvals.of_operation(desk.database, operation.id)
        if _is_ones_own(desk, said, (PROPOSER,)):
            raise RefusedError(_ones_own(decision))
        if _is_ones_own(desk, said, (APPROVER,)):
            raise RefusedError(f"you have approved decision {number} already: yet another steward has to")
        if changed := changed_since(desk, number):
            raise RefusedError(
                f"decision {number} cannot be approved: changed since it was proposed: {changed}; "
                f"`reviewer reject {number}` brings the candidate back as it is now"
            )
        at = desk.moment
        yes = proposing.say_yes(desk, connection, operation.id, APPROVER, note, at)
        audit.append(
            connection,
            at=at,
            steward=desk.steward.told,
            act=f"approved {decision.kind}",
            subject=f"decision:{number}",
            payload={
                "candidate": decision.candidate,
                "operation": operation.id,
                "fingerprint": yes.fingerprint,
                "note": note,
                "principal": yes.principal,
                "signature": yes.signature,
            },
        )
        lacking = operation.approvals_needed - sum(one.role == APPROVER for one in (*said, yes))
        if lacking > 0:
            return Decided(
                number, operation.id, None, f"{undo.about(desk, decision)}: {lacking} more has to approve", 0
            )
        send_after = at + desk.cool_off
        operations.stage(connection, operation.id, send_after, at)
    return Decided(number, operation.id, send_after, f"{undo.about(desk, decision)} approved", 0)


def reject(desk: Desk, number: int, note: str) -> Undone:
    """Say no to a decision that another steward proposed: the candidate returns, marked with who said so and why.

    Raises ``NotFoundError``; ``RefusedError`` without a note, if it does not wait, or is this steward's own.
    """
    if not note.strip():
        raise RefusedError("say in a note why: the proposer reads it on the candidate")
    with transaction(desk.database) as connection:
        decision = decisions.read(desk.database, number)
        operation = _planned(desk, decision)
        if _is_ones_own(desk, approvals.of_operation(desk.database, operation.id), (PROPOSER,)):
            raise RefusedError(f"decision {number} is yours: `reviewer undo {number}` takes it back")
        outcome = f"rejected by {desk.steward.person.id}: {note}"
        undo.end_decision(desk, connection, decision, act="rejected", outcome=outcome, note=note)
        undo.bring_back(desk, decision)
    told = f"{undo.about(desk, decision)} rejected"
    return Undone(number, decision.candidate, told, undo.state_of_candidate(desk, decision))


def _planned(desk: Desk, decision: Decision) -> Operation:
    operation = operations.of_decision(desk.database, decision.id)
    if operation is None:
        raise RefusedError(f"decision {decision.id} ({decision.kind}) needs no second steward")
    if operation.state is not State.PLANNED:
        raise RefusedError(
            f"decision {decision.id} does not wait for a second steward: "
            f"its operation {operation.id} is {operation.state.value}"
        )
    return operation


def _is_ones_own(desk: Desk, said: Sequence[Approval], roles: Sequence[str]) -> bool:
    return any(one.role in roles and may_be_one(one.person, desk.steward.person) for one in said)


def _ones_own(decision: Decision) -> str:
    return (
        f"decision {decision.id} is yours: another steward has to approve it; "
        f"`reviewer undo {decision.id}` takes it back"
    )
