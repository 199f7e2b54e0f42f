"""What it would take to re-create members of a merge, as a steward is shown it, and the approval of that."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from reviewer.domain.answer import differences
from reviewer.domain.compensation import MERGED, NOT_KNOWN, Compensation, Member, compensation
from reviewer.domain.contact import contact_from, headline
from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import field_of
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import END_STATES, LIVE_STATES, MERGING, State
from reviewer.domain.plan import Step, StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.review.desk import Desk
from reviewer.review.standing import who_decided
from reviewer.store import contacts, crosswalk, decisions, operations, recreations, snapshots
from reviewer.store.erasure import ERASED
from reviewer.store.operations import Operation

_TOOK_EFFECT = (State.DONE, State.DONE_WITH_DIFFERENCES, State.PARTIAL)


class Now(NamedTuple):
    """A merged contact as the service has it: its record, and what leads to it."""

    record: JsonObject
    claims: frozenset[Identifier]


@dataclass(frozen=True)
class Shown:
    """What is shown of one merge: by whom it was approved, what was changed since, and what each choice would take.

    ``canonical`` is the contact that the calls are for; ``since`` are sentences on what is not as the merge left it;
    ``refusal`` says why none of it can be carried out, empty if it can. All texts may hold record text.
    """

    operation: int
    kind: str
    state: str
    canonical: str
    approved: str
    asked: bool
    """Whether the service was asked; if not, these are the plans as they were stored before the merge."""
    since: tuple[str, ...]
    choices: tuple[Compensation, ...]
    recreated: tuple[tuple[str, str], ...]
    """Members that were made anew: old id, new id."""
    refusal: str


def merged_contact(desk: Desk, operation: int) -> str:
    """The contact that came out of a merge.

    Raises ``NotFoundError`` for an unknown operation, ``RefusedError`` for one that merged nobody, or not yet.
    """
    return str(_merge(desk, operation).canonical)


def show(desk: Desk, operation: int, chosen: Sequence[str] = (), now: Now | None = None) -> Shown:
    """What it would take to re-create ``chosen`` members of a merge together, or each of them alone if none is chosen.

    ``now`` is the living contact behind the merged one, where the service was asked. Raises as ``merged_contact``,
    and ``RefusedError`` for who cannot be re-created, and where what was kept was erased.
    """
    merge = _merge(desk, operation)
    kept_ = _Kept.of(desk, merge)
    canonical = str(now.record["id"]) if now else str(merge.canonical)
    recreated = kept_.recreated
    if chosen:
        kept_.check(desk, chosen)
        choices = [_plan(desk, merge, kept_.left(chosen), chosen, canonical, now)]
    elif now:
        left = kept_.left(())
        alone = [one.id for one in left] if len(left) > 1 else []
        choices = [_plan(desk, merge, left, [id_], canonical, now) for id_ in alone]
    else:
        choices = [
            _stored(one, str(merge.canonical)) for one in kept_.rows if one.plan and one.contact not in recreated
        ]
    return Shown(
        operation=operation,
        kind=merge.kind,
        state=merge.state.value,
        canonical=canonical,
        approved=who_decided(decisions.read(desk.database, merge.decision)),
        asked=now is not None,
        since=tuple(_since(promise_of(desk, merge), now)) if now and canonical == merge.canonical else (),
        choices=tuple(choices),
        recreated=tuple(recreated.items()),
        refusal=_merged_on(desk, merge, canonical) or _nothing_left(choices),
    )


def _merge(desk: Desk, number: int) -> Operation:
    found = operations.read(desk.database, number)
    if found.kind not in MERGING:
        raise RefusedError(f"operation {number} ({found.kind}) merged nobody: there is nobody to re-create")
    if found.state not in END_STATES:
        raise RefusedError(f"operation {number} is {found.state}: it can be compensated only once it has ended")
    if found.outcome == ERASED:
        raise RefusedError(f"what operation {number} was about has been erased: nobody can be re-created of it")
    if found.state not in _TOOK_EFFECT or not found.canonical:
        raise RefusedError(f"operation {number} ended {found.state}: it merged nobody, so there is nobody to re-create")
    return found


def promise_of(desk: Desk, merge: Operation) -> Mapping[str, Any]:
    """What the merge made its contact: path → value. Raises ``RefusedError`` if that was erased."""
    promise: dict[str, Any] | None = decode_object(decisions.read(desk.database, merge.decision).document).get(
        "promise"
    )
    if promise is None:
        raise RefusedError(f"what decision {merge.decision} promised was erased: who is who cannot be told any more")
    return promise


class _Kept(NamedTuple):
    """What is kept of a merge's members: their snapshots, those that can be read, and what became of them since."""

    merge: Operation
    rows: list[snapshots.Snapshot]
    recreations: list[recreations.Recreation]

    @classmethod
    def of(cls, desk: Desk, merge: Operation) -> "_Kept":
        """Raises ``RefusedError`` if nothing was kept. What a merge of several calls made on its way is no member."""
        steps = operations.steps(desk.database, merge.id)
        answers = [step.answer for step in steps if step.kind == StepKind.MERGE and step.answer]
        made = {str(decode_object(answer)["id"]) for answer in answers}
        rows = [one for one in snapshots.of_operation(desk.database, merge.id) if one.contact not in made]
        if not rows:
            raise RefusedError(
                f"operation {merge.id} was sent by a version of this program that kept nothing for this; "
                f"`reviewer audit show {merge.decision}` has its contacts as they were shown"
            )
        if erased := [one.contact for one in rows if one.raw is None]:
            raise RefusedError(
                f"what was kept of {', '.join(erased)} was erased: what was theirs cannot be told from what was others'"
            )
        return cls(merge, rows, recreations.of(desk.database, merge.id))

    @property
    def recreated(self) -> dict[str, str]:
        """Old id → new id of those that were made anew."""
        return {one.contact: one.recreated_as for one in self.recreations if one.recreated_as}

    def left(self, chosen: Sequence[str]) -> list[Member]:
        """The members that make up the merged contact still."""
        return [
            Member(decode_object(one.raw or b""), _claims(one.claims))
            for one in self.rows
            if one.contact in chosen or one.contact not in self.recreated
        ]

    def check(self, desk: Desk, chosen: Sequence[str]) -> None:
        """Raise ``RefusedError`` for who was re-created already, or may have been."""
        for one in self.recreations:
            if one.contact not in chosen:
                continue
            if one.recreated_as:
                raise RefusedError(f"{one.contact} was re-created by operation {one.operation} as {one.recreated_as}")
            state = operations.read(desk.database, one.operation).state
            if state in LIVE_STATES:
                raise RefusedError(f"{one.contact} is being re-created by operation {one.operation}, which is {state}")
            if state is State.PARTIAL and _is_open(desk, one.operation):
                raise RefusedError(
                    f"whether operation {one.operation} re-created {one.contact} is not known: look in Genesys Cloud"
                )


def _is_open(desk: Desk, operation: int) -> bool:
    """Whether a creation was sent and nothing is known of what came of it."""
    steps = operations.steps(desk.database, operation)
    return any(step.kind == StepKind.CREATE and step.error.startswith(NOT_KNOWN) for step in steps)


def _claims(stored: bytes | None) -> frozenset[Identifier] | None:
    if stored is None:
        return None
    return frozenset(Identifier(*one) for one in msgspec.json.decode(stored, type=list[tuple[str, str]]))


def _plan(
    desk: Desk,
    merge: Operation,
    members: Sequence[Member],
    chosen: Sequence[str],
    canonical: str,
    now: Now | None,
) -> Compensation:
    promise = promise_of(desk, merge)
    if now is None:
        return compensation(members, chosen, promise, canonical)
    return compensation(members, chosen, promise, canonical, now=now.record, claims=now.claims)


def _stored(row: snapshots.Snapshot, canonical: str) -> Compensation:
    """A plan as it was stored before the merge, with the id of the contact that came out of it."""
    plan = decode_object((row.plan or b"").replace(MERGED.encode(), canonical.encode()))
    name = headline(contact_from(decode_object(row.raw or b"")))
    steps = tuple(Step(StepKind(kind), request) for kind, request in plan["steps"])
    return Compensation((row.contact,), (name,), steps, tuple(plan["lost"]), tuple(plan["stays"]))


def _since(promise: Mapping[str, Any], now: Now) -> Iterator[str]:
    """What of the merged contact is not as the merge left it."""
    changed = [field_of(one.path).label for one in differences(promise, now.record)]
    if changed:
        yield f"changed since the merge: {', '.join(changed)}"


def _nothing_left(choices: Sequence[Compensation]) -> str:
    return "" if choices else "one of them has to stay in the merged contact, which is never deleted"


def _merged_on(desk: Desk, merge: Operation, living: str) -> str:
    """Why nothing can be carried out on a contact that was merged on since; empty for one that was not."""
    canonical = str(merge.canonical)
    stored = contacts.by_ids(desk.database, [canonical]).get(canonical)
    head = living if living != canonical else stored.merged_into if stored and stored.state == "merged" else None
    if stored is not None and stored.state == "gone":
        return (
            f"the service does not know {canonical} any more: there is nothing to take back, make the contact by hand"
        )
    if head is None:
        return ""
    by = crosswalk.merged_by(desk.database, canonical)
    first = f"compensate operation {by} first, or carry these out by hand" if by else "carry these out by hand"
    return f"{canonical} was merged on into {head}, which holds their identifiers now: {first}"
