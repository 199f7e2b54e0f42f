"""Independent kinds of evidence: which comparison levels are a factor, and which facts are one factor together.

What one fact explains is one factor, however many fields it fills. A phone and the WhatsApp id of that phone are one
column of the comparison already. A home explains a phone, an address, and a mailbox that several people use, so they
are one factor together. A display name belongs to its account, so it adds nothing to the same social id. A date of
birth counts in full only: a year, a default of some form and a placeholder are none.
"""

from collections.abc import Mapping
from enum import StrEnum

from reviewer.domain.levels import Attribute, Level

_A = Attribute
Levels = Mapping[Attribute, Level]
Names = Mapping[Attribute, tuple[str, ...]]


class Factor(StrEnum):
    """Independent kinds of evidence. Two attributes that one fact explains are one factor."""

    ANCHOR = "anchor"
    NAME = "name"
    BORN = "date of birth"
    HOUSEHOLD = "phone or home"
    """A phone (its WhatsApp id included), the address where it may ring, a mailbox of several: a home explains all."""
    EMAIL = "email"
    """An email that nobody of another name holds. That it spells the name is no objection: a mailbox has one owner."""
    SOCIAL = "social id"


OWNED = ("own", "ruled personal")
"""An identifier of one person: nobody of another name holds it, or a steward said so."""

OF_FEW = ("unnamed", "shared by 2", "shared by 3", "shared by 4", "shared by 5")
"""An identifier of so few people that it tells of a home."""

EVIDENCE: Mapping[Factor, tuple[tuple[Attribute, tuple[str, ...]], ...]] = {
    Factor.ANCHOR: ((_A.ANCHOR, ("equal",)),),
    Factor.BORN: ((_A.BORN, ("exact", "slip", "day-month")),),
    Factor.HOUSEHOLD: ((_A.PHONE, (*OWNED, *OF_FEW)), (_A.ADDRESS, ("exact", "near", "unit")), (_A.EMAIL, OF_FEW)),
    Factor.EMAIL: ((_A.EMAIL, OWNED),),
    Factor.SOCIAL: ((_A.SOCIAL, ("same",)),),
}
"""A factor is there if one of its attributes is at one of these levels. What is ruled shared is in none."""

AGREEING_NAMES: Names = {
    _A.GIVEN: ("exact", "nickname", "slip", "near", "part", "short", "swapped"),
    _A.SURNAME: ("exact", "near", "part", "swapped"),
}
"""The factor *name* needs both."""

DISPLAY_NAME: Names = {_A.HANDLE: ("full",), _A.SOCIAL: ("missing", "one-sided", "different")}
"""Or this: an account is named as the person is, and was not found by that account's own id."""


def factors_of(levels: Levels) -> tuple[Factor, ...]:
    """The independent factors that speak for the pair, in the order of ``Factor``."""
    return tuple(factor for factor in Factor if _speaks(factor, levels))


def at(levels: Levels, wanted: Names) -> bool:
    """Whether every attribute that is named is at one of its levels."""
    return all(levels[attribute].name in names for attribute, names in wanted.items())


def _speaks(factor: Factor, levels: Levels) -> bool:
    if factor is Factor.NAME:
        return at(levels, AGREEING_NAMES) or at(levels, DISPLAY_NAME)
    return any(levels[attribute].name in names for attribute, names in EVIDENCE[factor])
