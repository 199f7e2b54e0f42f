"""Linking a channel identity to a person without a merge: what a stitch candidate offers, and the act itself."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from reviewer.domain.errors import NotFoundError, RefusedError, ReviewerError
from reviewer.domain.fields import content, field_of, shown, value_at
from reviewer.domain.identifiers import Identifier, wire_form
from reviewer.domain.link_plan import link_plan
from reviewer.domain.plan import StepKind
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.client import GenesysClient
from reviewer.review import decide
from reviewer.review.candidate import channel_identities, columns_of, letter, ruled
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView
from reviewer.store import contacts
from reviewer.store.contacts import StoredContact
from reviewer.store.transaction import transaction
from reviewer.text import visible


class LinkOffer(NamedTuple):
    """What a link in place of a merge would do, in sentences that hold record text; or why there is none.

    ``basis`` is what an approval of it stores: the master first, then the contact that the identity is released from.
    """

    costs: tuple[str, ...]
    refusal: str
    basis: Basis | None


MERGE_COSTS = "merge: one new contact; sessions, notes and conversations of both are shown together; cannot be undone"
"""What the other choice does, beside a link."""


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
    offered = offer(view)
    if offered.basis is None:
        raise RefusedError(offered.refusal)
    if view.basis.picks:
        raise RefusedError("a link picks no values, since nothing is merged: let the rule choose them again")
    linked = replace(view, basis=offered.basis, after=offered.costs, consequences=(), refusal="")
    with transaction(desk.database):
        members = decide.check_seen(desk, view)
        return decide.stage(desk, linked, "link", members, _sentence(linked), note)


async def holder_now(client: GenesysClient, desk: Desk, contact: str, identity: Identifier) -> str:
    """Id of the contact that an identity leads to in the division of ``contact``; empty if to nobody.

    Raises ``NotFoundError`` for a contact that the mirror does not know, ``ApiError``.
    """
    (member,) = _members(desk, [contact])
    division = (decode_object(member.raw).get("division") or {}).get("id")
    asked = wire_form(identity)
    source = (asked.get("externalSource") or {}).get("id")
    body = await client.look_up(asked["type"], asked["value"], source, division)
    return str(decode_object(body)["id"]) if body else ""


def link_identity(desk: Desk, contact: str, identity: Identifier, holder: str | None, *, note: str = "") -> Decided:
    """Approve that an identity is linked to a contact, with or without a candidate of the two.

    ``holder`` is the contact that it leads to now, if it does, as it was just looked up; both are in the mirror as they
    were just read. Raises ``NotFoundError`` for a contact that is not, ``RefusedError`` as ``link``.
    """
    ids = [contact, *([holder] if holder and holder != contact else [])]
    with transaction(desk.database):
        members = _members(desk, ids)
        records = tuple(decode_object(member.raw) for member in members)
        plan = link_plan(records[0], identity, records[-1] if holder else None)
        moved = plan.steps[0].kind is StepKind.RELEASE
        basis = Basis(
            records if moved else records[:1],
            {},
            plan.promise,
            tuple((step.kind.value, step.request) for step in plan.steps),
        )
        linked = _view(desk, members, records, plan.costs, basis)
        screen = "\n".join(map(visible, _screen(linked, identity)))
        return decide.stage(desk, linked, "link", members, _sentence(linked), note, screen=screen)


def _members(desk: Desk, ids: Sequence[str]) -> list[StoredContact]:
    known = contacts.by_ids(desk.database, ids)
    for id_ in ids:
        if id_ not in known:
            raise NotFoundError(f"the mirror does not know {id_}: read it with `reviewer sync` first")
        if known[id_].state == "gone":
            raise RefusedError(f"the service does not know {id_} any more")
        if known[id_].origin != "api":
            raise RefusedError(f"{id_} came from {known[id_].origin}, not from the service: it is never sent")
    return [known[id_] for id_ in ids]


def _view(
    desk: Desk,
    members: Sequence[StoredContact],
    records: Sequence[JsonObject],
    costs: tuple[str, ...],
    basis: Basis,
) -> CandidateView:
    """What is decided on where there is no candidate: the contacts, and what the link does."""
    return CandidateView(
        id=0,
        kind="link",
        verdict="",
        weight=0.0,
        probability=0.0,
        state="",
        mark="",
        columns=columns_of(desk, members, records, [letter(index) for index in range(len(members))]),
        rows=(),
        reasons=(),
        factors=(),
        would_be="",
        to_judge="",
        standing="",
        prior=0.0,
        bars=(),
        pairs=(),
        said=(),
        rulings=ruled(desk, records),
        after=costs,
        consequences=(),
        refusal="",
        shared=None,
        seen="",
        basis=basis,
    )


def _screen(view: CandidateView, identity: Identifier) -> Iterator[str]:
    yield f"link of {identity.type} {identity.value}"
    for column, record in zip(view.columns, view.basis.records, strict=False):
        yield f"{column.letter}: {column.contact_id} · {column.type.lower()} · {column.name}"
        yield from (f"  {field_of(path).label}: {shown(path, value_at(record, path))}" for path in content(record))
    yield from (f"after: {sentence}" for sentence in view.after)


def _sentence(view: CandidateView) -> str:
    request = next(request for kind, request in view.basis.steps if kind == StepKind.VERIFY)
    return f"link of {request['type']} {request['value']} to {view.basis.records[0]['id']} approved"
