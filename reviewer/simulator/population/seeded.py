"""What a population consists of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal


class Trap(StrEnum):
    """What contact centres really have, and what a program that looks for duplicates may fall into."""

    CHANNELS_WITH_ANCHOR = "one person on several channels, with a CRM id"
    CHANNELS_WITHOUT_ANCHOR = "one person on several channels, without a CRM id"
    RACE = "created twice within seconds"
    SAME_CRM_ID = "the same CRM id twice"
    TWO_CRM_IDS = "one person with two CRM ids"
    CONFLICTING_CRM_IDS = "namesakes in one house with different CRM ids"
    MISTAKEN_CRM_ID = "strangers with one CRM id"
    PARTNERS = "partners with one phone"
    PARENT_AND_CHILD = "parent and child with one phone"
    FATHER_AND_SON = "father and son of one name"
    TWINS = "twins"
    ROLE_MAILBOX = "a role mailbox"
    SWITCHBOARD = "a company switchboard"
    RECYCLED_NUMBER = "a recycled number"
    NICKNAME = "a nickname"
    TYPO = "a typo"
    SWAPPED_NAMES = "first and last name swapped"
    MARRIED_NAME = "a married name"
    OTHER_SCRIPT = "a name in two scripts"
    ANONYMOUS_FINDABLE = "an anonymous contact whose person can be found"
    ANONYMOUS_UNKNOWN = "an anonymous contact of whom nothing can be known"
    HOSTILE_TEXT = "hostile text in a name"
    PLACEHOLDER = "placeholder values"


Expectation = Literal["together", "apart", "either"]


@dataclass(frozen=True, slots=True)
class Case:
    """One instance of a trap.

    ``together``: certainly one person; ``apart``: no two of its persons may be joined, nor any of them with
    somebody else; ``either``: one person, but the records alone may not prove it.
    """

    kind: Trap
    contacts: tuple[str, ...]
    persons: tuple[str, ...]
    expect: Expectation


@dataclass(slots=True)
class Seeded:
    """One contact of a population, with what is true of it."""

    contact: dict[str, Any]
    person: str
    created: int
    notes: list[dict[str, Any]] = field(default_factory=list)
    sessions: list[dict[str, Any]] = field(default_factory=list)
    traps: tuple[Trap, ...] = ()

    @property
    def id(self) -> str:
        return str(self.contact["id"])

    @property
    def type(self) -> str:
        return str(self.contact["type"])


@dataclass(frozen=True, slots=True)
class Episode:
    """Contacts that came about together."""

    seeded: Sequence[Seeded]
    case: Case | None = None
    cases: Sequence[Case] = ()

    def all_cases(self) -> Sequence[Case]:
        return (self.case, *self.cases) if self.case else self.cases


def episode(kind: Trap, seeded: Sequence[Seeded], expect: Expectation) -> Episode:
    """Contacts that together are one instance of a trap."""
    for one in seeded:
        one.traps = (*one.traps, kind)
    persons = tuple(dict.fromkeys(one.person for one in seeded))
    return Episode(seeded, Case(kind, tuple(one.id for one in seeded), persons, expect))
