"""Which identifiers lead to the merged contact, and what is known of that beforehand.

The new contact owns what its members have claimed (section 2.1, point 7 of the API contract). A field does not prove a
claim (section 3): the identifier of a value that several contacts hold belongs to the first that claimed it. Members
that were read without their ``identifiers`` leave open what they own.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.contact import contact_from
from reviewer.domain.fields import CUSTOM
from reviewer.domain.golden_record import GoldenRecord, promised
from reviewer.domain.identifiers import FieldIdentifier, Identifier, claimed_identifiers, field_identifiers
from reviewer.domain.plan import released_identifiers, spellings
from reviewer.domain.wire import JsonObject


class Standing(StrEnum):
    """How an identifier will stand with the merged contact."""

    FIELD = "in a field"
    ALONE = "as an identifier only"
    RELEASED = "released by a call of its own"


class Ownership(StrEnum):
    """Whether the merged contact will own it."""

    SURE = "a member has claimed it"
    EXPECTED = "a member holds it, and nobody else is known to"
    OPEN = "another contact may have claimed it"
    UNSETTLED = "its value, or one of its spellings, has no place in the result: whether it stays is not documented"
    GONE = "it no longer leads to this person"


class MergedIdentifier(NamedTuple):
    """An identifier, the members it comes from, the field of the result that holds it ('' for none), how it stands.

    ``others`` are living contacts outside of the merge whose fields hold it, as far as the mirror knows.
    """

    identifier: Identifier
    sources: tuple[str, ...]
    field: str
    standing: Standing
    ownership: Ownership
    others: tuple[str, ...]


def merged_identifiers(
    members: Sequence[JsonObject],
    golden: GoldenRecord,
    others: Mapping[Identifier, Sequence[str]],
) -> tuple[MergedIdentifier, ...]:
    """The union of what the members' fields imply and what the members have claimed, in the order of the members."""
    sources: dict[Identifier, dict[str, None]] = {}
    claims = {str(one["id"]): claimed_identifiers(one) for one in members}
    for one in members:
        for identifier in (*(implied.identifier for implied in _implied(one)), *sorted(claims[str(one["id"])] or ())):
            sources.setdefault(identifier, {})[str(one["id"])] = None
    fields = {implied.identifier: implied.field for implied in reversed(_implied(promised(golden)))}
    released = set(released_identifiers(golden))
    displaced = _displaced(members, fields)
    return tuple(
        _unsettled(found) if identifier in displaced else found
        for identifier, ids in sources.items()
        for found in (_judged(identifier, tuple(ids), fields.get(identifier, ""), released, claims, others),)
    )


def _displaced(members: Sequence[JsonObject], fields: Mapping[Identifier, str]) -> set[Identifier]:
    """What members' fields hold and the result's do not, or only in one of several spellings of an email."""
    held = [implied.identifier for one in members for implied in _implied(one)]
    return {one for one in held if one not in fields or (one.type == "Email" and len(spellings(members, one)) > 1)}


def _unsettled(found: MergedIdentifier) -> MergedIdentifier:
    certain = found.ownership in (Ownership.SURE, Ownership.EXPECTED)
    return found._replace(ownership=Ownership.UNSETTLED) if certain else found


def _implied(fields: JsonObject) -> list[FieldIdentifier]:
    record = {path: value for path, value in fields.items() if not path.startswith(CUSTOM)}
    return [one for one in field_identifiers(contact_from({"id": "new", **record})) if one.field != "identifiers"]


def _judged(
    identifier: Identifier,
    sources: tuple[str, ...],
    field: str,
    released: set[Identifier],
    claims: Mapping[str, frozenset[Identifier] | None],
    others: Mapping[Identifier, Sequence[str]],
) -> MergedIdentifier:
    outside = tuple(others.get(identifier, ()))
    if identifier in released:
        return MergedIdentifier(identifier, sources, "", Standing.RELEASED, Ownership.GONE, outside)
    standing = Standing.FIELD if field else Standing.ALONE
    known = [claimed for claimed in claims.values() if claimed is not None]
    if any(identifier in claimed for claimed in known):
        ownership = Ownership.SURE
    elif outside or len(known) == len(claims):
        ownership = Ownership.OPEN
    else:
        ownership = Ownership.EXPECTED
    return MergedIdentifier(identifier, sources, field, standing, ownership, outside)
