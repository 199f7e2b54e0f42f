"""Whether learning from decisions is a gain: measured on decisions that were held back from it.

In each of ``FOLDS`` turns a fifth of the decisions is held back, and a model that learned from the others is held
against the one in use. Decisions on the same contacts are held back together.
"""

from typing import NamedTuple

import numpy as np

from reviewer.detect.chance_table import Floats
from reviewer.detect.columns import Flags, Ints
from reviewer.detect.learning import Lessons, learned_from
from reviewer.detect.scoring import Weigher
from reviewer.domain.learned import with_learned, without_learned
from reviewer.domain.model import Model

FOLDS = 5

FEWEST = 30
"""Decisions of each sort (one person, two persons) under which nothing can be told."""

DRAWS, SEED = 2_000, 5
"""How often the clusters of decisions are drawn again to see what chance could do; always the same draws."""

LUCK = 0.025
"""The share of draws without a gain over which a gain may be chance."""

LEAST_GAIN = 0.001
"""Bits a decision under which a gain is not worth judging every pair again."""


class Standing(NamedTuple):
    """How a model did on decided pairs; a pair is called one person from even odds on."""

    loss: float
    """Mean surprise at a decision, in bits."""
    f1: float
    wrong: int


class Measured(NamedTuple):
    """The model in use and the learned one on the same decisions, each of which neither had seen."""

    same: int
    distinct: int
    """Decisions that merged, and that kept apart."""
    pairs: int
    present: Standing
    learned: Standing
    gain: tuple[float, float]
    """Bits that a decision surprises less: in 95 of 100 draws of the decisions the mean is between these."""

    @property
    def better(self) -> bool:
        """Whether it is a gain beyond chance, and no more pairs are called wrong."""
        return self.gain[0] > LEAST_GAIN and self.learned.wrong <= self.present.wrong


def unseen(lessons: Lessons, model: Model) -> Flags:
    """Which of the lessons a model has not learned from."""
    new: Flags = lessons.decisions > (model.learned.through if model.learned else 0)
    return new


def counts(lessons: Lessons) -> tuple[int, int]:
    """How many decisions said one person, and how many two."""
    return len(np.unique(lessons.decisions[lessons.same])), len(np.unique(lessons.decisions[~lessons.same]))


def measure(lessons: Lessons, model: Model) -> Measured:
    """Hold what the lessons teach against the model in use, on those of them that this one has not learned from."""
    new = unseen(lessons, model)
    tested, learned = lessons.where(new), _held_back(lessons, without_learned(model))[new]
    present = Weigher(model).weights(tested.levels)
    gains = _losses(present, tested.same) - _losses(learned, tested.same)
    return Measured(
        *counts(tested),
        len(tested.decisions),
        _standing(present, tested.same),
        _standing(learned, tested.same),
        _spread(gains, tested.clusters),
    )


def _held_back(lessons: Lessons, base: Model) -> Floats:
    """The weight of each pair by a model that learned from the other folds."""
    weights = np.zeros(len(lessons.decisions))
    _, cluster = np.unique(lessons.clusters, return_inverse=True)
    for fold in range(FOLDS):
        held = cluster % FOLDS == fold
        model = with_learned(base, learned_from(lessons.where(~held), base, 0))
        weights[held] = Weigher(model).weights(lessons.levels[held])
    return weights


def _losses(weights: Floats, same: Flags) -> Floats:
    """The surprise at each decision, in bits: log2 of one over the probability that the model gave it."""
    return np.logaddexp2(0.0, np.where(same, -weights, weights))


def _standing(weights: Floats, same: Flags) -> Standing:
    called = weights >= 0
    right, wrong = int((called & same).sum()), int((called != same).sum())
    return Standing(float(_losses(weights, same).mean()), 2 * right / max(1, 2 * right + wrong), wrong)


def _spread(gains: Floats, clusters: Ints) -> tuple[float, float]:
    """Between what the mean gain lies if the clusters were drawn again, by chance alone."""
    _, cluster = np.unique(clusters, return_inverse=True)
    sums, sizes = np.bincount(cluster, weights=gains), np.bincount(cluster)
    drawn = np.random.default_rng(SEED).integers(len(sums), size=(DRAWS, len(sums)))
    means = sums[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(means, [LUCK, 1 - LUCK])
    return float(low), float(high)
