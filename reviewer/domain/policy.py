"""The multi-factor policy: what the rules say of a pair, as tables of comparison levels.

A verdict is never a matter of the weight alone: one strong factor (the family's phone) weighs a lot and proves
little. The rules name the factors they need, so every verdict can be read back from the levels.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import combinations
from typing import NamedTuple

from reviewer.domain.levels import Attribute, Level, level
from reviewer.domain.merge_set import MOST_MEMBERS
from reviewer.domain.model import Model


class Verdict(StrEnum):
    """What the rules say of a pair."""

    AUTO = "auto"
    """Enough independent factors, nothing against it: an automatic rung may merge it, if a steward switched it on."""
    REVIEW = "review"
    """A steward decides."""
    SHARED = "shared"
    """All that speaks for it is something that several people share; never merged without a steward."""
    VETO = "veto"
    """Something speaks against it that no factor outweighs: never automatic, never in a group by itself."""


class Factor(StrEnum):
    """Independent kinds of evidence. Two attributes that one fact explains are one factor."""

    ANCHOR = "anchor"
    NAME = "name"
    BORN = "date of birth"
    HOUSEHOLD = "phone or address"
    """A phone (its WhatsApp id included) and the address where it may ring: one home explains both."""
    EMAIL = "email"
    SOCIAL = "social id"


class Judgement(NamedTuple):
    """The policy's answer: the verdict, why, on which factors, and the smallest change that would make it auto."""

    verdict: Verdict
    reasons: tuple[str, ...]
    factors: tuple[Factor, ...]
    would_be: str


_A = Attribute
_OWNED = ("own", "ruled personal")
_AMONG_FEW = (*_OWNED, "shared by 2", "shared by 3", "shared by 4", "shared by 5")

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
"""One of these levels and the pair is never automatic."""

EVIDENCE: Mapping[Factor, tuple[tuple[Attribute, tuple[str, ...]], ...]] = {
    Factor.ANCHOR: ((_A.ANCHOR, ("equal",)),),
    Factor.BORN: ((_A.BORN, ("exact", "slip", "day-month")),),
    Factor.HOUSEHOLD: ((_A.PHONE, _AMONG_FEW), (_A.ADDRESS, ("exact", "near"))),
    Factor.EMAIL: ((_A.EMAIL, _AMONG_FEW),),
    Factor.SOCIAL: ((_A.SOCIAL, ("same",)),),
}
"""A factor is there if one of its attributes is at one of these levels. What is ruled shared is in none."""

AGREEING_NAMES = {
    _A.GIVEN: ("exact", "nickname", "slip", "near", "part", "short", "swapped"),
    _A.SURNAME: ("exact", "near", "part", "swapped"),
}
"""The factor *name* needs both, or a display name that is the full name."""

SHARED_SIGNS = (_A.PHONE, _A.EMAIL, _A.ADDRESS)
"""What several people may have in common."""

AUTO_WEIGHT = 7.0
"""Match weight under which nothing is automatic: a chance of one in 128 that it is wrong is too much."""

MOST_AUTOMATIC = MOST_MEMBERS
"""Contacts of a group from which on it is never automatic: more need two merges, which can end in part, and a group of
that size is more often something that several people share than one person."""


class Rung(NamedTuple):
    """A way to ``auto``: all of ``needs``, ``others`` of the remaining factors or more, every level in ``where``."""

    sentence: str
    needs: tuple[Factor, ...]
    others: int
    where: Mapping[Attribute, tuple[str, ...]]


_SAME_NAME = ("exact", "slip", "swapped")
_ONE_PLACE = ("postcode", "place", "street", "unit")
_FORM_OF_NAME = (*_SAME_NAME, "nickname")
_F = Factor

RUNGS = (
    Rung("equal anchors and a second factor", (_F.ANCHOR,), 1, {}),
    Rung("name, date of birth and email", (_F.NAME, _F.BORN, _F.EMAIL), 0, {_A.GIVEN: _FORM_OF_NAME}),
    Rung("name, date of birth and social id", (_F.NAME, _F.BORN, _F.SOCIAL), 0, {_A.GIVEN: _FORM_OF_NAME}),
    Rung("name, date of birth and phone or address", (_F.NAME, _F.BORN, _F.HOUSEHOLD), 0, {_A.GIVEN: _SAME_NAME}),
    Rung("name, email and a third factor", (_F.NAME, _F.EMAIL), 1, {_A.GIVEN: _SAME_NAME}),
    Rung("name, social id and a third factor", (_F.NAME, _F.SOCIAL), 1, {_A.GIVEN: _SAME_NAME}),
    Rung(
        "name and own phone, created within seconds of each other",
        (_F.NAME, _F.HOUSEHOLD),
        0,
        {_A.GIVEN: ("exact",), _A.PHONE: _OWNED, _A.CREATED: ("race",)},
    ),
    Rung(
        "name and date of birth, in one postcode or street",
        (_F.NAME, _F.BORN),
        0,
        {_A.GIVEN: _SAME_NAME, _A.BORN: ("exact",), _A.ADDRESS: _ONE_PLACE},
    ),
    Rung(
        "date of birth and a name that chance would seldom give twice",
        (_F.NAME, _F.BORN),
        0,
        {_A.GIVEN: ("exact", "swapped"), _A.BORN: ("exact",), _A.NAMESAKES: ("rare", "unusual")},
    ),
)
"""A name and a phone are two factors that father and son of one name share, so they stay with a steward. Twins share
all but the given name, so a form of it (Liz, Lisa) needs more than their home."""

_IMPROVEMENTS: tuple[tuple[Attribute, str, str], ...] = (
    (_A.BORN, "exact", "the same date of birth"),
    (_A.EMAIL, "own", "the same email, held by nobody else"),
    (_A.PHONE, "own", "the same phone, held by nobody else"),
    (_A.ANCHOR, "equal", "the same anchors"),
    (_A.ADDRESS, "exact", "the same address"),
    (_A.GIVEN, "exact", "the same given name"),
    (_A.SURNAME, "exact", "the same surname"),
    (_A.SUFFIX, "same", "the same suffix"),
    (_A.MIDDLE, "exact", "the same middle name"),
    (_A.HANDLE, "full", "a display name that is the person's name"),
)
"""What could turn out on a second look, most telling first; tried one at a time, then two together."""


def judge(levels: Mapping[Attribute, Level], model: Model) -> Judgement:
    """The verdict on a pair with these levels, weighed by the model."""
    factors = factors_of(levels)
    vetoes = tuple(_said(levels, VETOES))
    if vetoes:
        return Judgement(Verdict.VETO, vetoes, factors, _smallest_change(levels, model))
    doubts = tuple(_doubts(levels))
    rung = _rung(levels, model.weigh(levels), factors)
    if rung is not None and not doubts:
        return Judgement(Verdict.AUTO, (rung.sentence,), factors, "")
    would_be = _smallest_change(levels, model)
    shared = _shared_signs(levels, factors)
    if shared:
        return Judgement(Verdict.SHARED, (*shared, *doubts), factors, would_be)
    return Judgement(Verdict.REVIEW, (_counted(factors), *doubts), factors, would_be)


def groupable(verdict: Verdict | str) -> bool:
    """Whether a pair of this verdict may join contacts into one group."""
    return verdict in (Verdict.AUTO, Verdict.REVIEW)


def factors_of(levels: Mapping[Attribute, Level]) -> tuple[Factor, ...]:
    """The independent factors that speak for the pair, in the order of ``Factor``."""
    return tuple(factor for factor in Factor if _speaks(factor, levels))


def _speaks(factor: Factor, levels: Mapping[Attribute, Level]) -> bool:
    if factor is Factor.NAME:
        return _at(levels, AGREEING_NAMES) or levels[_A.HANDLE].name == "full"
    return any(levels[attribute].name in names for attribute, names in EVIDENCE[factor])


def _at(levels: Mapping[Attribute, Level], wanted: Mapping[Attribute, tuple[str, ...]]) -> bool:
    return all(levels[attribute].name in names for attribute, names in wanted.items())


def _said(levels: Mapping[Attribute, Level], table: tuple[tuple[Attribute, str], ...]) -> Iterator[str]:
    for attribute, name in table:
        if levels[attribute].name == name:
            yield levels[attribute].sentence


def _doubts(levels: Mapping[Attribute, Level]) -> Iterator[str]:
    for attribute, names in DOUBTS:
        if levels[attribute].name in names:
            yield levels[attribute].sentence


def _rung(levels: Mapping[Attribute, Level], weight: float, factors: tuple[Factor, ...]) -> Rung | None:
    """The first rung that the factors reach, or None."""
    if weight < AUTO_WEIGHT:
        return None
    for rung in RUNGS:
        enough = len(factors) >= len(rung.needs) + rung.others
        if enough and set(rung.needs) <= set(factors) and _at(levels, rung.where):
            return rung
    return None


def _shared_signs(levels: Mapping[Attribute, Level], factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """The sentences of what is shared, if no more than shared identifiers or the birthday of twins speaks for it."""
    own = {Factor.NAME, Factor.ANCHOR, Factor.SOCIAL}
    if not own.isdisjoint(factors) or (Factor.BORN in factors and levels[_A.GIVEN].name != "unlike"):
        return ()
    signs = [levels[attribute] for attribute in SHARED_SIGNS if levels[attribute].relation.value == "equal"]
    if not signs or any(sign.name in _OWNED for sign in signs):
        return ()
    return tuple(sign.sentence for sign in signs)


def _counted(factors: tuple[Factor, ...]) -> str:
    if not factors:
        return "no factor is sure"
    words = ("one factor", "two factors", "three factors", "four factors", "five factors", "six factors")
    return f"{words[len(factors) - 1]}: {', '.join(factors)}"


def _smallest_change(levels: Mapping[Attribute, Level], model: Model) -> str:
    """The fewest changes of levels that would make the pair automatic, in words."""
    open_changes = [change for change in _IMPROVEMENTS if levels[change[0]].name != change[1]]
    for count in (1, 2, 3):
        for changes in combinations(open_changes, count):
            if _is_auto_with(levels, model, changes):
                return " and ".join(sentence for _, _, sentence in changes)
    return "nothing that a record could show"


def _is_auto_with(
    levels: Mapping[Attribute, Level], model: Model, changes: tuple[tuple[Attribute, str, str], ...]
) -> bool:
    changed = {**levels, **{attribute: level(attribute, name) for attribute, name, _ in changes}}
    if any(_said(changed, VETOES)) or any(_doubts(changed)):
        return False
    return _rung(changed, model.weigh(changed), factors_of(changed)) is not None
