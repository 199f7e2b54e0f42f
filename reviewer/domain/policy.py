"""The multi-factor policy: what the rules say of a pair, as tables that are gone through from the top.

| verdict | where                                                                                  | table         |
|---------|----------------------------------------------------------------------------------------|---------------|
| veto    | something speaks against it that no factor outweighs                                   | ``VETOES``    |
| auto    | a rung is reached, nothing is doubtful, and the model is as sure as the rung needs     | ``RUNGS``     |
| shared  | nothing that is one person's own speaks for it                                         | ``OF_OTHERS`` |
| shared  | it looks like a household, a desk or a recycled number rather than like one person     | ``LOOKS``     |
| review  | all others; those that look like namesakes or chance say so                            | ``LOOKS``     |

A verdict is never a matter of the weight alone: one strong factor (the family's phone) weighs a lot and proves
little. The rules name the factors they need, so every verdict can be read back from the levels.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from reviewer.domain.classes import PairClass
from reviewer.domain.factors import OWNED, Factor, Levels, Names, at, factors_of
from reviewer.domain.levels import ORDER, Attribute, Relation
from reviewer.domain.merge_set import MOST_MEMBERS
from reviewer.domain.model import Model


class Verdict(StrEnum):
    """What the rules say of a pair."""

    AUTO = "auto"
    """Enough independent factors, nothing against it: an automatic rung may merge it, if a steward switched it on."""
    REVIEW = "review"
    """A steward decides."""
    SHARED = "shared"
    """What speaks for it is something that several people share; never merged without a steward."""
    VETO = "veto"
    """Something speaks against it that no factor outweighs: never automatic, never in a group by itself."""


class Judgement(NamedTuple):
    """The policy's answer: the verdict, why, and on which factors."""

    verdict: Verdict
    reasons: tuple[str, ...]
    factors: tuple[Factor, ...]


_A, _F = Attribute, Factor

VETOES: tuple[tuple[Attribute, str], ...] = (
    (_A.ANCHOR, "disjoint"),
    (_A.BORN, "different"),
    (_A.BORN, "two parts"),
    (_A.BORN, "generation"),
    (_A.SUFFIX, "conflict"),
)
"""One of these levels is a veto, even with equal anchors."""

DOUBTS: tuple[tuple[Attribute, tuple[str, ...]], ...] = (
    (_A.GIVEN, ("unlike", "loose", "crossed")),
    (_A.SURNAME, ("unlike", "loose", "crossed")),
    (_A.MIDDLE, ("unlike",)),
    (_A.ANCHOR, ("overlap",)),
    (_A.BORN, ("weeks", "year")),
    (_A.HANDLE, ("unlike",)),
    (_A.SUFFIX, ("one-sided",)),
)
"""One of these levels and the pair is never automatic. An anchor that an agent copied into another person's record
stands beside a name that is unlike."""

THREE_FACTORS, TWO_FACTORS = 0.99, 0.999
"""Chance of being one person, by the model, under which a rung of so many factors counts for nothing."""

MOST_AUTOMATIC = MOST_MEMBERS
"""Contacts of a group from which on it is never automatic: more need two merges, which can end in part, and a group of
that size is more often something that several people share than one person."""


class Rung(NamedTuple):
    """A way to ``auto``: all of ``needs``, one of ``one_of`` if there are any, every level in ``where``, and a chance
    of at least ``chance``."""

    sentence: str
    needs: tuple[Factor, ...]
    one_of: tuple[Factor, ...] = ()
    where: Names = MappingProxyType({})
    chance: float = THREE_FACTORS


_SAME_NAME = ("exact", "swapped")
_ONE_PLACE = ("postcode", "place", "near place", "near postcode", "street", "other town")
_FORM_OF_NAME = (*_SAME_NAME, "nickname")
_NO_COMMON_NAME = ("rare", "unusual", "usual")
_NO_HOME = ("missing", "one-sided", "different", "near", *OWNED)

RUNGS = (
    Rung("equal anchors and a second factor", (_F.ANCHOR,), (_F.NAME, _F.BORN, _F.EMAIL, _F.SOCIAL)),
    Rung("equal anchors and own phone", (_F.ANCHOR, _F.HOUSEHOLD), where={_A.PHONE: OWNED}),
    Rung("name, date of birth and email", (_F.NAME, _F.BORN, _F.EMAIL), where={_A.GIVEN: _FORM_OF_NAME}),
    Rung("name, date of birth and social id", (_F.NAME, _F.BORN, _F.SOCIAL), where={_A.GIVEN: _FORM_OF_NAME}),
    Rung(
        "name, date of birth and phone or home",
        (_F.NAME, _F.BORN, _F.HOUSEHOLD),
        where={_A.GIVEN: _SAME_NAME, _A.BORN: ("exact", "day-month")},
    ),
    Rung("name, email and social id", (_F.NAME, _F.EMAIL, _F.SOCIAL), where={_A.GIVEN: _SAME_NAME}),
    Rung("name, social id and phone or home", (_F.NAME, _F.SOCIAL, _F.HOUSEHOLD), where={_A.GIVEN: _SAME_NAME}),
    Rung(
        "name, own email and own phone",
        (_F.NAME, _F.EMAIL, _F.HOUSEHOLD),
        where={_A.GIVEN: _SAME_NAME, _A.PHONE: OWNED, _A.BORN: ("missing", "exact", "day-month", "common")},
    ),
    Rung(
        "name and own phone, created within seconds of each other",
        (_F.NAME, _F.HOUSEHOLD),
        where={_A.GIVEN: ("exact",), _A.PHONE: OWNED, _A.CREATED: ("race",), _A.BORN: ("missing", "exact")},
        chance=TWO_FACTORS,
    ),
    Rung(
        "name and date of birth, in one postcode or street",
        (_F.NAME, _F.BORN),
        where={_A.GIVEN: (*_SAME_NAME, "slip"), _A.BORN: ("exact",), _A.ADDRESS: _ONE_PLACE},
        chance=TWO_FACTORS,
    ),
    Rung(
        "name and date of birth, where the name is no common one",
        (_F.NAME, _F.BORN),
        where={_A.GIVEN: _SAME_NAME, _A.BORN: ("exact",), _A.NAMESAKES: _NO_COMMON_NAME},
        chance=TWO_FACTORS,
    ),
    Rung(
        "full name, no common one, and own email; no date of birth on either side",
        (_F.NAME, _F.EMAIL),
        where={
            _A.GIVEN: ("exact",),
            _A.SURNAME: ("exact",),
            _A.NAMESAKES: _NO_COMMON_NAME,
            _A.BORN: ("missing",),
            _A.PHONE: _NO_HOME,
        },
        chance=TWO_FACTORS,
    ),
)
"""Father and son of one name share name, phone, address, perhaps a mailbox, and often only one record has a date of
birth: so a name and a home stay with a steward, also with dates that differ by a slip; own email and phone count only
if no date is on one side alone; a phone that is a home's makes the mailbox doubtful too. Twins share all but the given
name, and are named alike (Jan, Jana): a name that differs by a slip counts only where the two seem to share no home."""

OF_OTHERS = (_A.PHONE, _A.EMAIL, _A.ADDRESS)
"""What several people may have in common."""


class Look(NamedTuple):
    """What a class of pairs means for the verdict; ``shared`` where it needs one of ``OF_OTHERS`` to agree."""

    sentence: str
    shared: bool


LOOKS: Mapping[PairClass, Look] = {
    PairClass.HOUSEHOLD: Look("looks like one household: two under one roof", shared=True),
    PairClass.DESK: Look("looks like one desk or switchboard: two reached by it", shared=True),
    PairClass.RECYCLED: Look("looks like a recycled number: two, one after the other", shared=True),
    PairClass.NAMESAKE: Look("looks like namesakes: two of one name", shared=False),
    PairClass.COINCIDENCE: Look("looks like chance: two strangers who agree in little", shared=False),
}
"""The model's part of the verdict: the class that is likelier than any other. It takes nothing from *auto*, which needs
near certainty of one person, and parts no groups, for what joins them is likelier one person than anything else."""

MORE_LIKELY_THAN_NOT = 0.5
"""Chance of a class from which it makes a pair *shared*; below, the class is a reason only."""


def judge(levels: Levels, model: Model) -> Judgement:
    """The verdict on a pair with these levels, weighed by the model."""
    factors = factors_of(levels)
    classes = model.classes([levels[attribute].code for attribute in ORDER])
    likeliest = max(classes, key=classes.__getitem__)
    look = LOOKS.get(likeliest)
    looks = (look.sentence,) if look else ()
    if vetoes := tuple(objections(levels)):
        return Judgement(Verdict.VETO, (*vetoes, *looks), factors)
    doubts = tuple(doubts_of(levels))
    rungs = () if doubts else tuple(rungs_of(levels, factors))
    for rung in rungs:
        if classes[PairClass.SAME] >= rung.chance:
            return Judgement(Verdict.AUTO, (rung.sentence,), factors)
    if signs := _of_others(levels, factors):
        return Judgement(Verdict.SHARED, (*signs, *looks, *doubts), factors)
    if look and look.shared and classes[likeliest] >= MORE_LIKELY_THAN_NOT and _agrees(levels):
        return Judgement(Verdict.SHARED, (*looks, *doubts), factors)
    unsure = (f"{rungs[0].sentence}, but not as sure as a merge without a steward has to be",) if rungs else ()
    return Judgement(Verdict.REVIEW, (_counted(factors), *looks, *doubts, *unsure), factors)


def groupable(verdict: Verdict | str) -> bool:
    """Whether a pair of this verdict may join contacts into one group."""
    return verdict in (Verdict.AUTO, Verdict.REVIEW)


def objections(levels: Levels) -> Iterator[str]:
    """The sentences of the vetoes."""
    return (levels[attribute].sentence for attribute, name in VETOES if levels[attribute].name == name)


def doubts_of(levels: Levels) -> Iterator[str]:
    """The sentences of the doubts."""
    return (levels[attribute].sentence for attribute, names in DOUBTS if levels[attribute].name in names)


def rungs_of(levels: Levels, factors: tuple[Factor, ...]) -> Iterator[Rung]:
    """The rungs that factors and levels reach, if the chance is enough for them."""
    for rung in RUNGS:
        another = not rung.one_of or any(factor in factors for factor in rung.one_of)
        if another and all(factor in factors for factor in rung.needs) and at(levels, rung.where):
            yield rung


def _of_others(levels: Levels, factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """The sentences of what is shared, if no more than shared identifiers or the birthday of twins speaks for it."""
    own = {Factor.NAME, Factor.ANCHOR, Factor.SOCIAL}
    if not own.isdisjoint(factors) or (Factor.BORN in factors and levels[_A.GIVEN].name != "unlike"):
        return ()
    signs = [levels[attribute] for attribute in OF_OTHERS if levels[attribute].relation is Relation.EQUAL]
    if not signs or any(sign.name in (*OWNED, "unnamed") for sign in signs):
        return ()
    return tuple(sign.sentence for sign in signs)


def _agrees(levels: Levels) -> bool:
    equal = any(levels[attribute].relation is Relation.EQUAL for attribute in OF_OTHERS)
    return equal or levels[_A.ADDRESS].name in ("near", "unit")


def _counted(factors: tuple[Factor, ...]) -> str:
    if not factors:
        return "no factor is sure"
    words = ("one factor", "two factors", "three factors", "four factors", "five factors", "six factors")
    return f"{words[len(factors) - 1]}: {', '.join(factors)}"
