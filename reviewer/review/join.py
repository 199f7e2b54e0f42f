"""Joining: one merge of a candidate and of the approvals that keep its contacts, in the place of all of them.

It is shown as a candidate of its own, and nothing of it is approved that was not seen.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations

from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import field_of
from reviewer.domain.golden_record import NOTHING, golden_record
from reviewer.domain.journal import MERGING
from reviewer.domain.merge_set import MERGE_SET_LIMIT, MOST_TOGETHER, merge_set_after, size_told
from reviewer.domain.wire import JsonObject, decode_object, digest
from reviewer.review import candidate, decide, proposing, standing, undo
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.keepers import Keeper, check_staged, keepers
from reviewer.review.views import CandidateView, Joined
from reviewer.store import audit, constraints, contacts, decisions, derivation, pairs, queue
from reviewer.store.contacts import StoredContact

Picks = dict[str, str]


def union(
    desk: Desk, number: int, *, picks: Mapping[str, str] | None = None, left_out: Collection[str] = ()
) -> CandidateView:
    """The candidate together with all that the operations merge which keep its contacts.

    Without ``picks`` those of the other approvals are carried over, where the contact still has the value and they do
    not contradict each other. Raises ``NotFoundError``, and ``RefusedError`` if there is nothing to join or it cannot
    be taken back any more. What speaks against the one merge is its ``refusal``, as of any candidate.
    """
    own = candidate.view(desk, number, left_out=left_out)
    found = keepers(desk, own)
    check_joinable(found)
    members = _members(desk, own, found)
    records = [decode_object(member.raw) for member in members]
    given = carried_picks(desk, found, records) if picks is None else dict(picks)
    row = candidate.made_of(desk, queue.read(desk.database, number), members)
    row = row._replace(kind="stitch" if "stitch" in (row.kind, *(one.kind for one in found)) else row.kind)
    letters = [candidate.letter(index) for index in range(len(members))]
    shown = candidate.contacts_view(desk, row, members, letters, given)
    joined = tuple(Joined(one.operation, one.decision, one.candidate, one.steward) for one in found)
    refusal = _kept_apart(desk, shown) or shown.refusal
    shown = replace(shown, joining=joined)
    document = {"members": records, "promise": shown.basis.promise, "verdict": shown.verdict, **_risks(desk, shown)}
    return replace(
        shown,
        refusal=refusal,
        why_two=() if refusal else proposing.why_two(desk, document, "merge"),
        joining_said=(*_said(own, shown, found, records), *_evidence(desk, shown), *_picks_said(desk, shown, found)),
        seen=digest([shown.seen, [list(one) for one in joined]]),
    )


def check_joinable(found: tuple[Keeper, ...]) -> None:
    """Raise ``RefusedError`` unless one merge can take the place of these operations."""
    check_staged(found)
    for one in found:
        if one.kind not in MERGING:
            raise RefusedError(f"operation {one.operation} is no merge but a {one.kind}: wait for it or take it back")


def join(desk: Desk, view: CandidateView, kind: str = "merge", *, note: str = "") -> Decided:
    """Approve the one merge that ``union`` showed, and take back the approvals that it takes the place of.

    All of it is one transaction: if one of them has begun to be sent meanwhile, or anything else changed, nothing is
    done and ``RefusedError`` is raised. The cool-off starts anew.
    """
    if not view.joining:
        raise RefusedError("this is not shown as a join: look at the join first")
    if kind == "stitch" and view.kind != "stitch":
        raise RefusedError("no contact of this join is an anonymous channel identity to stitch: merge it instead")
    with proposing.approval(desk) as connection:
        members = _check_seen(desk, view)
        for one in view.joining:
            undo.undo(desk, one.decision)
        details = {"joined": [one._asdict() for one in view.joining]}
        decided = decide.stage(desk, view, members, kind, note=note, details={**details, **_risks(desk, view)})
        for one in view.joining:
            derivation.note_decision(connection, one.candidate, decided.decision)
        audit.append(
            connection,
            at=desk.moment,
            steward=desk.steward.told,
            act="joined",
            subject=f"decision:{decided.decision}",
            payload={"candidate": view.id, **details},
        )
    told = operations_told(one.operation for one in view.joining)
    return decided._replace(sentence=f"{decided.sentence}, in the place of {told}")


def _risks(desk: Desk, view: CandidateView) -> JsonObject:
    """What of its parts makes the whole risky: the weight of the weakest, and whether a veto stands inside."""
    parts = [decode_object(decisions.read(desk.database, one.decision).document) for one in view.joining]
    weights = [-queue.read(desk.database, view.id).rank, *(part.get("weight") for part in parts)]
    inside = pairs.between(desk.database, [column.number for column in view.columns])
    return {
        "weight": min(weight for weight in weights if weight is not None),
        "vetoed": any(pair.verdict == "veto" for pair in inside),
    }


def operations_told(numbers: Iterator[int] | Sequence[int]) -> str:
    """Operations in words: operation 7, or operations 7 and 9."""
    known = [str(number) for number in numbers]
    return f"operation {known[0]}" if len(known) == 1 else f"operations {', '.join(known[:-1])} and {known[-1]}"


def _check_seen(desk: Desk, view: CandidateView) -> list[StoredContact]:
    """The contacts that ``view`` showed. Raises ``RefusedError`` unless the join still is what was shown."""
    ids = [column.contact_id for column in view.columns]
    own = contacts.by_numbers(desk.database, queue.members(desk.database, view.id)).values()
    left_out = {member.id for member in own if member.id not in ids}
    if union(desk, view.id, picks=view.basis.picks, left_out=left_out).seen != view.seen:
        raise RefusedError("the join changed since it was shown: look at it again")
    found = contacts.by_ids(desk.database, ids)
    return [found[id_] for id_ in ids]


def _members(desk: Desk, own: CandidateView, found: Sequence[Keeper]) -> list[StoredContact]:
    ids = dict.fromkeys(
        (*(column.contact_id for column in own.columns), *(id_ for one in found for id_ in one.contacts))
    )
    known = contacts.by_ids(desk.database, list(ids))
    missing = [id_ for id_ in ids if id_ not in known]
    if missing:
        raise RefusedError(f"the mirror does not know {', '.join(missing)} any more: sync before joining")
    return sorted(known.values(), key=lambda one: one.number)


def carried_picks(desk: Desk, found: Sequence[Keeper], records: Sequence[JsonObject]) -> Picks:
    """The picks of these approvals that all agree on and that the contacts still allow."""
    picked: dict[str, set[str]] = {}
    for one in found:
        for path, id_ in _picks_of(desk, one).items():
            picked.setdefault(path, set()).add(id_)
    agreed = {path: ids.pop() for path, ids in picked.items() if len(ids) == 1}
    return {path: id_ for path, id_ in agreed.items() if _still_holds(records, path, id_)}


def _picks_of(desk: Desk, keeper: Keeper) -> Picks:
    found: Picks = decode_object(decisions.read(desk.database, keeper.decision).document).get("picks", {})
    return found


def _still_holds(records: Sequence[JsonObject], path: str, id_: str) -> bool:
    try:
        golden_record(records, {path: id_})
    except ValueError:
        return False
    return True


def _kept_apart(desk: Desk, shown: CandidateView) -> str:
    """The steward's decision that stands against the one merge, or nothing."""
    letters = {column.number: column.letter for column in shown.columns}
    for limit in constraints.in_force(desk.database.connection, list(letters)):
        if limit.kind == "cannot" and not limit.stale and limit.a in letters and limit.b in letters:
            said = standing.who_decided(decisions.read(desk.database, limit.decision))
            return (
                f"{said} keeps {letters[limit.a]} and {letters[limit.b]} apart: "
                f"to join them all, take it back first (`reviewer undo {limit.decision}`)"
            )
    return ""


def _said(
    own: CandidateView, shown: CandidateView, found: Sequence[Keeper], records: Sequence[JsonObject]
) -> Iterator[str]:
    """What is taken back for it, and the arithmetic."""
    for one in found:
        names = " + ".join(name or id_ for name, id_ in zip(one.names, one.contacts, strict=True))
        yield f"joins operation {one.operation} ({one.kind} of {names}): {one.decided} is taken back for it"
    more = len(shown.columns) - len(own.columns)
    yield (
        f"one merge of {len(shown.columns)} contacts, of at most {MOST_TOGETHER}: {len(own.columns)} of this candidate "
        f"and {more} more; the person will consist of {merge_set_after(records)} of at most {MERGE_SET_LIMIT} "
        f"({size_told(records)})"
    )


def _evidence(desk: Desk, shown: CandidateView) -> Iterator[str]:
    """What speaks against a pair inside, and which were never held against each other."""
    letters = {column.number: column.letter for column in shown.columns}
    inside = pairs.between(desk.database, list(letters))
    for pair in inside:
        if pair.verdict == "veto":
            reasons = "; ".join(json.loads(pair.reasons or "{}").get("reasons", ()))
            yield f"a veto stands between {letters[pair.a]} and {letters[pair.b]}: {reasons or 'no reason is stored'}"
    compared = {(pair.a, pair.b) for pair in inside}
    missing = [f"{letters[a]}–{letters[b]}" for a, b in combinations(sorted(letters), 2) if (a, b) not in compared]
    if missing:
        yield f"nothing was found that links {', '.join(missing)} directly"


def _picks_said(desk: Desk, shown: CandidateView, found: Sequence[Keeper]) -> Iterator[str]:
    """Which picks of the other approvals stand in what is shown, and which do not."""
    letters = {column.contact_id: column.letter for column in shown.columns}
    for one in found:
        for path, id_ in _picks_of(desk, one).items():
            what = f"{field_of(path).label} {'empty' if id_ == NOTHING else f'of {letters.get(id_, id_)}'}"
            if shown.basis.picks.get(path) == id_:
                yield f"carried over from decision {one.decision}: {what}"
            else:
                yield f"not carried over from decision {one.decision}: {what}"
