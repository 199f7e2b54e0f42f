"""Re-creating members of a merge: the merged contact is read, and what was shown of it is approved and staged."""

from reviewer.domain.compensation import Compensation
from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import content, value_at
from reviewer.domain.identifiers import from_wire
from reviewer.domain.plan import StepKind
from reviewer.domain.record import make_record
from reviewer.domain.wire import JsonObject, decode_object
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import NotFound
from reviewer.review import decide, proposing
from reviewer.review.by_name import view_by_name
from reviewer.review.compensate import Now, Shown, merged_contact
from reviewer.review.compensation_text import compensation_lines
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.views import Basis, CandidateView
from reviewer.store import contacts, merges, recreations
from reviewer.store.contacts import StoredContact


async def read_now(client: GenesysClient, desk: Desk, operation: int) -> Now | None:
    """The living contact behind the one that a merge made, and what leads to it; the mirror takes it in.

    None if the service does not know it any more. Raises ``ApiError``, and as ``merged_contact``.
    """
    canonical = merged_contact(desk, operation)
    try:
        body = await client.contact(canonical)
        record = make_record(body, desk.rules)
        held = await client.identifiers(record.contact.id)
    except NotFound:
        contacts.mark_gone(desk.database, [canonical])
        return None
    merges.take_in(desk.database, [record], {canonical: record}, at=desk.moment, today=desk.today)
    claims = frozenset(
        from_wire({"type": one.type, "value": one.value, "externalSource": {"id": source.id} if source else None})
        for one in held
        for source in (one.external_source,)
    )
    return Now(decode_object(body), claims)


def approve(desk: Desk, shown: Shown, *, note: str) -> Decided:
    """Approve the one choice that ``shown`` has, of the contact as it was just read, and stage it.

    Raises ``RefusedError`` where it cannot be carried out, where the service was not asked, if the contact changed
    since, or if it is part of another operation that has not ended.
    """
    if shown.refusal:
        raise RefusedError(shown.refusal)
    if not shown.asked or len(shown.choices) != 1:
        raise RefusedError("the merged contact has to be read first: run it again where the service can be reached")
    if not note.strip():
        raise RefusedError("a compensation needs a note: say with --note what was wrong")
    (choice,) = shown.choices
    with proposing.approval(desk) as connection:
        member = contacts.by_ids(desk.database, [shown.canonical]).get(shown.canonical)
        if member is None or member.state != "live" or member.origin != "api":
            raise RefusedError(f"{shown.canonical} changed since it was shown: look at it again")
        screen = "\n".join(compensation_lines(shown))
        sentence = f"to re-create {', '.join(choice.contacts)} was approved"
        view = _view(desk, member, choice)
        decided = decide.stage(
            desk, view, [member], "compensate", sentence=sentence, note=note, details={"screen": screen}
        )
        recreations.write(connection, decided.operation or 0, shown.operation, choice.contacts)
    return decided


def _view(desk: Desk, member: StoredContact, choice: Compensation) -> CandidateView:
    """What is decided on: the merged contact as it is, and what it is to be."""
    record = decode_object(member.raw)
    steps = tuple((step.kind.value, step.request) for step in choice.steps)
    basis = Basis((record,), {}, _promise(record, choice), steps)
    return view_by_name(desk, "compensate", [member], basis, (*choice.lost, *choice.stays))


def _promise(record: JsonObject, choice: Compensation) -> JsonObject:
    """The merged contact as it is to be, path → value: as it is, with what it gives back."""
    promise = {path: value_at(record, path) for path in content(record)}
    changes = [change for step in choice.steps if step.kind is StepKind.SET for change in step.request["changes"]]
    for change in changes:
        path = str(change["field"]).removeprefix("$.")
        if change["action"] == "Remove":
            promise.pop(path, None)
        else:
            promise[path] = change["value"]
    return promise
