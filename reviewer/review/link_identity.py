"""Linking an identity to a contact by name, with or without a candidate: who holds it is looked up first."""

from collections.abc import Iterator, Sequence
from enum import StrEnum

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.fields import content, field_of, shown, value_at
from reviewer.domain.golden_record import golden_record, promised
from reviewer.domain.identifiers import Identifier, wire_form
from reviewer.domain.link_plan import link_plan
from reviewer.domain.plan import StepKind, merge_plan
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.client import GenesysClient
from reviewer.review import decide, proposing
from reviewer.review.by_name import view_by_name
from reviewer.review.candidate import consequences_of
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.link import MERGE_COSTS, sentence_of
from reviewer.review.views import Basis, CandidateView
from reviewer.store import contacts
from reviewer.store.contacts import StoredContact
from reviewer.text import visible


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


class Way(StrEnum):
    """How an identity is linked that an anonymous contact holds."""

    MERGE = "merge"
    RELEASE = "release"


def link_identity(
    desk: Desk, contact: str, identity: Identifier, holder: str | None, way: Way | None = None, *, note: str = ""
) -> Decided:
    """Approve that an identity is linked to a contact, with or without a candidate of the two.

    ``holder`` is the contact that it leads to now, if it does, as it was just looked up; both are in the mirror as they
    were just read. ``way`` is the steward's choice, asked for where an anonymous contact holds it.

    Raises ``NotFoundError`` for a contact that is not in the mirror, ``RefusedError`` as ``link_plan`` and
    ``merge_plan``, where there is a choice and none was made, and where a live operation keeps one of the contacts.
    """
    ids = [contact, *([holder] if holder and holder != contact else [])]
    with proposing.approval(desk):
        members = _members(desk, ids)
        records = tuple(decode_object(member.raw) for member in members)
        plan = link_plan(records[0], identity, records[-1] if holder else None)
        held = plan.steps[0].kind is StepKind.RELEASE
        if held and way is None:
            raise RefusedError(
                f"{identity.type} {identity.value} leads to the anonymous contact {holder}: choose --merge (one new "
                "contact, which keeps its sessions) or --release (its sessions stay behind)"
            )
        if held and way is Way.MERGE:
            kind, costs, basis = "stitch", *_merge(desk, members, records, identity)
        else:
            steps = tuple((step.kind.value, step.request) for step in plan.steps)
            kind, costs, basis = "link", plan.costs, Basis(records[: 1 + held], {}, plan.promise, steps)
        linked = view_by_name(desk, "link", members, basis, costs)
        screen = "\n".join(map(visible, _screen(linked, identity)))
        sentence = sentence_of(linked) if kind == "link" else f"stitch of {len(members)} contacts approved"
        return decide.stage(desk, linked, members, kind, sentence=sentence, note=note, details={"screen": screen})


def _merge(
    desk: Desk, members: Sequence[StoredContact], records: tuple[JsonObject, ...], identity: Identifier
) -> tuple[tuple[str, ...], Basis]:
    """What a merge of the two does, and its plan, by the rules alone. Raises ``RefusedError``."""
    golden = golden_record(records, {})
    steps = merge_plan(records, golden, [(identity.type, identity.value)])
    told = tuple(f"{one.kind.value}: {one.sentence}" for one in consequences_of(desk, members, records, golden))
    return (*MERGE_COSTS, *told), Basis(
        records, {}, promised(golden), tuple((step.kind.value, step.request) for step in steps)
    )


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


def _screen(view: CandidateView, identity: Identifier) -> Iterator[str]:
    """What the decision rests on, for the audit; record text."""
    yield f"link of {identity.type} {identity.value}"
    for column, record in zip(view.columns, view.basis.records, strict=True):
        yield f"{column.letter}: {column.contact_id} · {column.type.lower()} · {column.name}"
        yield from (f"  {field_of(path).label}: {shown(path, value_at(record, path))}" for path in content(record))
    yield from (f"after: {sentence}" for sentence in view.after)
