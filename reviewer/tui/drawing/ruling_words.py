"""The rulings in a steward's words: the letter that gives each, and what it says of an identifier."""

from typing import NamedTuple

from reviewer.domain.rulings import RulingKind


class Meaning(NamedTuple):
    """The key of a ruling, and what the identifier is."""

    key: str
    says: str


MEANINGS: dict[RulingKind, Meaning] = {
    RulingKind.HOUSEHOLD: Meaning("h", "people of one home"),
    RulingKind.DESK: Meaning("k", "a workplace shared in turns"),
    RulingKind.ROLE_MAILBOX: Meaning("r", "whoever is on duty"),
    RulingKind.SWITCHBOARD: Meaning("w", "a company's central number"),
    RulingKind.RECYCLED: Meaning("c", "given to somebody new"),
    RulingKind.PERSONAL: Meaning("p", "one person's own: it counts in full"),
}
"""In the order in which they are offered."""

CONSEQUENCE = "all but personal: it proves nothing of who a record is"
"""What follows for the pairs that rest on an identifier."""
