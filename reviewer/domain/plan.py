"""Plans: the API calls that a decision needs."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import GoldenRecord, value_override
from reviewer.domain.wire import JsonObject

MOST_MEMBERS = 25
"""Ids that one merge takes."""

MERGE_SET_LIMIT = 52
"""Contacts, ancestors included, that one person may consist of."""


class StepKind(StrEnum):
    """The calls that a plan is made of."""

    MERGE = "merge"
    VERIFY = "look up"


class Step(NamedTuple):
    """One call: its kind and the request as it is sent."""

    kind: StepKind
    request: JsonObject


def merge_plan(
    members: Sequence[JsonObject], golden: GoldenRecord, identities: Sequence[tuple[str, str]] = ()
) -> list[Step]:
    """The steps that merge ``members`` into one contact with the golden record.

    ``identities`` are channel identities (type, value) that must lead to the merged contact afterwards: a stitch
    is proved by looking each one up.

    Raises ``RefusedError`` where the service would refuse: too few or too many members, a merge set that would
    grow over its limit, different divisions.
    """
    ids = [str(one["id"]) for one in members]
    _check_size(members, ids)
    divisions = {(one.get("division") or {}).get("id") or "*" for one in members}
    if len(divisions) > 1:
        raise RefusedError(
            f"these contacts are in different divisions ({', '.join(sorted(divisions))}): the service merges within one"
        )
    merge = Step(StepKind.MERGE, {"contactIds": ids, "valueOverride": value_override(golden, members)})
    return [merge, *(Step(StepKind.VERIFY, {"type": kind, "value": value}) for kind, value in identities)]


def _check_size(members: Sequence[JsonObject], ids: Sequence[str]) -> None:
    if len(set(ids)) < 2 or len(set(ids)) < len(ids):
        raise RefusedError("a merge needs at least two contacts, all different")
    if len(ids) > MOST_MEMBERS:
        raise RefusedError(f"{len(ids)} contacts are more than the {MOST_MEMBERS} that one merge takes: leave some out")
    size = merge_set_after(members)
    if size > MERGE_SET_LIMIT:
        raise RefusedError(
            f"the merged person would consist of {size} contacts; the service allows {MERGE_SET_LIMIT}: leave some out"
        )


def merge_set_after(members: Sequence[JsonObject]) -> int:
    """How many contacts, ancestors and the new one included, the merged person will consist of."""
    union: set[str] = set()
    for one in members:
        union |= {str(one["id"]), *(str(entry["id"]) for entry in one.get("mergeSet") or ())}
    return len(union) + 1
