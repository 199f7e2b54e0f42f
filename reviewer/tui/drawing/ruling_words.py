"""The rulings in a steward's words: the letter that gives each, what it says of an identifier, what follows."""

from typing import NamedTuple

from reviewer.domain.rulings import RulingKind


class Meaning(NamedTuple):
    """The key of a ruling, what the identifier is, and what follows for pairs that rest on it."""

    key: str
    says: str
    follows: str


_PROVES_NOTHING = "proves nothing of who a record is"

MEANINGS: dict[RulingKind, Meaning] = {
    RulingKind.HOUSEHOLD: Meaning("h", "people of one home", _PROVES_NOTHING),
    RulingKind.DESK: Meaning("k", "a workplace shared in turns", _PROVES_NOTHING),
    RulingKind.ROLE_MAILBOX: Meaning("r", "whoever is on duty", _PROVES_NOTHING),
    RulingKind.SWITCHBOARD: Meaning("w", "a company's central number", _PROVES_NOTHING),
    RulingKind.RECYCLED: Meaning("c", "given to somebody new", _PROVES_NOTHING),
    RulingKind.PERSONAL: Meaning("p", "one person's own", "counts in full, however many records hold it"),
}
"""In the order in which they are offered."""


def meaning(kind: RulingKind) -> str:
    """What a ruling says and what follows."""
    said = MEANINGS[kind]
    return f"{said.says}: {said.follows}"
