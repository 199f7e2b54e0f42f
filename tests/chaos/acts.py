"""What somebody else does while the executor is stopped, or dead."""

from enum import StrEnum


class Act(StrEnum):
    """One for each trial at most."""

    NOTHING = "nothing"
    CHANGES = "a colleague changes a member"
    MERGES_THE_SAME = "a colleague merges the same contacts"
    MERGES_AS_PROMISED = "a colleague merges the same contacts into what was approved"
    MERGES_ONE = "a colleague merges a member with another contact"
    MERGES_ALL = "a colleague merges the members and another contact"
    TAKES_BACK = "a steward takes the approval back"
    APPROVES_OVER = "a steward approves another merge of a member"
    TAKES_IDENTITY = "an identity that leads to nobody is claimed for another contact"


ON_MERGES = tuple(act for act in Act if act not in (Act.NOTHING, Act.TAKES_IDENTITY))
ON_SINGLE_CALLS = (
    Act.CHANGES,
    Act.MERGES_THE_SAME,
    Act.MERGES_ONE,
    Act.MERGES_ALL,
    Act.TAKES_BACK,
    Act.APPROVES_OVER,
    Act.TAKES_IDENTITY,
    Act.TAKES_IDENTITY,
)
"""The last twice: it is the one that such plans have to be on their guard against."""

MERGING = (Act.MERGES_THE_SAME, Act.MERGES_AS_PROMISED, Act.MERGES_ONE, Act.MERGES_ALL)
