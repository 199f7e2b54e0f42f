"""One candidate as a steward sees it: the records side by side, the golden record, the evidence, what a merge does."""

from collections.abc import Collection, Mapping, Sequence

from reviewer.domain import levels as comparison
from reviewer.domain.consequences import Consequence, consequences
from reviewer.domain.contact import contact_from
from reviewer.domain.errors import RefusedError, ReviewerError
from reviewer.domain.fields import fields_of
from reviewer.domain.golden_record import NOTHING, GoldenRecord, golden_record, promised
from reviewer.domain.group_evidence import spanning, verdict_of_group, weight_of_group
from reviewer.domain.identifiers import Identifier, field_identifiers
from reviewer.domain.merged_identifiers import merged_identifiers
from reviewer.domain.plan import Step, check_person, merge_plan
from reviewer.domain.rulings import Ruling
from reviewer.domain.wire import JsonObject, decode_object, digest
from reviewer.review import after, comparison_rows, holders, kept_out, links, proposing, standing
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView, Column, Ruled
from reviewer.store import contacts, models, pairs, queue, rulings
from reviewer.store.contacts import StoredContact
from reviewer.store.pairs import StoredPair

NO_TYPE = "no type"
"""What stands for the type of a contact that says none, as those of a file may."""

_CHANNEL_TYPES = ("Social", "Cookie", "AppleOpaqueId")


def view(
    desk: Desk, candidate_id: int, *, picks: Mapping[str, str] | None = None, left_out: Collection[str] = ()
) -> CandidateView:
    """What is shown of a candidate now.

    ``picks`` maps field paths to the contact whose value the steward chose, or to ``NOTHING``; ``left_out`` are
    contacts unticked from a group. Raises ``NotFoundError``, and ``RefusedError`` if fewer than two contacts are left
    or a pick is of a contact that has no such value.
    """
    candidate = queue.read(desk.database, candidate_id)
    if candidate.kind == "shared":
        return holders.shared_view(desk, candidate)
    found = contacts.by_numbers(desk.database, queue.members(desk.database, candidate_id))
    lettered = {one.number: letter(index) for index, one in enumerate(sorted(found.values(), key=lambda c: c.number))}
    members = [contact for contact in found.values() if contact.id not in left_out]
    if len(members) < 2:
        raise RefusedError("at least two contacts must stay in the candidate")
    members.sort(key=lambda one: one.number)
    if left_out:
        candidate = made_of(desk, candidate, members)
    return contacts_view(desk, candidate, members, [lettered[one.number] for one in members], dict(picks or {}))


def made_of(desk: Desk, candidate: queue.Candidate, members: Sequence[StoredContact]) -> queue.Candidate:
    """The candidate as these contacts make it, where they are others than its own: their strongest pair, a verdict."""
    numbers = [member.number for member in members]
    inside = pairs.between(desk.database, numbers)
    weight = weight_of_group(spanning(numbers, inside), models.in_use(desk.database).model.prior)
    return candidate._replace(rank=-weight, verdict=verdict_of_group(numbers, inside))


def contacts_view(
    desk: Desk,
    candidate: queue.Candidate,
    members: Sequence[StoredContact],
    letters: Sequence[str],
    picks: dict[str, str],
) -> CandidateView:
    """What is shown of these contacts, in their order, under this candidate's number. Raises as ``view``."""
    records = [decode_object(member.raw) for member in members]
    inside = pairs.between(desk.database, [member.number for member in members])
    tree = spanning([member.number for member in members], inside)
    picks = {path: id_ for path, id_ in picks.items() if id_ == NOTHING or _has(records, id_)}
    golden = _golden(records, picks)
    steps, refusal = _plan(desk, candidate.kind, members, records, golden)
    columns = columns_of(desk, members, records, letters)
    lettered = {column.number: column.letter for column in columns}
    weakest = links.link_of(desk, tree.links[0], lettered) if tree.links else links.NOTHING_KNOWN
    of_group = len(columns) > 2
    basis = Basis(tuple(records), picks, promised(golden), tuple((s.kind.value, s.request) for s in steps))
    document = {"members": records, "promise": basis.promise, "weight": -candidate.rank, "verdict": candidate.verdict}
    return CandidateView(
        id=candidate.id,
        kind=candidate.kind,
        verdict=candidate.verdict,
        weight=-candidate.rank,
        probability=comparison.probability(-candidate.rank),
        state=candidate.state,
        mark=after.mark_in_words(desk, candidate, records),
        columns=columns,
        rows=comparison_rows.rows(
            records, columns, fields_of(records, (desk.rules.born_path,)), golden, _levels(members, inside), desk.rules
        ),
        reasons=weakest.reasons,
        factors=weakest.factors,
        would_be=weakest.weighed.would_be.automatic,
        would_be_rejected=weakest.weighed.would_be.rejected,
        to_judge=_to_judge(inside),
        standing=standing.sentence(desk, candidate),
        model=tree.links[0].model if tree.links else "",
        prior=weakest.weighed.prior if tree.links else models.in_use(desk.database).model.prior,
        bars=weakest.weighed.bars,
        classes=weakest.weighed.classes,
        bars_of=weakest.letters if of_group else (),
        unlinked=links.parts_told(tree.parts, lettered),
        kept_out=kept_out.sentences(desk, lettered),
        pairs=links.links_of(desk, columns, inside, tree) if of_group else (),
        said=said_elsewhere(desk, inside),
        rulings=ruled_on(desk, records),
        after=after.sentences(desk, candidate, members, golden),
        consequences=consequences_of(desk, members, records, golden),
        refusal=refusal,
        shared=None,
        seen=seen_of(members, inside, rulings_on(desk, records)),
        basis=basis,
        why_two=() if refusal else proposing.why_two(desk, document, "merge"),
    )


def _golden(records: Sequence[JsonObject], picks: dict[str, str]) -> GoldenRecord:
    try:
        return golden_record(records, picks)
    except ValueError as error:
        raise RefusedError(str(error)) from error


def _has(records: Sequence[JsonObject], id_: str) -> bool:
    return any(record["id"] == id_ for record in records)


def consequences_of(
    desk: Desk, members: Sequence[StoredContact], records: Sequence[JsonObject], golden: GoldenRecord
) -> tuple[Consequence, ...]:
    """What a merge costs and needs, with the contacts outside of it that hold the same identifiers."""
    inside = [member.number for member in members]
    held = {implied.identifier for record in records for implied in field_identifiers(contact_from(record))}
    others = contacts.other_holders(desk.database, sorted(held), inside)
    return consequences(records, golden, merged_identifiers(records, golden, others))


def columns_of(
    desk: Desk, members: Sequence[StoredContact], records: Sequence[JsonObject], letters: Sequence[str]
) -> tuple[Column, ...]:
    """The heads of the comparison. A contact keeps its letter when another is left out, on every screen."""
    return tuple(
        Column(
            letter=its,
            contact_id=member.id,
            number=member.number,
            type=member.type or NO_TYPE,
            anchors=_anchors(record, desk.rules.anchor_source),
            origin=member.origin,
            name=member.name,
        )
        for its, member, record in zip(letters, members, records, strict=True)
    )


def letter(index: int) -> str:
    """A for the first contact, B for the second; after Z come AA, AB."""
    return letter(index // 26 - 1) + letter(index % 26) if index >= 26 else chr(ord("A") + index)


def _anchors(record: JsonObject, source: str | None) -> tuple[str, ...]:
    external = record.get("externalIds") or ()
    return tuple(str(one.get("value")) for one in external if (one.get("externalSource") or {}).get("id") == source)


def _plan(
    desk: Desk, kind: str, members: Sequence[StoredContact], records: Sequence[JsonObject], golden: GoldenRecord
) -> tuple[list[Step], str]:
    """The steps of a merge, or why there are none."""
    try:
        for member in members:
            _refuse_unmergeable(member)
        check_person(golden)
        return merge_plan(records, golden, channel_identities(records) if kind == "stitch" else ()), ""
    except ReviewerError as error:
        return [], str(error)


def _refuse_unmergeable(member: StoredContact) -> None:
    if member.state == "merged":
        raise RefusedError(f"{member.id} was merged into {member.merged_into} meanwhile")
    if member.state == "gone":
        raise RefusedError(f"the service does not know {member.id} any more")
    if member.origin != "api":
        raise RefusedError(
            f"{member.id} came from {member.origin}, not from the service: it is never sent; "
            "say distinct, or put it off until the service has it"
        )


def channel_identities(records: Sequence[JsonObject]) -> list[tuple[str, str]]:
    """The channel identities of the anonymous side, which must lead to the merged person afterwards."""
    found: dict[Identifier, None] = {}
    for record in records:
        if record.get("type") == "Curated":
            continue
        for implied in field_identifiers(contact_from(record)):
            if (
                implied.identifier.type.startswith(_CHANNEL_TYPES)
                and implied.identifier.type != "SocialInstagramHandle"
            ):
                found[implied.identifier] = None
    return [(identifier.type, identifier.value) for identifier in found]


def _levels(members: Sequence[StoredContact], inside: Sequence[StoredPair]) -> comparison_rows.PairLevels:
    """The levels of the pairs inside that are scored as they stand, by the places of their two contacts."""
    place = {member.number: index for index, member in enumerate(members)}
    return {
        (place[pair.a], place[pair.b]): comparison.unpack(pair.levels)
        for pair in inside
        if pair.levels and pair.source == "detect"
    }


def _to_judge(inside: Sequence[StoredPair]) -> str:
    if any(pair.source == "carried" for pair in inside):
        return "to be judged again: a contact, or the model, changed since the weight was worked out"
    if any(pair.source == "load" for pair in inside):
        return "not judged yet: another tool suspects it"
    return ""


def said_elsewhere(desk: Desk, inside: Sequence[StoredPair]) -> tuple[str, ...]:
    """What other tools said, in words; their reasons are record text."""
    told = []
    for pair in inside:
        for loaded in pairs.said_of(desk.database, pair.a, pair.b):
            parts = [f"weight {loaded.weight:+.1f}" if loaded.weight is not None else "", loaded.reason]
            if loaded.probability is not None:
                parts.insert(1, f"probability {loaded.probability:.3f}")
            told.append(f"{loaded.source}: {', '.join(part for part in parts if part) or 'suspected'}")
    return tuple(told)


def rulings_on(desk: Desk, records: Sequence[JsonObject]) -> list[Ruling]:
    """The rulings in force on any identifier that the contacts' fields hold."""
    identifiers = [implied.identifier for record in records for implied in field_identifiers(contact_from(record))]
    return rulings.on(desk.database, identifiers, desk.today)


def ruled_on(desk: Desk, records: Sequence[JsonObject]) -> tuple[Ruled, ...]:
    """``rulings_on`` as a view and a decision hold them."""
    return tuple(
        Ruled(
            found.identifier.type,
            found.identifier.value,
            found.kind.value,
            found.until.isoformat() if found.until else "",
        )
        for found in rulings_on(desk, records)
    )


def seen_of(members: Sequence[StoredContact], inside: Sequence[StoredPair], in_force: Sequence[Ruling]) -> str:
    """Names what was shown: members and their content, verdicts and weights, rulings."""
    return digest(
        [
            [(member.id, member.content, member.state) for member in members],
            [(pair.a, pair.b, round(pair.weight, 6), pair.verdict) for pair in inside],
            [(*found.identifier, found.kind.value, str(found.until)) for found in in_force],
        ]
    )
