"""An approval onto contacts that live operations keep: what is possible, what each way does, and doing it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.review import decide, join, link, proposing, undo
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.join import operations_told
from reviewer.review.keepers import Keeper, check_staged, keepers
from reviewer.review.views import CandidateView
from reviewer.store import awaited, constraints, contacts, derivation, queue
from reviewer.store.transaction import transaction

JOIN, WAIT, TAKE_BACK = "join", "wait", "take back"


class Way(NamedTuple):
    """A way out: what it does, or why it is not possible. May hold record text."""

    name: str
    possible: bool
    sentence: str


class Offer(NamedTuple):
    """What keeps a candidate's contacts, and the ways out of it: join, wait, take back."""

    candidate: int
    keepers: tuple[Keeper, ...]
    ways: tuple[Way, ...]

    @property
    def sentence(self) -> str:
        """What is in the way, in one sentence."""
        return "; ".join(
            f"{' and '.join(one.letters)} {'is' if len(one.letters) == 1 else 'are'} part of operation "
            f"{one.operation}, {one.stands}, by {one.decided}"
            for one in self.keepers
        )

    def way(self, name: str) -> Way:
        """The way of that name."""
        return next(one for one in self.ways if one.name == name)


def offer(desk: Desk, view: CandidateView) -> Offer | None:
    """What is possible where live operations keep what the merge of ``view`` needs; None where none does."""
    found = keepers(desk, view)
    return Offer(view.id, found, tuple(_ways(desk, view, found))) if found else None


def _ways(desk: Desk, view: CandidateView, found: tuple[Keeper, ...]) -> Iterator[Way]:
    told = operations_told([one.operation for one in found])
    yield _way(JOIN, lambda: _joining(desk, view, told))
    yield Way(WAIT, True, f"put aside until {told} has ended; then it comes back with what came of it")
    yield _way(TAKE_BACK, lambda: _taking_back(view, found, told))


def _way(name: str, said: Callable[[], str]) -> Way:
    try:
        return Way(name, True, said())
    except RefusedError as refusal:
        return Way(name, False, str(refusal))


def _joining(desk: Desk, view: CandidateView, told: str) -> str:
    shown = join.union(desk, view.id, left_out=left_out_of(desk, view))
    if shown.refusal:
        raise RefusedError(shown.refusal)
    return f"one merge of all {len(shown.columns)} contacts in the place of {told}, shown before you approve it"


def _taking_back(view: CandidateView, found: tuple[Keeper, ...], told: str) -> str:
    check_staged(found)
    if view.refusal:
        raise RefusedError(view.refusal)
    return f"{told} is not sent, and this is approved in its place"


def left_out_of(desk: Desk, view: CandidateView) -> set[str]:
    """Ids of the candidate's contacts that ``view`` does not show."""
    ids = {column.contact_id for column in view.columns}
    members = contacts.by_numbers(desk.database, queue.members(desk.database, view.id)).values()
    return {member.id for member in members} - ids


def wait(desk: Desk, view: CandidateView, *, note: str = "") -> Decided:
    """Put a candidate aside until the operations that keep its contacts have ended, however they end.

    It comes back at once then, with what the contacts have become and a mark of what came of it. Raises
    ``RefusedError`` if nothing keeps them, or if the candidate changed since it was shown.
    """
    with transaction(desk.database) as connection:
        decide.check_seen(desk, view)
        found = keepers(desk, view)
        if not found:
            raise RefusedError("no operation keeps these contacts any more: there is nothing to wait for")
        numbers = [one.operation for one in found]
        number = decide.record(desk, connection, view, "defer", {"operations": numbers}, "", note)
        members = list(contacts.by_numbers(desk.database, queue.members(desk.database, view.id)).values())
        constraints.write(connection, number, "defer", members)
        awaited.write(connection, number, numbers)
        derivation.note_decision(connection, view.id, number)
        derivation.refresh(desk.database, [member.number for member in members], desk.today)
    stands = "; ".join(one.stands for one in found)
    return Decided(number, None, None, f"put aside until {operations_told(numbers)} has ended ({stands})", 0)


def take_back(desk: Desk, view: CandidateView, kind: str = "merge", *, note: str = "") -> Decided:
    """Take back the approvals that keep the candidate's contacts, and approve what ``view`` shows, as one act.

    Raises ``RefusedError``, with nothing done, if one of them has begun to be sent, and as ``decide.merge``.
    """
    if kind == "stitch" and view.kind != "stitch":
        raise RefusedError("this candidate has no anonymous channel identity to stitch: merge it instead")
    shown = link.linked(view) if kind == "link" else view
    with proposing.approval(desk):
        members = decide.check_seen(desk, view)
        found = keepers(desk, view)
        check_staged(found)
        for one in found:
            undo.undo(desk, one.decision)
        taken = [{"operation": one.operation, "decision": one.decision, "steward": one.steward} for one in found]
        decided = decide.stage(desk, shown, members, kind, note=note, details={"took_back": taken})
    told = " and ".join(one.decided for one in found)
    return decided._replace(sentence=f"{decided.sentence}; {told} was taken back for it")
