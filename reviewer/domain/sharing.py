"""What an identifier that several persons hold is: from what its holders are to each other to a steward's ruling."""

from collections.abc import Mapping, Sequence

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import LEVELS, Attribute
from reviewer.domain.rulings import RulingKind

RELATIONS: Mapping[PairClass, tuple[PairClass, ...]] = {
    PairClass.HOUSEHOLD: (PairClass.HOUSEHOLD, PairClass.NAMESAKE),
    PairClass.DESK: (PairClass.DESK,),
    PairClass.RECYCLED: (PairClass.RECYCLED, PairClass.COINCIDENCE),
}
"""What two holders of one identifier who are two persons may be to each other, and the classes of pairs that say so.

Namesakes with one phone are father and son in one home. Strangers who agree by chance in what made them be compared,
and hold one number, had it one after the other (or one of them was written down wrongly, which comes to the same).
"""

SWITCHBOARD_PEOPLE = 5
"""Persons from which the phone of a firm is its switchboard rather than a desk that is shared in turns, and from which
strangers did not have one number after the other."""

TOLD = (Attribute.SURNAME, Attribute.ADDRESS, Attribute.BORN)
"""Attributes whose levels a reason names: what tells a household from strangers."""

LIKELY, UNSURE = 0.8, 0.2
"""Probability from which a kind is said without a doubt, and from which the next one is named beside it."""

EVEN = 0.5
"""Probability from which two contacts count as two persons rather than one."""

SURE = 0.95
"""Probability from which it is not said that the holders may be one person after all."""

_IN_WORDS: Mapping[RulingKind, str] = {
    RulingKind.HOUSEHOLD: "a household",
    RulingKind.DESK: "a desk",
    RulingKind.ROLE_MAILBOX: "a role mailbox",
    RulingKind.SWITCHBOARD: "a switchboard",
    RulingKind.RECYCLED: "recycled",
    RulingKind.PERSONAL: "one person's own",
}

ROLE = "the address names a role, not a person"

_TOGETHER: Mapping[PairClass, str] = {
    PairClass.HOUSEHOLD: "like one household",
    PairClass.DESK: "like people of one firm",
    PairClass.RECYCLED: "like strangers",
}


def kind_of(relation: PairClass, *, email: bool, persons: int) -> RulingKind:
    """The ruling that fits an identifier whose holders are so related."""
    if relation is PairClass.HOUSEHOLD:
        return RulingKind.HOUSEHOLD
    if relation is PairClass.RECYCLED and persons < SWITCHBOARD_PEOPLE:
        return RulingKind.RECYCLED
    if email:
        return RulingKind.ROLE_MAILBOX
    return RulingKind.SWITCHBOARD if persons >= SWITCHBOARD_PEOPLE else RulingKind.DESK


def reason(people: str, pairs: int, chances: Mapping[PairClass, float], signs: Sequence[str]) -> str:
    """Why, in words: who was compared, what their pairs look like, and the ``signs`` that most of those show.

    ``pairs`` is how many pairs of two persons were compared; ``chances`` the probability of each relation.
    """
    first, second, *_ = sorted(chances, key=lambda relation: -chances[relation])
    looks = "who look" if pairs == 1 else "most pairs look" if chances[first] >= LIKELY else "their pairs look"
    sentence = f"{people}, {looks} {_TOGETHER[first]}"
    if chances[second] >= UNSURE:
        sentence += f" ({in_hundred(chances[first])}) or {_TOGETHER[second]} ({in_hundred(chances[second])})"
    return f"{sentence}: {', '.join(signs)}" if signs else sentence


def sign(attribute: Attribute, code: int) -> str:
    """The sentence of a level that a reason names."""
    return LEVELS[attribute][code].sentence


def looks_like(kind: str, certainty: float) -> str:
    """What an identifier looks like, and how surely: a household, 87 %. A certainty of 0 was not worked out."""
    words = _IN_WORDS[RulingKind(kind)]
    return f"{words}, {in_hundred(certainty)}" if certainty else words


def in_hundred(chance: float) -> str:
    """A probability in whole percents that is never rounded to 0 or to certainty."""
    if chance > 0.99:
        return "> 99 %"
    return "< 1 %" if chance < 0.01 else f"{chance:.0%}".replace("%", " %")
