"""Deciding on a candidate: merge, stitch, distinct. On disk, with its plan, before the call returns."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.fingerprint import RULES_VERSION, fingerprint
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.plan_calls import calls_needed
from reviewer.domain.wire import JsonObject, encode
from reviewer.review import after, candidate, proposing
from reviewer.review.desk import Desk
from reviewer.review.screen_text import screen_text
from reviewer.review.views import CandidateView
from reviewer.store import audit, constraints, contacts, decisions, derivation, queue
from reviewer.store.contacts import StoredContact
from reviewer.store.transaction import transaction


class Decided(NamedTuple):
    """A decision that is on disk.

    ``operation`` and ``send_after`` are set where something will be sent; ``settles`` counts the other open
    candidates that rest on the same contacts; ``sentence`` says what happened. With ``why_two`` it is only proposed:
    another steward has to approve it, for these reasons.
    """

    decision: int
    operation: int | None
    send_after: datetime | None
    sentence: str
    settles: int
    why_two: tuple[str, ...] = ()


def merge(desk: Desk, view: CandidateView, *, note: str = "", rung: str = "steward") -> Decided:
    """Approve the merge that ``view`` shows, and stage it, or propose it where a second steward has to approve.

    Raises ``RefusedError`` if the candidate changed since it was shown or cannot be merged, and ``HeldError`` if one
    of its contacts is part of another operation that has not ended: ``overlap`` has the ways out of that.
    """
    return _approve(desk, view, "merge", note, rung)


def stitch(desk: Desk, view: CandidateView, *, note: str = "", rung: str = "steward") -> Decided:
    """Approve that a channel identity belongs to a person, as ``merge``; proved by looking the identity up."""
    if view.kind != "stitch":
        raise RefusedError("this candidate has no anonymous channel identity to stitch: merge it instead")
    return _approve(desk, view, "stitch", note, rung)


def distinct(desk: Desk, view: CandidateView, *, note: str = "") -> Decided:
    """Say that the contacts are different persons: none of their pairs comes back unless a contact changes."""
    if view.kind == "shared":
        raise RefusedError("a shared identifier is ruled on: use `rule`")
    with transaction(desk.database) as connection:
        members = check_seen(desk, view)
        settles = after.touched(desk, view.id, members)
        number = record(desk, connection, view, "distinct", {"note": note}, "", note)
        constraints.write(connection, number, "cannot", members)
        derivation.note_decision(connection, view.id, number)
        derivation.refresh(desk.database, [member.number for member in members], desk.today)
    return Decided(number, None, None, f"distinct: these {len(members)} stay apart", settles)


def _approve(desk: Desk, view: CandidateView, kind: str, note: str, rung: str) -> Decided:
    with proposing.approval(desk):
        return stage(desk, view, check_seen(desk, view), kind, note=note, rung=rung)


def stage(
    desk: Desk,
    view: CandidateView,
    members: Sequence[StoredContact],
    kind: str,
    *,
    sentence: str = "",
    note: str = "",
    rung: str = "steward",
    details: JsonObject | None = None,
) -> Decided:
    """Record the approval of what ``view`` shows of ``members``, and stage its operation.

    Call it inside ``proposing.approval``, in which the view was checked.

    ``sentence`` says what was approved, where that is not plain. ``details`` are further parts of the decision's
    document, or such that stand in the place of the view's. Raises ``RefusedError`` if it cannot be approved, and
    ``HeldError`` if a live operation keeps one of the contacts or identities.
    """
    if view.refusal:
        raise RefusedError(view.refusal)
    at = desk.moment
    with transaction(desk.database) as connection:
        settles = after.touched(desk, view.id, members)
        steps = [Step(StepKind(step), request) for step, request in view.basis.steps]
        print_ = fingerprint_of(desk, view)
        plan = {"steps": [[step.kind.value, step.request] for step in steps], "promise": view.basis.promise}
        number = record(desk, connection, view, kind, {**plan, **(details or {})}, print_, note, rung)
        proposed = proposing.propose(
            desk,
            connection,
            decision=number,
            kind=kind,
            steps=steps,
            calls=calls_needed(kind, view.basis.records, steps, desk.pace.claims_read),
            holds=holds_of(view),
            send_after=at + desk.cool_off,
            at=at,
        )
        if view.id:
            derivation.note_decision(connection, view.id, number)
        derivation.refresh(desk.database, [member.number for member in members], desk.today)
    said = sentence or f"{kind} of {len(members)} contacts approved"
    told = said.replace("approved", "proposed") if proposed.why_two else said
    return Decided(number, proposed.operation, proposed.send_after, told, settles, proposed.why_two)


def holds_of(view: CandidateView) -> list[str]:
    """What an operation of what is shown would keep for itself: its contacts, and the identities that it is about."""
    lookups = [request for kind, request in view.basis.steps if kind == StepKind.VERIFY]
    identities = [f"identifier:{request['type']}:{request['value']}" for request in lookups]
    return [*(f"contact:{column.contact_id}" for column in view.columns), *identities]


def fingerprint_of(desk: Desk, view: CandidateView) -> str:
    """The fingerprint of what ``view`` shows, under the rulings in force now."""
    records = view.basis.records
    return fingerprint(
        members={str(one["id"]): one for one in records},
        picks=view.basis.picks,
        promise=view.basis.promise,
        steps=[{"kind": kind, "request": request} for kind, request in view.basis.steps],
        verdict=view.verdict,
        factors=view.factors,
        rulings=candidate.rulings_on(desk, records),
    )


def check_seen(desk: Desk, view: CandidateView) -> list[StoredContact]:
    """The contacts that ``view`` showed, as they are stored.

    Raises ``RefusedError`` unless the candidate still is what was shown, and can be decided on.
    """
    ids = [column.contact_id for column in view.columns]
    members = contacts.by_numbers(desk.database, queue.members(desk.database, view.id)).values()
    left_out = {member.id for member in members if member.id not in ids}
    try:
        current = candidate.view(desk, view.id, left_out=left_out)
    except (NotFoundError, RefusedError) as error:
        raise RefusedError(f"the candidate changed since it was shown: {error}") from error
    if current.state not in ("open", "deferred", "waiting") and decisions.of_candidate(desk.database, view.id):
        raise RefusedError(f"decided already: {current.standing}; nothing more was done")
    if current.seen != view.seen:
        raise RefusedError("the candidate changed since it was shown: look at it again")
    if current.state not in ("open", "deferred", "waiting"):
        raise RefusedError(f"the candidate changed since it was shown: {current.standing}")
    found = contacts.by_ids(desk.database, ids)
    return [found[id_] for id_ in ids]


def record(
    desk: Desk,
    connection: sqlite3.Connection,
    view: CandidateView,
    kind: str,
    details: JsonObject,
    fingerprint: str,
    note: str,
    rung: str = "steward",
) -> int:
    """Write a decision with everything that was shown, and its audit entry; returns its number."""
    document: JsonObject = {
        "members": list(view.basis.records),
        "picks": view.basis.picks,
        "verdict": view.verdict,
        "weight": view.weight if view.id else None,  # without a candidate nothing was weighed
        "probability": view.probability if view.id else None,
        "reasons": view.reasons,
        "factors": view.factors,
        "rulings": [list(ruled) for ruled in view.rulings],
        "rules": RULES_VERSION,
        "model": view.model,
        "screen": screen_text(view),
        **details,
    }
    at = desk.moment
    number = decisions.write(
        connection,
        kind=kind,
        candidate=view.id,
        document=encode(document),
        fingerprint=fingerprint,
        rung=rung,
        steward=desk.steward.name,
        sudo_user=desk.steward.sudo_user,
        note=note,
        at=at,
    )
    payload = {"candidate": view.id, "fingerprint": fingerprint, "rung": rung, "note": note, "document": document}
    audit.append(
        connection,
        at=at,
        steward=desk.steward.told,
        act=f"decided {kind}",
        subject=f"decision:{number}",
        payload=payload,
    )
    return number
