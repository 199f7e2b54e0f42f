"""The queue held against the true pairs, as far as the mirror knows their contacts."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect import measures
from reviewer.detect.columns import Flags, Ints
from reviewer.detect.measures import RECALLS, Bar, Calibration, Floats, Rates, Suspected, Threshold
from reviewer.detect.settled_pairs import settled_after
from reviewer.domain.classes import PairClass
from reviewer.domain.levels import pack
from reviewer.domain.model import Model
from reviewer.domain.policy import Verdict
from reviewer.store import evaluation as stored
from reviewer.store import models
from reviewer.store.database import Database
from reviewer.store.trails import UNKNOWN, trails

NOT_SCORED = "not scored"
"""In place of a class, where another tool suspected a pair that was not compared yet."""


class Listed(NamedTuple):
    """What became of the true pairs that were listed, each once."""

    given: int
    known: int
    """Pairs of two contacts that are there today: those that count."""
    unknown_ids: tuple[str, ...]
    """Ids that the mirror does not know."""
    without: int
    """Pairs left out because a contact is unknown or gone."""
    merged: int
    """Pairs left out because they are one contact by now."""


class Truth(NamedTuple):
    """The true pairs by contact number (``a < b``)."""

    pairs: tuple[tuple[int, int], ...]
    listed: Listed


class QueueLength(NamedTuple):
    """How many of the strongest pairs, and how many candidates of the queue, show this share of the true pairs.

    None where all of them together do not.
    """

    recall: float
    pairs: int | None
    groups: int | None


class FalsePairs(NamedTuple):
    """False pairs that most likely are this instead: from the default threshold, from the best one, and in all."""

    pair_class: str
    default: int
    best: int
    all: int


class Evaluation(NamedTuple):
    """What `reviewer evaluate` tells; ``reached`` is the recall of all pairs and of all candidates."""

    truth: Listed
    pairs: int
    groups: int
    best: Threshold
    default: Threshold
    thresholds: tuple[Threshold, ...]
    verdicts: Mapping[str, Rates]
    false_pairs: tuple[FalsePairs, ...]
    calibration: Calibration
    queue: tuple[QueueLength, ...]
    reached: tuple[float, float]
    histogram: tuple[Bar, ...]


def truth_of(database: Database, pairs: Iterable[tuple[str, str]]) -> Truth:
    """The true pairs as the mirror knows them today; merged contacts stand for what they became."""
    given = sorted({(min(a, b), max(a, b)) for a, b in pairs if a != b})
    found = trails(database, sorted({id_ for pair in given for id_ in pair}))
    known: set[tuple[int, int]] = set()
    without = merged = 0
    for a, b in given:
        first, second = found[a].number, found[b].number
        if first is None or second is None:
            without += 1
        elif first == second:
            merged += 1
        else:
            known.add((min(first, second), max(first, second)))
    unknown = tuple(id_ for id_, trail in found.items() if trail.reason == UNKNOWN)
    return Truth(tuple(sorted(known)), Listed(len(given), len(known), unknown, without, merged))


def evaluate(database: Database, truth: Truth, neutral: Iterable[tuple[int, int]] = ()) -> Evaluation:
    """Hold the stored pairs and the queue against the truth. Nothing is written.

    ``neutral`` pairs are true as well, but cannot be known from the contacts: they count neither way, except that a
    probability is about what is so, so the calibration takes them for true.
    """
    stored_pairs = _stored_pairs(database)
    true = _keys(truth.pairs)
    unknowable = np.isin(stored_pairs.keys, np.setdiff1d(_keys(neutral), true))
    calibration = measures.calibration(
        Suspected(stored_pairs.weights, np.isin(stored_pairs.keys, true) | unknowable, len(true))
    )
    counted = stored_pairs.some(~unknowable)
    found = Suspected(counted.weights, np.isin(counted.keys, true), len(true))
    groups = [tuple(contact for _, contact in members) for _, members in _by_candidate(database)]
    settled = list(settled_after(groups, truth.pairs))
    best, default = measures.best(found), measures.default(found)
    return Evaluation(
        truth=truth.listed,
        pairs=len(found.weights),
        groups=len(groups),
        best=best,
        default=default,
        thresholds=measures.thresholds(found),
        verdicts={one.value: measures.chosen(found, counted.verdicts == one.value) for one in Verdict},
        false_pairs=_false_pairs(models.in_use(database).model, counted.levels, found, (default.weight, best.weight)),
        calibration=calibration,
        queue=tuple(
            QueueLength(recall, measures.pairs_for(found, recall), groups_for(settled, recall, len(true)))
            for recall in RECALLS
        ),
        reached=(
            measures.rates(found.right, found.true).recall,
            settled[-1] / len(true) if settled and len(true) else 0.0,
        ),
        histogram=measures.histogram(found),
    )


def groups_for(settled: Sequence[int], recall: float, true: int) -> int | None:
    """How many groups it takes to settle this share of the true pairs; None if all are too few."""
    wanted = round(recall * true, 6)
    return next((place + 1 for place, count in enumerate(settled) if count >= wanted), None)


def most_likely_instead(model: Model, levels: bytes | None) -> str:
    """The class that two persons with these levels most likely are."""
    if levels is None:
        return NOT_SCORED
    try:
        classes = model.classes(pack(levels))
    except ValueError:  # of another version of this program, to be scored again
        return NOT_SCORED
    others = {one.value: chance for one, chance in classes.items() if one is not PairClass.SAME}
    return max(others, key=lambda one: others[one])


def false_by_class(model: Model, levels: Sequence[bytes | None], which: Flags) -> Counter[str]:
    """How many of the pairs that ``which`` marks most likely are of each class of two persons."""
    patterns = Counter(levels[place] for place in np.flatnonzero(which).tolist())
    counts: Counter[str] = Counter()
    for pattern, count in patterns.items():
        counts[most_likely_instead(model, pattern)] += count
    return counts


def _false_pairs(
    model: Model, levels: Sequence[bytes | None], found: Suspected, floors: tuple[float, float]
) -> tuple[FalsePairs, ...]:
    default, best, every = (
        false_by_class(model, levels, ~found.right & (found.weights >= floor)) for floor in (*floors, -np.inf)
    )
    names = [*(one.value for one in PairClass if one is not PairClass.SAME), NOT_SCORED]
    return tuple(FalsePairs(name, default[name], best[name], every[name]) for name in names if every[name])


class _StoredPairs(NamedTuple):
    """The pairs of the mirror; ``keys`` are one whole number for each."""

    keys: Ints
    weights: Floats
    verdicts: NDArray[np.str_]
    levels: tuple[bytes | None, ...]

    def some(self, which: Flags) -> "_StoredPairs":
        levels = tuple(one for one, wanted in zip(self.levels, which.tolist(), strict=True) if wanted)
        return _StoredPairs(self.keys[which], self.weights[which], self.verdicts[which], levels)


def _stored_pairs(database: Database) -> _StoredPairs:
    rows = list(stored.judged_pairs(database))
    a, b, weights, verdicts, levels = zip(*rows, strict=True) if rows else ((), (), (), (), ())
    return _StoredPairs(
        _keys(zip(a, b, strict=True)), np.array(weights, np.float64), np.array(verdicts, "<U6"), tuple(levels)
    )


def _keys(pairs: Iterable[tuple[int, int]]) -> Ints:
    """One whole number for each pair of contact numbers."""
    both = np.array(list(pairs), dtype=np.int64).reshape(-1, 2)
    keys: Ints = both[:, 0] << 32 | both[:, 1]
    return keys


def _by_candidate(database: Database) -> Iterator[tuple[int, Iterable[tuple[int, int]]]]:
    return groupby(stored.queued_members(database), key=itemgetter(0))
