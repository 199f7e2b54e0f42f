"""What the holders of one identifier are to each other: from the classes of their pairs to one answer for all."""

from typing import NamedTuple

import numpy as np

from reviewer.detect.chance_table import Floats
from reviewer.detect.class_chances import CLASSES, Chances, class_chances, class_shares
from reviewer.detect.columns import Ints
from reviewer.detect.level_columns import Levels
from reviewer.domain.classes import PairClass
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.model import Model
from reviewer.domain.prior_model import prior_model
from reviewer.domain.sharing import RELATIONS

STRAY = 0.05
"""The chance that two of more than two holders are to each other something else than all others are: the stranger whose
number was written down wrongly, and who so is in a family's records."""

_SAME = CLASSES.index(PairClass.SAME)
_MEMBERS = [[CLASSES.index(one) for one in classes] for classes in RELATIONS.values()]


class PairRelations(NamedTuple):
    """Of each pair of holders: whether it is one person, and how likely what it shows is in each of ``RELATIONS``."""

    same: Floats
    """The probability that it is one person."""
    held: Chances
    """How likely the level of the identifier itself is: by how many people hold it, and whether it names a role."""
    rest: Chances
    """How likely the levels of all other attributes are."""
    often: Floats
    """How often two persons who hold one identifier are so related."""


def pair_relations(model: Model, levels: Levels, attribute: Attribute) -> PairRelations:
    """The relations of pairs that have a value of ``attribute`` in common, by their levels.

    How often two are so related is taken from the model by hand, for it cannot be learnt without labels: a couple of
    two surnames and the two owners of a recycled number look alike, and EM takes all of them for the more frequent.
    """
    rest = levels.copy()
    rest[:, ORDER.index(attribute)] = 0
    chances, others = class_chances(model, levels), class_chances(model, rest)
    sharing = class_shares(prior_model(), attribute)
    whole = np.maximum(chances / class_shares(model, attribute), 1e-300)
    likely = np.maximum(others / class_shares(model), 1e-300)
    often = np.array([sharing[places].sum() for places in _MEMBERS])
    both, alone = _by_relation(whole, sharing) / often, _by_relation(likely, sharing) / often
    return PairRelations(chances[:, _SAME], both / alone, alone, often / often.sum())


def _by_relation(likely: Chances, shares: Floats) -> Chances:
    """The sum over the classes of each relation, by their shares."""
    return np.stack([(likely * shares)[:, places].sum(axis=1) for places in _MEMBERS], axis=1)


def relation_of_all(group: Ints, pairs: PairRelations, persons: Ints) -> Chances:
    """The probability of each relation for each group of pairs (by ``group``), a column for each of ``RELATIONS``.

    For two persons it is that of their pair. Of more every pair speaks by the chance that it is two persons, and how
    many hold the identifier is one fact, not one for each pair; nor do the pairs of n persons tell as many facts as
    there are (who is at home with one is at home with the other): they count as log2(n) pairs.
    """
    other = 1.0 - pairs.same
    whole = np.maximum(np.bincount(group, other), 1e-9)

    def average(spoken: Chances) -> Chances:
        return np.stack([np.bincount(group, other * column) / whole for column in spoken.T], axis=1)

    usual = (pairs.rest * pairs.often).sum(axis=1)[:, None]
    stray = np.where(persons > 2, STRAY, 0.0)[group][:, None]
    spoken = np.log((1.0 - stray) * pairs.rest + stray * usual) - np.log(usual)
    facts = np.log2(np.maximum(persons, 2))[:, None]
    scores = np.log(pairs.often) + average(np.log(pairs.held)) + facts * average(spoken)
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    found: Chances = scores / scores.sum(axis=1, keepdims=True)
    return found
