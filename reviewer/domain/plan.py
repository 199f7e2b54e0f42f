"""Plans: the API calls that a decision needs."""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any, NamedTuple

from reviewer.domain.contact import contact_from, is_ancestor
from reviewer.domain.errors import RefusedError
from reviewer.domain.fields import CUSTOM, EMAIL_PATHS, FieldKind, field_of, value_at
from reviewer.domain.golden_record import GoldenRecord, promised
from reviewer.domain.identifiers import Identifier, field_identifiers, own_form, wire_form
from reviewer.domain.merge_set import check_size, rounds
from reviewer.domain.override import value_override, writable
from reviewer.domain.slots import Held
from reviewer.domain.wire import JsonObject

_TELLING = frozenset((FieldKind.PHONE, FieldKind.EMAIL, FieldKind.ACCOUNT, FieldKind.LIST))
_NAMES = frozenset(("firstName", "middleName", "lastName", "title"))
"""What tells one contact from another: its identifiers and its names; a title alone is a contact to the service."""


class StepKind(StrEnum):
    """The calls that a plan is made of."""

    MERGE = "merge"
    """``{"contactIds", "valueOverride"}``; ``{"step": n}`` among the ids is the contact that step n makes."""
    REMOVE = "remove"
    """PATCH of the merged contact: what must not be in it, and lists that must hold no more than was approved."""
    RELEASE = "release"
    """An identifier of the merged contact that must not lead to this person any more."""
    VERIFY = "look up"
    CLAIM = "claim"
    """An identifier that shall lead to a contact: ``{"contactId", "operation": "Claim", "identifier"}``."""
    SET = "set"
    """PATCH of a contact that no merge made: ``{"contactId", "changes"}``."""
    CREATE = "create"
    """A contact that is made anew: ``{"contact", "insteadOf"}``, the second the old id, which is not sent."""
    CLAIM_BACK = "claim back"
    """A CLAIM for the contact that an identifier was released from: made only if nobody else could get it."""


FOLLOWING = (StepKind.REMOVE, StepKind.RELEASE)
"""Kinds of steps that change the merged contact."""


class Step(NamedTuple):
    """One call: its kind and the request as it is sent."""

    kind: StepKind
    request: JsonObject


def merge_plan(
    members: Sequence[JsonObject], golden: GoldenRecord, identities: Sequence[tuple[str, str]] = ()
) -> list[Step]:
    """The steps that merge ``members`` into one contact with the golden record.

    ``identities`` are channel identities (type, value) that must lead to the merged contact afterwards: a stitch
    is proved by looking each one up. More members than one merge takes are merged in two (see ``merge_set``): both
    carry the whole golden record, and all other steps come after the second.

    Raises ``RefusedError`` where the service would refuse: too few members, one that was merged before,
    a merge set that would grow over its limit, different divisions; and where an identity is to be released.
    """
    check_size(members)
    _check_standing(members)
    _check_identities(released_identifiers(golden), identities)
    override = value_override(golden, members)
    return [
        *(
            Step(StepKind.MERGE, {"contactIds": merged, "valueOverride": override})
            for merged in rounds([str(one["id"]) for one in members])
        ),
        *_removing(golden),
        *_releasing(members, golden),
        *(Step(StepKind.VERIFY, {"type": kind, "value": value}) for kind, value in identities),
    ]


def check_person(golden: GoldenRecord) -> None:
    """Raise ``RefusedError`` if what a steward removes leaves nobody, which the service would not mind."""
    if golden.emptied and not any(field_of(path).kind in _TELLING or path in _NAMES for path in golden.fields):
        raise RefusedError("nothing would be left that tells who this person is: let a name or an identifier stay")


def _check_standing(members: Sequence[JsonObject]) -> None:
    for one in members:
        if is_ancestor(contact_from(one)):
            raise RefusedError(f"{one['id']} was merged into another contact before: it cannot be merged again")
    divisions = {(one.get("division") or {}).get("id") or "*" for one in members}
    if len(divisions) > 1:
        raise RefusedError(
            f"these contacts are in different divisions ({', '.join(sorted(divisions))}): the service merges within one"
        )


def _check_identities(released: Sequence[Identifier], identities: Sequence[tuple[str, str]]) -> None:
    for kind, value in identities:
        if Identifier(kind, value) in released:
            raise RefusedError(f"{kind} {value} is what this links to the person: it cannot be removed in the same act")


def _removing(golden: GoldenRecord) -> list[Step]:
    """All that has to be removed, in one call: a patch is made of as many changes as are needed."""
    changes: list[JsonObject] = [{"field": f"$.{removal.path}", "action": "Remove"} for removal in golden.removals]
    for path in golden.settled:
        value = writable(path, golden.fields[path].value)
        changes.append({"field": f"$.{path}", "action": "Update", "value": value})
    return [Step(StepKind.REMOVE, {"changes": changes})] if changes else []


def _releasing(members: Sequence[JsonObject], golden: GoldenRecord) -> Iterator[Step]:
    """A release for each identifier, of an email for each of its spellings: whether the service folds them is open."""
    for identifier in released_identifiers(golden):
        wire = wire_form(identifier)
        for value in spellings(members, identifier) if identifier.type == "Email" else (wire["value"],):
            yield Step(StepKind.RELEASE, {"operation": "Release", "identifier": {**wire, "value": value}})


def spellings(members: Sequence[JsonObject], email: Identifier) -> list[str]:
    """How the members write an email."""
    written = (str(value_at(one, path) or "") for one in members for path in EMAIL_PATHS)
    return list(dict.fromkeys(one for one in written if own_form("Email", one) == email))


def released_identifiers(golden: GoldenRecord) -> list[Identifier]:
    """Identifiers of unwanted values that no field of the golden record implies."""
    kept = set(_identifiers_of(promised(golden).items()))
    unwanted = dict.fromkeys(one for held in golden.unwanted for one in _implied(held))
    return [identifier for identifier in unwanted if identifier not in kept]


def _implied(held: Held) -> list[Identifier]:
    return _identifiers_of([(held.path, held.value)])


def _identifiers_of(fields: Iterable[tuple[str, Any]]) -> list[Identifier]:
    record = {path: value for path, value in fields if not path.startswith(CUSTOM)}
    return [implied.identifier for implied in field_identifiers(contact_from({"id": "new", **record}))]
