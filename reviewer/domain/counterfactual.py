"""The smallest change of a pair that would make it automatic, and the smallest that would keep it out of the queue.

Worked out only when somebody looks at a pair: a search over what could turn out on a second look, one change at a
time, then two and three together.
"""

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

from reviewer.domain.classes import PairClass
from reviewer.domain.factors import OF_FEW, OWNED, Levels, factors_of
from reviewer.domain.levels import ORDER, Attribute, Relation, level, weight_of
from reviewer.domain.model import Model
from reviewer.domain.policy import doubts_of, objections, rungs_of

LEAST_QUEUED = weight_of(0.1)
"""Match weight under which a pair that no other tool suspects is not queued.

The model's probabilities are calibrated, so this is what a steward's look is worth: of the pairs at the floor nine in
ten are two persons. The share of true pairs that lie below it is measured by ``tests.bench.quality``.
"""

MOST_CHANGES = 3
"""Changes that are tried together, at most."""


class WouldBe(NamedTuple):
    """What would make a pair automatic and what would keep it out of the queue, in words; empty where it is so."""

    automatic: str
    rejected: str


class Change(NamedTuple):
    """A level that an attribute could turn out to have; ``among`` are the levels it could turn from, if not all."""

    attribute: Attribute
    to: str
    sentence: str
    among: tuple[str, ...] = ()


NOTHING = "nothing that a record could show"
NO_FEW = "nothing short of four changes"

_A = Attribute

FOR_IT = (
    Change(_A.PHONE, "ruled personal", "a ruling that the phone is one person's", OF_FEW),
    Change(_A.EMAIL, "ruled personal", "a ruling that the email is one person's", (*OF_FEW, "role")),
    Change(_A.BORN, "exact", "the same date of birth"),
    Change(_A.EMAIL, "own", "the same email, held by nobody else"),
    Change(_A.PHONE, "own", "the same phone, held by nobody else"),
    Change(_A.ANCHOR, "equal", "the same anchors"),
    Change(_A.ADDRESS, "exact", "the same address"),
    Change(_A.GIVEN, "exact", "the same given name"),
    Change(_A.SURNAME, "exact", "the same surname"),
    Change(_A.SUFFIX, "same", "the same suffix"),
    Change(_A.MIDDLE, "exact", "the same middle name"),
    Change(_A.HANDLE, "full", "a display name that is the person's name", ("part", "given", "same", "unlike")),
)
"""What could speak for one person, what a steward can do about it first, then the most telling."""

AGAINST_IT = (
    Change(_A.PHONE, "ruled household", "a ruling that the phone is a household's", (*OWNED, *OF_FEW)),
    Change(_A.EMAIL, "ruled household", "a ruling that the email is a household's", (*OWNED, *OF_FEW)),
    Change(_A.BORN, "different", "a different date of birth"),
    Change(_A.GIVEN, "unlike", "a different given name"),
    Change(_A.SURNAME, "unlike", "a different surname"),
    Change(_A.ANCHOR, "disjoint", "different anchors"),
    Change(_A.EMAIL, "different", "a different email"),
    Change(_A.PHONE, "different", "a different phone"),
    Change(_A.SOCIAL, "different", "a different account on the channel"),
    Change(_A.ADDRESS, "different", "a different address"),
    Change(_A.HANDLE, "unlike", "a display name unlike the person's", ("full", "part", "given", "same")),
)
"""What could speak against it, in the same order."""


def would_be(levels: Levels, model: Model) -> WouldBe:
    """The smallest changes that would make a pair with these levels automatic, or keep it out of the queue."""
    for_it, against_it = to_automatic(levels, model), to_rejected(levels, model)
    return WouldBe(
        NOTHING if for_it is None else _listed([change.sentence for change in for_it]),
        NO_FEW if against_it is None else _listed([change.sentence for change in against_it]),
    )


def to_automatic(levels: Levels, model: Model) -> tuple[Change, ...] | None:
    """The fewest changes that would make the pair automatic; empty if it is, None if no few do."""
    return _smallest(levels, FOR_IT, lambda found: _is_automatic(found, model))


def to_rejected(levels: Levels, model: Model) -> tuple[Change, ...] | None:
    """The fewest changes with which the pair would not be queued; empty if it is not, None if no few do."""
    return _smallest(levels, AGAINST_IT, lambda found: model.weigh(found) < LEAST_QUEUED)


def changed(levels: Levels, changes: Sequence[Change]) -> Levels:
    """The levels with these changes, and with what follows from them.

    Two persons of different names have no full name in common, and hold what they share as two.
    """
    found = dict(levels)
    for change in changes:
        found[change.attribute] = level(change.attribute, change.to)
    if Relation.DIFFERENT in (found[_A.GIVEN].relation, found[_A.SURNAME].relation):
        found[_A.NAMESAKES] = level(_A.NAMESAKES, "missing")
        for attribute in (_A.PHONE, _A.EMAIL):
            if found[attribute].name == "own":
                found[attribute] = level(attribute, "shared by 2")
    return found


def _smallest(
    levels: Levels, changes: Sequence[Change], reached: Callable[[Levels], bool]
) -> tuple[Change, ...] | None:
    if reached(levels):
        return ()
    open_changes = [change for change in changes if _is_open(levels, change)]
    for count in range(1, MOST_CHANGES + 1):
        for chosen in combinations(open_changes, count):
            if reached(changed(levels, chosen)):
                return chosen
    return None


def _listed(sentences: Sequence[str]) -> str:
    if len(sentences) < 2:
        return "".join(sentences)
    return f"{', '.join(sentences[:-1])} and {sentences[-1]}"


def _is_open(levels: Levels, change: Change) -> bool:
    now = levels[change.attribute].name
    return now != change.to and (not change.among or now in change.among)


def _is_automatic(levels: Levels, model: Model) -> bool:
    if any(objections(levels)) or any(doubts_of(levels)):
        return False
    least = min((rung.chance for rung in rungs_of(levels, factors_of(levels))), default=None)
    return least is not None and model.classes([levels[a].code for a in ORDER])[PairClass.SAME] >= least
