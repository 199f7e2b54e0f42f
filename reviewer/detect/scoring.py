"""From levels to scored pairs: weights by the model and the policy's judgement, once for each pattern of levels."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Columns, Ints
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.level_columns import Levels
from reviewer.detect.patterns import numbers_of
from reviewer.detect.stitching import are_stitches
from reviewer.domain.counterfactual import LEAST_QUEUED
from reviewer.domain.levels import pack, probability, unpack
from reviewer.domain.model import Model
from reviewer.domain.policy import Judgement, judge
from reviewer.store.pairs import PairRow

CHUNK = 250_000
"""Pairs that are compared at a time: what bounds the memory."""

FLOOR = LEAST_QUEUED
"""Match weight under which a pair is not kept, unless a group may rest on it (``settling.worth_a_look``)."""


class Scored(NamedTuple):
    """Pairs of places with their levels and weights."""

    a: Ints
    b: Ints
    levels: Levels
    weights: NDArray[np.float64]


class Weigher:
    """A model, asked once for each pattern of levels."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._known: dict[int, float] = {}

    def weights(self, levels: Levels) -> NDArray[np.float64]:
        """The match weight of each row of levels."""
        distinct, at, back = np.unique(numbers_of(levels), return_index=True, return_inverse=True)
        for key, place in zip(distinct.tolist(), at.tolist(), strict=True):
            if key not in self._known:
                self._known[key] = self.model.weight(levels[place].tolist())
        found = np.array([self._known[key] for key in distinct.tolist()], dtype=np.float64)
        weights: NDArray[np.float64] = found[back]
        return weights


def from_floor(scored: Scored, floor: float) -> Scored:
    """The pairs whose weight is at least ``floor``."""
    kept = scored.weights >= floor
    return Scored(scored.a[kept], scored.b[kept], scored.levels[kept], scored.weights[kept])


def compare(evaluator: Evaluator, a: Ints, b: Ints) -> Iterator[Levels]:
    """The levels of the pairs, chunk by chunk."""
    for start in range(0, len(a), CHUNK):
        yield evaluator.levels(a[start : start + CHUNK], b[start : start + CHUNK])


def score(evaluator: Evaluator, weigher: Weigher, a: Ints, b: Ints, floor: float | None = FLOOR) -> Iterator[Scored]:
    """Compare the pairs in chunks; those under ``floor`` are left out (None: all stay)."""
    for place, levels in enumerate(compare(evaluator, a, b)):
        start = place * CHUNK
        yield weighed(weigher, a[start : start + CHUNK], b[start : start + CHUNK], levels, floor)


def weighed(weigher: Weigher, a: Ints, b: Ints, levels: Levels, floor: float | None) -> Scored:
    """The pairs with their weights; those under ``floor`` are left out (None: all stay)."""
    scored = Scored(a, b, levels, weigher.weights(levels))
    return scored if floor is None else from_floor(scored, floor)


@dataclass
class Judge:
    """The policy, asked once for each pattern of levels."""

    model: Model
    _known: dict[int, tuple[bytes, Judgement, str]] = field(default_factory=dict)

    def rows(self, columns: Columns, scored: Scored) -> Iterator[PairRow]:
        """The pairs as the store keeps them, in the order given."""
        patterns = self._patterns(scored)
        numbers = columns.numbers
        first, second = numbers[scored.a], numbers[scored.b]
        low, high = np.minimum(first, second).tolist(), np.maximum(first, second).tolist()
        stitches = are_stitches(columns, scored.a, scored.b).tolist()
        weights = scored.weights.tolist()
        for a, b, stitch, weight, pattern in zip(low, high, stitches, weights, patterns.tolist(), strict=True):
            blob, judgement, reasons = self._known[pattern]
            kind = "stitch" if stitch else "duplicate"
            yield PairRow(a, b, kind, weight, probability(weight), blob, judgement.verdict.value, reasons)

    def verdicts(self, scored: Scored) -> list[str]:
        """The verdict on each pair."""
        return [self._known[pattern][1].verdict.value for pattern in self._patterns(scored).tolist()]

    def _patterns(self, scored: Scored) -> Ints:
        """A number for the pattern of each pair; the patterns met are judged."""
        patterns = numbers_of(scored.levels)
        distinct, at = np.unique(patterns, return_index=True)
        for pattern, place in zip(distinct.tolist(), at.tolist(), strict=True):
            if pattern not in self._known:
                self._known[pattern] = _judged(pack(scored.levels[place].tolist()), self.model)
        return patterns


def _judged(blob: bytes, model: Model) -> tuple[bytes, Judgement, str]:
    judgement = judge(unpack(blob), model)
    reasons = {"reasons": list(judgement.reasons), "factors": [factor.value for factor in judgement.factors]}
    return blob, judgement, json.dumps(reasons, ensure_ascii=False)
