"""Learning from pairs that stewards decided on: which levels speak otherwise than the model believed.

Stewards see what the queue shows, the uncertain first, so decided pairs are no sample of all: how often a level occurs
among them says nothing. What holds whatever was picked is the chance of *one person* given the levels, and that is what
is made likely here. The shares of the kinds stay; each chance is held at the model by ``WIDTH``, so that a decision
that was expected changes nothing, few surprises change little, and many go as far as ``FURTHEST_LEARNED``.
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np

from reviewer.detect.chance_table import OFFSETS, SAYING, Floats, chances_of, said_by
from reviewer.detect.columns import Flags, Ints
from reviewer.detect.level_columns import Levels
from reviewer.detect.patterns import numbers_of
from reviewer.domain.classes import PairClass
from reviewer.domain.levels import ORDER
from reviewer.domain.model import Learned, Model

WIDTH = 1.0
"""Bits by which the chance of a level may be expected to be off: the standard deviation of what is learned."""

FURTHEST_LEARNED = 2.0
"""Bits by which decisions may change the chance of a level at most."""

STEPS, SETTLED = 500, 1e-4
"""Steps at most; it ends earlier once no chance changes by more than ``SETTLED`` bits."""


class Lessons(NamedTuple):
    """Decided pairs. A row for each: its levels, the classes that the decision leaves to it, and who it hangs with."""

    levels: Levels
    classes: Flags
    """A column for each class, in the order of ``PairClass``."""
    decisions: Ints
    clusters: Ints
    """Pairs of one number rest on the same contacts, so one of them is no test of what the others taught."""

    @property
    def same(self) -> Flags:
        """Which pairs are one person."""
        same: Flags = self.classes[:, list(PairClass).index(PairClass.SAME)]
        return same

    def where(self, chosen: Flags) -> "Lessons":
        """Those of the pairs that are chosen."""
        return Lessons(self.levels[chosen], self.classes[chosen], self.decisions[chosen], self.clusters[chosen])


def learned_from(lessons: Lessons, model: Model, through: int) -> Learned:
    """What the lessons change in a model that has learned nothing from decisions yet."""
    seen, allowed, counts = _patterns(lessons, model)
    start = np.log2(chances_of(model))
    shares = np.log2([one.share for one in model.components])
    largest_step = 1 / (1 / WIDTH**2 + _STEEPEST * (seen.T @ counts)[:, None])
    changes = np.zeros_like(start)
    for _ in range(STEPS):
        chances = _balanced(start + changes, start)
        totals = seen @ chances + shares
        surprise = (_kinds(totals, allowed) - _kinds(totals)) * counts[:, None]
        slope = _within_rows(seen.T @ surprise, chances) * _NATS - changes / WIDTH**2
        moved = np.clip(changes + largest_step * slope, -FURTHEST_LEARNED, FURTHEST_LEARNED)
        settled = float(np.abs(moved - changes).max()) < SETTLED
        changes = moved
        if settled:
            break
    return Learned(through, _by_kind(changes))


_NATS = float(np.log(2))
"""Nats in a bit: the slope of a likelihood is in them, the changes are in bits."""

_STEEPEST = len(ORDER) / 2 * _NATS**2
"""How fast the slope may change with one chance, for each pair at its level: half a pair at most, times the attributes
that move together. A step that reckons with it does not go too far."""


def _patterns(lessons: Lessons, model: Model) -> tuple[Floats, Flags, Floats]:
    """Distinct rows: what they say, which kinds the decisions leave to them, and how many pairs have them."""
    keys = numbers_of(lessons.levels)
    leaves = lessons.classes @ (1 << np.arange(len(PairClass)))
    _, at, counts = np.unique(np.stack([keys, leaves]), axis=1, return_index=True, return_counts=True)
    column = [list(PairClass).index(one.pair_class) for one in model.components]
    return said_by(lessons.levels[at]), lessons.classes[at][:, column], counts.astype(np.float64)


def _kinds(totals: Floats, allowed: Flags | bool = True) -> Floats:
    """The probability of each kind of pair, of those that are allowed."""
    found = np.where(allowed, np.exp2(totals - totals.max(axis=1, keepdims=True)), 0.0)
    found += np.where(allowed, _LEAST, 0.0)
    found /= found.sum(axis=1, keepdims=True)
    return found


_LEAST = 1e-300
"""Keeps a decision that the model thought impossible from dividing by nothing."""


def _balanced(logs: Floats, start: Floats) -> Floats:
    """log2 chances such that those of the levels of each attribute add up to what they did."""
    back: Floats = logs + SAYING.T @ np.log2((SAYING @ np.exp2(start)) / (SAYING @ np.exp2(logs)))
    return back


def _within_rows(slope: Floats, chances: Floats) -> Floats:
    """The slope in changes that are balanced: to raise one level lowers the others of its attribute."""
    parts = np.exp2(chances)
    balanced: Floats = slope - parts * (SAYING.T @ ((SAYING @ slope) / (SAYING @ parts)))
    return balanced


def _by_kind(changes: Floats) -> tuple[tuple[tuple[float, ...], ...], ...]:
    changes = changes.round(3) + 0.0  # no negative nought
    return tuple(
        tuple(tuple(changes[low:high, kind].tolist()) for low, high in pairwise(OFFSETS))
        for kind in range(changes.shape[1])
    )
