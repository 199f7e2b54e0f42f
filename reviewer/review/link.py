"""Linking a channel identity to a person without a merge: what a stitch candidate offers, and the act itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from reviewer.domain.errors import RefusedError, ReviewerError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.link_plan import link_plan
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject
from reviewer.review import decide, proposing
from reviewer.review.candidate import channel_identities
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView
from reviewer.text import visible


class LinkOffer(NamedTuple):
    """What a link in place of a merge would do, in sentences that hold record text; or why there is none.

    ``basis`` is what an approval of it stores: the master first, then the contact that the identity is released from.
    """

    costs: tuple[str, ...]
    refusal: str
    basis: Basis | None


MERGE_COSTS = (
    "the two become one new contact, which shows the sessions, notes and conversations of both",
    "the anonymous contact becomes an alias of it, for good",
)
"""What the other choice does: to merge."""


def offer(view: CandidateView) -> LinkOffer:
    """What release and claim would do for a stitch candidate, as it is shown."""
    try:
        master, anonymous = _sides(view)
        identity = _identity(anonymous)
        plan = link_plan(master, identity, anonymous)
    except ReviewerError as error:
        return LinkOffer((), str(error), None)
    records = (master, anonymous)
    steps = tuple((step.kind.value, step.request) for step in plan.steps)
    return LinkOffer(plan.costs, "", Basis(records, {}, plan.promise, steps))


def link_lines(view: CandidateView) -> Iterator[str]:
    """What a link would do in place of the merge, as harmless text; nothing of what is no stitch."""
    if view.kind != "stitch":
        return
    offered = offer(view)
    yield from (f"link instead: {visible(sentence)}" for sentence in offered.costs)
    if offered.refusal:
        yield f"no link: {visible(offered.refusal)}"


def _sides(view: CandidateView) -> tuple[JsonObject, JsonObject]:
    """The person and the anonymous contact. Raises ``RefusedError`` unless it is one of each."""
    if view.kind != "stitch":
        raise RefusedError("this candidate has no anonymous channel identity to link: merge it instead")
    for column in view.columns:
        if column.origin != "api":
            raise RefusedError(f"{column.contact_id} came from {column.origin}, not from the service: it is never sent")
    known = [one for one in view.basis.records if one.get("type") == "Curated"]
    anonymous = [one for one in view.basis.records if one.get("type") != "Curated"]
    if len(known) != 1 or len(anonymous) != 1:
        raise RefusedError("a link needs one person and one anonymous contact: leave the others out")
    return known[0], anonymous[0]


def _identity(anonymous: JsonObject) -> Identifier:
    found = channel_identities([anonymous])
    if not found:
        raise RefusedError(f"{anonymous['id']} has no channel identity that could be linked")
    if len(found) > 1:
        told = ", ".join(f"{kind} {value}" for kind, value in found)
        told = f"{anonymous['id']} has {len(found)} identities ({told})"
        raise RefusedError(f"{told}: merge, or link one by `reviewer link`")
    return Identifier(*found[0])


def link(desk: Desk, view: CandidateView, *, note: str = "") -> Decided:
    """Approve that the identity of a stitch candidate is released from its contact and claimed for the person.

    Raises ``RefusedError`` as ``decide.stitch``, and where the identity cannot be linked.
    """
    shown = linked(view)
    with proposing.approval(desk):
        members = decide.check_seen(desk, view)
        return decide.stage(desk, shown, members, "link", sentence=sentence_of(shown), note=note)


def linked(view: CandidateView) -> CandidateView:
    """A stitch candidate as a link in place of the merge. Raises ``RefusedError`` where there is none."""
    offered = offer(view)
    if offered.basis is None:
        raise RefusedError(offered.refusal)
    if view.basis.picks:
        raise RefusedError("a link picks no values, since nothing is merged: let the rule choose them again")
    return replace(view, basis=offered.basis, after=offered.costs, consequences=(), refusal="")


def sentence_of(view: CandidateView) -> str:
    """What was approved, in words; record text."""
    request = next(request for kind, request in view.basis.steps if kind == StepKind.VERIFY)
    return f"link of {request['type']} {request['value']} to {view.basis.records[0]['id']} approved"
