"""Of which members of a merge it is read just before it what they have claimed: that takes a call for each."""

from enum import StrEnum

from reviewer.domain.wire import JsonObject


class ClaimsRead(StrEnum):
    """Whose claims are read; beside the two calls of a merge."""

    ALL = "all"
    OPEN = "open"
    """Of those whose fields do not tell it: anonymous ones, which may have claimed cookies, and contacts that came out
    of a merge, which own what found no place in their fields."""
    NONE = "none"

    def is_of(self, record: JsonObject) -> bool:
        """Whether the claims of this member are read."""
        return self is ClaimsRead.ALL or (self is ClaimsRead.OPEN and _leaves_open(record))


def _leaves_open(record: JsonObject) -> bool:
    return record.get("type") not in (None, "Curated") or bool(record.get("mergeSet"))
