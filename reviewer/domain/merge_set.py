"""How many contacts one person may consist of, and the merges that this takes: the arithmetic of sections 2.1 and 2.2.

One merge takes 25 ids at most and makes a new contact, the head. So more contacts are merged in rounds: the first 25,
then the head with the next 24, and so on. Everything that was ever merged, each head included, counts into the merge
set of the end, and that is limited: a third round begins with 50 contacts, whose merge set would be 53 of 52. Two
rounds are the most that can ever be, for 49 contacts.
"""

from collections.abc import Iterable, Sequence

from reviewer.domain.errors import RefusedError
from reviewer.domain.wire import JsonObject

FEWEST_MEMBERS, MOST_MEMBERS = 2, 25
"""Ids that one merge takes."""

MERGE_SET_LIMIT = 52
"""Contacts, ancestors and heads included, that one person may consist of."""

Round = list[str | JsonObject]
"""The ``contactIds`` of one merge: ids, and in a later round ``{"step": n}`` for the contact that step n makes."""


def rounds(ids: Sequence[str]) -> list[Round]:
    """Which contacts are merged in which round: the first 25 as they stand, then the head with the next ones.

    The order is that of the columns in which a steward sees the contacts.
    """
    found: list[Round] = [list(ids[:MOST_MEMBERS])]
    for start in range(MOST_MEMBERS, len(ids), MOST_MEMBERS - 1):
        found.append([{"step": len(found)}, *ids[start : start + MOST_MEMBERS - 1]])
    return found


def merges_needed(members: int) -> int:
    """Merges that make one contact of so many: each leaves one where there were 25 at most."""
    return max(1, -(-(members - 1) // (MOST_MEMBERS - 1)))


MOST_TOGETHER = max(n for n in range(1, MERGE_SET_LIMIT) if n + merges_needed(n) <= MERGE_SET_LIMIT)
"""Most contacts that can become one person, if none of them was merged before: 49, in two merges."""


def check_size(members: Sequence[JsonObject]) -> None:
    """Raise ``RefusedError`` if these are no two contacts, or would be more than one person may consist of."""
    ids = [str(one["id"]) for one in members]
    if len(set(ids)) < FEWEST_MEMBERS or len(set(ids)) < len(ids):
        raise RefusedError("a merge needs at least two contacts, all different")
    size = merge_set_after(members)
    if size > MERGE_SET_LIMIT:
        raise RefusedError(
            f"the merged person would consist of {size} contacts ({size_told(members)}); "
            f"the service allows {MERGE_SET_LIMIT}: leave out {_to_leave_out(members)}"
        )


def merge_set_after(members: Sequence[JsonObject]) -> int:
    """How many contacts, ancestors and the new ones included, the merged person will consist of."""
    return len(_merge_set(members)) + merges_needed(len(members))


def size_told(members: Sequence[JsonObject]) -> str:
    """How that number comes about, in words."""
    before = len(_merge_set(members)) - len(members)
    merged = f"{before} merged into them before, " if before else ""
    new = merges_needed(len(members))
    made = "the new one" if new == 1 else f"the {new} that {new} merges make"
    return f"these {len(members)}, {merged}and {made}"


def rounds_told(members: Sequence[JsonObject]) -> str:
    """How more contacts than one merge takes are merged, with the size that comes of it; empty for one merge."""
    count, size = len(members), merge_set_after(members)
    if count <= MOST_MEMBERS:
        return ""
    fresh = "fresh " if size == count + merges_needed(count) else ""
    then = [f"then the head with {len(one) - 1}" for one in rounds([str(one["id"]) for one in members])[1:]]
    return f"{count} {fresh}contacts: {MOST_MEMBERS} first, {', '.join(then)}: merge set {size} of {MERGE_SET_LIMIT}"


def _to_leave_out(members: Sequence[JsonObject]) -> str:
    """How many have to go, of those that take nobody along; some, where that alone does not do."""
    count, size = len(members), len(_merge_set(members))
    single = sum(1 for one in members if len(_merge_set([one])) == 1)
    for left in range(1, min(single, count - FEWEST_MEMBERS) + 1):
        if size - left + merges_needed(count - left) <= MERGE_SET_LIMIT:
            return f"{left}" if single == count else f"{left} of those that were never merged"
    return "some"


def _merge_set(members: Iterable[JsonObject]) -> set[str]:
    union: set[str] = set()
    for one in members:
        union |= {str(one["id"]), *(str(entry["id"]) for entry in one.get("mergeSet") or ())}
    return union
