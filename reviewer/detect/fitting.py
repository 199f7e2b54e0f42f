"""Fitting the model to the contacts at hand, without labels: EM on patterns of comparison levels.

The chances of every kind of pair begin at the model by hand and are held there by pseudo-counts, so that few pairs
leave them where they are and many move them; how far they may go is bounded too, since a class that drifts
becomes another class.
"""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.patterns import Patterns
from reviewer.domain.classes import PairClass
from reviewer.domain.levels import GAPS, LEVELS, ORDER, Attribute, level
from reviewer.domain.model import SILENT, Component, Model

STRENGTH = 60.0
"""Pseudo-pairs by which each attribute of each kind is held at its prior."""

SHARE_STRENGTH = 100.0
"""Pseudo-pairs by which the shares of the kinds are held at their prior."""

BY_CHANCE, OTHERS, SAME_DOWN, SAME_UP = 4.0, 2.0, 2.0, 3.0
"""Bits by which the chance of a level may leave its prior: in a coincidence, in another class of two persons, and down
and up for one person. Those of one person may not sink as far: that the data show no slip of a kind does not make it a
sign of two persons."""

TELLING = {
    Attribute.BORN: ("exact", "slip", "day-month"),
    Attribute.PHONE: ("own", "unnamed", "ruled personal"),
    Attribute.EMAIL: ("own", "unnamed", "ruled personal"),
    Attribute.ANCHOR: ("equal",),
    Attribute.SOCIAL: ("same",),
}
TELLING_UP = 0.5
"""What hardly two persons have in common may not become common among them: where many records of one person differ in
their names, a household would else take them for its own. Bits by which its chance there may rise."""

ROUNDS, SETTLED = 40, 1e-5
"""Rounds of EM at most; it ends earlier once no share changes by more than ``SETTLED``."""

Floats = NDArray[np.float64]


def fit(prior: Model, patterns: Patterns, version: str) -> Model:
    """The model that the pairs make likely, in the neighbourhood of ``prior``."""
    if not len(patterns.levels):
        return prior
    counts = patterns.counts.astype(np.float64)
    sizes = [len(LEVELS[attribute]) for attribute in ORDER]
    offsets = np.concatenate([[0], np.cumsum(sizes)])
    seen = np.zeros((len(patterns.levels), int(offsets[-1])))
    rows = np.arange(len(patterns.levels))
    for place in range(len(ORDER)):
        codes = patterns.levels[:, place]
        said = ~np.isin(codes, [code for attribute, code in SILENT if attribute is ORDER[place]])
        seen[rows[said], offsets[place] + codes[said]] = 1.0
    start = _table(prior)
    lowest, highest = _bounds(prior, start, offsets)
    chances, shares = start, np.array([component.share for component in prior.components])
    first = shares
    for _ in range(ROUNDS):
        belongs = _responsibilities(seen, chances, shares) * counts[:, None]
        new = belongs.sum(axis=0) + SHARE_STRENGTH * first
        new /= new.sum()
        chances = _moved(start, seen.T @ belongs, offsets, lowest, highest)
        settled = float(np.abs(new - shares).max()) < SETTLED
        shares = new
        if settled:
            break
    return _model(prior, version, shares, chances, offsets)


def _responsibilities(seen: Floats, chances: Floats, shares: Floats) -> Floats:
    """The probability of each kind for each pattern."""
    logs = seen @ np.log(chances) + np.log(shares)
    logs -= logs.max(axis=1, keepdims=True)
    found = np.exp(logs)
    found /= found.sum(axis=1, keepdims=True)
    return found


def _table(model: Model) -> Floats:
    """The chances with a row for each level of each attribute and a column for each kind."""
    return np.array([[chance for row in one.chances for chance in row] for one in model.components]).T


def _bounds(prior: Model, start: Floats, offsets: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Between what the chance of each level may move."""
    same = np.array([one.pair_class is PairClass.SAME for one in prior.components])
    chance = np.array([one.pair_class is PairClass.COINCIDENCE for one in prior.components])
    furthest = np.where(chance, BY_CHANCE, OTHERS)
    up = np.tile(np.where(same, SAME_UP, furthest), (len(start), 1))
    telling = [
        int(offsets[ORDER.index(attribute)]) + level(attribute, name).code
        for attribute, names in TELLING.items()
        for name in names
    ]
    up[np.ix_(np.array(telling), np.flatnonzero(~same))] = TELLING_UP
    return start / 2.0 ** np.where(same, SAME_DOWN, furthest), start * 2.0**up


def _moved(start: Floats, counts: Floats, offsets: NDArray[np.int64], lowest: Floats, highest: Floats) -> Floats:
    found = np.ones_like(start)
    for low, high in zip(offsets[:-1] + GAPS, offsets[1:], strict=True):
        pulled = counts[low:high] + STRENGTH * start[low:high]
        part = pulled / pulled.sum(axis=0)
        part = np.clip(part, lowest[low:high], highest[low:high])
        found[low:high] = part / part.sum(axis=0)
    return found


def _model(prior: Model, version: str, shares: Floats, chances: Floats, offsets: NDArray[np.int64]) -> Model:
    components = tuple(
        Component(
            one.name,
            one.pair_class,
            float(shares[place]),
            tuple(tuple(chances[low:high, place].tolist()) for low, high in pairwise(offsets)),
        )
        for place, one in enumerate(prior.components)
    )
    return Model(version, components)
