"""What suspected pairs are worth where the true ones are known: the one place where that is computed.

`reviewer evaluate` and the benchmarks both go by it. Precision is the share of the suspected pairs that are true,
recall the share of the true pairs that are suspected, F1 their harmonic mean.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Flags, Ints
from reviewer.domain.levels import probability, weight_of

Floats = NDArray[np.float64]

DEFAULT_PROBABILITY = 0.5
"""Probability from which a pair counts as found where no threshold is named: it is likelier one person than not."""

PROBABILITIES = (0.01, 0.05, 0.1, 0.25, DEFAULT_PROBABILITY, 0.75, 0.9, 0.95, 0.99, 0.999)
"""Thresholds of the table."""

RECALLS = (0.80, 0.90, 0.95, 0.98, 0.99)
"""Shares of the true pairs for which the length of the queue is told."""

BINS = 10
"""Equally wide bins of probability for the calibration."""

_WIDTHS = (1.0, 2.0, 4.0, 8.0)
_MOST_BARS = 20


class Suspected(NamedTuple):
    """Pairs in any order, each once: its match weight and whether it is true.

    ``true`` is how many true pairs there are in all, those that nobody suspected included.
    """

    weights: Floats
    right: Flags
    true: int


class Rates(NamedTuple):
    """How right a choice of pairs is."""

    pairs: int
    right: int
    precision: float
    recall: float
    f1: float


class Threshold(NamedTuple):
    """The pairs from a match weight upwards; ``name`` says what is special about it, if anything."""

    name: str
    weight: float
    probability: float
    rates: Rates


class Bin(NamedTuple):
    """Pairs with a probability from ``low`` to ``high``: how many, what was predicted of them, and what is so."""

    low: float
    high: float
    pairs: int
    predicted: float
    observed: float


class Calibration(NamedTuple):
    """Ten bins, and the expected calibration error: how far the two differ on average over all pairs."""

    bins: tuple[Bin, ...]
    error: float


class Bar(NamedTuple):
    """How many true and false pairs weigh at least ``low`` and less than ``high``."""

    low: float
    high: float
    true: int
    false: int


def rates(right: Flags, true: int) -> Rates:
    """The rates of a choice of pairs, of which ``right`` says which are true. Nothing chosen is nothing wrong."""
    hits, pairs = int(right.sum()), len(right)
    return Rates(pairs, hits, _share(hits, pairs), _share(hits, true), _share(2 * hits, pairs + true))


def from_weight(found: Suspected, weight: float, name: str = "") -> Threshold:
    """The pairs that weigh at least this."""
    return Threshold(name, weight, probability(weight), rates(found.right[found.weights >= weight], found.true))


def best(found: Suspected) -> Threshold:
    """The threshold with the highest F1, the highest weight among several; it takes the truth to find it."""
    falling, pairs, hits = _curve(found)
    if not len(falling):
        return from_weight(found, 0.0, "best")
    return from_weight(found, float(falling[np.argmax(2 * hits / (pairs + found.true))]), "best")


def default(found: Suspected) -> Threshold:
    """The threshold that counts where none is named."""
    return from_weight(found, weight_of(DEFAULT_PROBABILITY), "default")


def thresholds(found: Suspected) -> tuple[Threshold, ...]:
    """The table over ``PROBABILITIES``, with the best threshold in its place, strongest first; all pairs come last."""
    named = {DEFAULT_PROBABILITY: "default"}
    rows = [from_weight(found, weight_of(chance), named.get(chance, "")) for chance in PROBABILITIES]
    every = from_weight(found, float(found.weights.min(initial=0.0)), "all")
    partial = [row for row in (*rows, best(found)) if row.name or row.rates.pairs < every.rates.pairs]
    return (*sorted(partial, key=lambda row: (-row.weight, row.name)), every)


def calibration(found: Suspected) -> Calibration:
    """How well the probabilities are what they say."""
    chances = 1.0 / (1.0 + np.exp2(-found.weights))
    places = np.minimum((chances * BINS).astype(np.int64), BINS - 1)
    counts = np.bincount(places, minlength=BINS)
    predicted = np.bincount(places, weights=chances, minlength=BINS)
    observed = np.bincount(places, weights=found.right, minlength=BINS)
    bins = tuple(
        Bin(
            place / BINS,
            (place + 1) / BINS,
            int(counts[place]),
            _share(float(predicted[place]), int(counts[place]), 0.0),
            _share(float(observed[place]), int(counts[place]), 0.0),
        )
        for place in range(BINS)
    )
    return Calibration(bins, _share(float(np.abs(predicted - observed).sum()), len(chances), 0.0))


def pairs_for(found: Suspected, recall: float) -> int | None:
    """How many of the strongest pairs one has to look at to see this share of the true ones; None if all are too few.

    Pairs of equal weight count as well mixed, so that it does not depend on the order in which they were found.
    """
    wanted = int(np.ceil(round(recall * found.true, 6)))
    if not wanted:
        return 0
    _, pairs, hits = _curve(found)
    at = int(np.searchsorted(hits, wanted))
    if at == len(hits):
        return None
    before, seen = (int(pairs[at - 1]), int(hits[at - 1])) if at else (0, 0)
    block, right = int(pairs[at]) - before, int(hits[at]) - seen
    return before + int(np.ceil((wanted - seen) * block / right))


def histogram(found: Suspected) -> tuple[Bar, ...]:
    """True and false pairs by weight, strongest first, in bars of 1, 2, 4 or 8 bits."""
    if not len(found.weights):
        return ()
    low, high = float(found.weights.min()), float(found.weights.max())
    width = next((one for one in _WIDTHS if (high - low) / one < _MOST_BARS), _WIDTHS[-1])
    places = np.floor(found.weights / width).astype(np.int64)
    first, size = int(places.min()), int(places.max() - places.min()) + 1
    true = np.bincount(places[found.right] - first, minlength=size)
    false = np.bincount(places[~found.right] - first, minlength=size)
    return tuple(
        Bar((first + at) * width, (first + at + 1) * width, int(true[at]), int(false[at]))
        for at in reversed(range(size))
    )


def chosen(found: Suspected, which: Flags) -> Rates:
    """The rates of some of the pairs."""
    return rates(found.right[which], found.true)


def _curve(found: Suspected) -> tuple[Floats, Ints, Ints]:
    """Each distinct weight, falling, with how many pairs weigh as much or more, and how many of them are true."""
    order = np.argsort(-found.weights, kind="stable")
    falling, hits = found.weights[order], np.cumsum(found.right[order], dtype=np.int64)
    ends = np.flatnonzero(np.append(falling[1:] != falling[:-1], True)) if len(falling) else np.zeros(0, np.int64)
    return falling[ends], (ends + 1).astype(np.int64), hits[ends]


def _share(part: float, whole: int, none: float = 1.0) -> float:
    return part / whole if whole else none
