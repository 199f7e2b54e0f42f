"""What a merge will cost and need, said before it is approved: typed, and in plain sentences.

The sentences contain record text: they reach a screen through ``text.visible`` only.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.fields import EMAIL_PATHS, LIST_PATHS, PHONE_PATHS, field_of, shown
from reviewer.domain.golden_record import GoldenRecord, Loss, Removal
from reviewer.domain.merge_set import (
    MERGE_SET_LIMIT,
    MOST_MEMBERS,
    MOST_TOGETHER,
    merge_set_after,
    merges_needed,
    rounds_told,
    size_told,
)
from reviewer.domain.merged_identifiers import MergedIdentifier, Ownership, Standing
from reviewer.domain.service_rule import LIST_CAP, joined
from reviewer.domain.wire import JsonObject

_LISTED = 3
"""Most identifiers that are named in one sentence."""


_MANY = 10
"""From so many contacts on their number is not told."""


class Kind(StrEnum):
    """What a consequence is about."""

    LOST = "lost"
    OWN_STEP = "own step"
    IDENTIFIER = "identifier"
    LIMIT = "limit"
    OPEN = "open"
    STAYS = "stays"


class Consequence(NamedTuple):
    """One consequence; ``path`` is the field it is about, or empty."""

    kind: Kind
    path: str
    sentence: str


def consequences(
    members: Sequence[JsonObject], golden: GoldenRecord, identifiers: Sequence[MergedIdentifier]
) -> tuple[Consequence, ...]:
    """All consequences of merging ``members`` into the golden record, the gravest first."""
    return (
        *(Consequence(Kind.LOST, loss.path, sentence(loss)) for loss in golden.losses),
        *_own_steps(golden, identifiers),
        *_limits(members),
        *_about_identifiers(identifiers),
        *_open(members),
        Consequence(Kind.STAYS, "", "notes, sessions and conversations stay with the old contacts; shown together"),
    )


def sentence(loss: Loss) -> str:
    """A loss in words; contains record text."""
    if field_of(loss.path).path == "surveyOptOut":
        return "survey opt-out: overridden, this person may be asked again"
    return f"{field_of(loss.path).label} {shown(loss.path, _of_list(loss.path, loss.value))}: {loss.reason}"


def _of_list(path: str, value: object) -> object:
    return [value] if path in LIST_PATHS and not isinstance(value, list) else value


def _own_steps(golden: GoldenRecord, identifiers: Sequence[MergedIdentifier]) -> Iterator[Consequence]:
    for removal in golden.removals:
        yield Consequence(Kind.OWN_STEP, removal.held.path, _removed(removal))
    for path in golden.settled:
        does = "join all lists" if path in LIST_PATHS else "keep it"
        said = f"{field_of(path).label}: set to what is shown, should the service {does} nevertheless"
        yield Consequence(Kind.OWN_STEP, path, said)
    for one in identifiers:
        if one.standing is Standing.RELEASED:
            said = f"{_named(one)}: released, no longer leads to this person, unless it is written into a field again"
            yield Consequence(Kind.OWN_STEP, "", said)


def _removed(removal: Removal) -> str:
    held = removal.held
    told = f"{field_of(held.path).label} {shown(held.path, held.value)}: removed right after the merge"
    if held.path != removal.path and held.path in (*PHONE_PATHS, *EMAIL_PATHS):
        told += f", which moves it to {field_of(removal.path).label}"
    return told


def _limits(members: Sequence[JsonObject]) -> Iterator[Consequence]:
    size, merges = merge_set_after(members), merges_needed(len(members))
    if merges > 1 and size <= MERGE_SET_LIMIT:
        yield Consequence(Kind.LIMIT, "", rounds_told(members))
        said = (
            f"should the rest change between the two merges, only the first {MOST_MEMBERS} are one, with all its values"
        )
        yield Consequence(Kind.LIMIT, "", said)
    if size > len(members) + merges:
        said = f"the person will consist of {size} contacts ({size_told(members)}) of at most {MERGE_SET_LIMIT}"
        yield Consequence(Kind.LIMIT, "", said)
    if len(members) == MOST_MEMBERS:
        yield Consequence(Kind.LIMIT, "", f"{MOST_MEMBERS} contacts are the most that one merge takes")
    if len(members) == MOST_TOGETHER:
        yield Consequence(Kind.LIMIT, "", f"{MOST_TOGETHER} contacts are the most that can become one person")


def _about_identifiers(identifiers: Sequence[MergedIdentifier]) -> Iterator[Consequence]:
    certain = (Ownership.SURE, Ownership.EXPECTED)
    alone = [one for one in identifiers if one.standing is Standing.ALONE and one.ownership in certain]
    if alone:
        said = f"{_listed(alone)}: in no field of the result, but still leads to this person"
        yield Consequence(Kind.IDENTIFIER, "", said)
    gone = [one for one in identifiers if one.standing is Standing.ALONE and one.ownership is Ownership.UNSETTLED]
    if gone:
        said = f"{_listed(gone)}: in no field of the result; whether it still leads to this person is not known"
        yield Consequence(Kind.IDENTIFIER, "", said)
    for one in identifiers:
        if one.ownership is Ownership.OPEN:
            yield Consequence(Kind.IDENTIFIER, one.field, _shared(one))


def _shared(one: MergedIdentifier) -> str:
    if not one.others:
        return f"{_named(one)}: none of these has claimed it, so it may lead to another contact"
    many = len(one.others)
    number = f"{many} others hold" if many > 1 else "another contact holds"
    holders = "many others hold" if many >= _MANY else number
    return f"{_named(one)}: {holders} it too, and it leads to the first that claimed it"


def _listed(identifiers: Sequence[MergedIdentifier]) -> str:
    named = ", ".join(map(_named, identifiers[:_LISTED]))
    more = len(identifiers) - _LISTED
    return f"{named} and {more} more" if more > 0 else named


def _named(one: MergedIdentifier) -> str:
    kind, value = one.identifier
    return f"{kind} {value.partition('/')[2] if kind == 'ExternalId' else value}"


def _open(members: Sequence[JsonObject]) -> Iterator[Consequence]:
    for path in LIST_PATHS:
        count = len(joined(one.get(path) for one in members))
        if count > LIST_CAP:
            said = f"{field_of(path).label}: {count} in all; whether the service merges so many is not documented"
            yield Consequence(Kind.OPEN, path, said)
    if all(one.get("type") not in (None, "Curated") for one in members):
        yield Consequence(Kind.OPEN, "", "none of these is curated: whether the new contact is, is not documented")
