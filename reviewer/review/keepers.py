"""The live operations that keep a candidate's contacts for themselves: whose they are, and until when."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.domain.journal import BEFORE_SENDING, MERGING, State
from reviewer.review import standing
from reviewer.review.decide import holds_of
from reviewer.review.desk import Desk
from reviewer.review.members import members_of, names_of
from reviewer.review.views import CandidateView
from reviewer.store import decisions, operations
from reviewer.store.clock import moment_of
from reviewer.store.decisions import Decision
from reviewer.store.operations import Operation


class Keeper(NamedTuple):
    """A live operation that keeps some of a candidate's contacts.

    ``keeps`` are those, as ids, and identities as ``TYPE VALUE``; ``letters`` the same as they are shown. ``contacts``
    and ``names`` (record text) are all that it merges. ``decided`` says what was decided, by whom and when; ``until``
    is the instant from which it is sent, or from which its outcome is read where no answer came; ``stands`` says that
    in words.
    """

    operation: int
    decision: int
    candidate: int
    kind: str
    state: str
    steward: str
    decided: str
    keeps: tuple[str, ...]
    letters: tuple[str, ...]
    contacts: tuple[str, ...]
    names: tuple[str, ...]
    until: datetime | None
    stands: str


def keepers(desk: Desk, view: CandidateView) -> tuple[Keeper, ...]:
    """The live operations that keep what the merge shown would need, oldest first."""
    kept: dict[int, list[str]] = {}
    for subject in holds_of(view):
        holder = operations.holder_of(desk.database, subject)
        if holder is not None:
            kind, _, what = subject.partition(":")
            kept.setdefault(holder, []).append(what if kind == "contact" else what.replace(":", " ", 1))
    letters = {column.contact_id: column.letter for column in view.columns}
    return tuple(_keeper(desk, number, kept[number], letters) for number in sorted(kept))


def _keeper(desk: Desk, number: int, keeps: list[str], letters: Mapping[str, str]) -> Keeper:
    operation = operations.read(desk.database, number)
    decision = decisions.read(desk.database, operation.decision)
    members = members_of(decision)
    until = _until(desk, operation)
    return Keeper(
        operation=number,
        decision=decision.id,
        candidate=decision.candidate,
        kind=operation.kind,
        state=operation.state.value,
        steward=decision.steward,
        decided=_decided(decision),
        keeps=tuple(keeps),
        letters=tuple(letters.get(one, one) for one in keeps),
        contacts=tuple(str(one["id"]) for one in members),
        names=names_of(members),
        until=until,
        stands=_stands(operation, until, desk.moment),
    )


def _decided(decision: Decision) -> str:
    by_itself = " by the automatic rung" if decision.rung == "auto" else ""
    return f"{standing.who_decided(decision)}{by_itself}"


def _until(desk: Desk, operation: Operation) -> datetime | None:
    if operation.state is State.STAGED:
        return moment_of(operation.send_after)
    for step in operations.steps(desk.database, operation.id):
        since = step.answered_at if step.state == "unclear" else step.sent_at
        if step.state in ("sending", "unclear") and since:
            return moment_of(since) + desk.pace.settle
    return None


def _stands(operation: Operation, until: datetime | None, now: datetime) -> str:
    state = operation.state
    if state is State.PLANNED:
        return "proposed, and waits for a second steward"
    if until is None:
        begun = "merged" if operation.kind in MERGING else "begun"
        return f"{begun}, and the rest of its plan is being carried out"
    at = f"{until:%Y-%m-%d %H:%M:%S} UTC"
    if state is State.STAGED:
        return f"staged, sent from {at}" if until > now else f"staged and due since {at}"
    if state is State.UNCLEAR:
        return f"unclear: no answer came, and it is read from {at} on"
    return f"being sent: without an answer it is read from {at} on"


def check_staged(found: tuple[Keeper, ...]) -> None:
    """Raise ``RefusedError`` unless all of these can still be taken back as they are, and there are any."""
    if not found:
        raise RefusedError("no other operation keeps these contacts any more: look at the candidate again")
    for one in found:
        if one.state not in BEFORE_SENDING:
            raise RefusedError(
                f"operation {one.operation} cannot be taken back any more, it is {one.stands}: wait for it"
            )
