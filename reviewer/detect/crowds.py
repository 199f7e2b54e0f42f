"""Pairs of contacts that have a key in common, where many may have it.

A group that is too large is not dropped: it is refined by further keys, one after the other, and what no key tells
apart is paired with its neighbours only.
"""

from collections.abc import Sequence

import numpy as np

from reviewer.detect.columns import Ints
from reviewer.detect.holders import pairs_in_runs
from reviewer.detect.sorting import Runs, runs_of, together


def pairs_of(runs: Runs, refiners: Sequence[Ints], largest: int, size: int) -> Ints:
    """Pairs of places in one run, as ``a * size + b``, ``a < b``, in no order, some more than once.

    Runs over ``largest`` are refined; a refiner is a code for each place, 0 where nothing is known.
    """
    found: list[Ints] = []
    _collect(found, runs, refiners, largest, size)
    return np.concatenate(found)


def _collect(found: list[Ints], runs: Runs, refiners: Sequence[Ints], largest: int, size: int) -> None:
    small = (runs.lengths <= largest) | (not refiners)
    first, second = pairs_in_runs(runs.starts[small], runs.lengths[small], largest)
    low, high = runs.places[first], runs.places[second]
    different = low != high  # a contact may have one key twice; places ascend within a run
    if not different.all():
        low, high = low[different], high[different]
    found.append(low * size + high)
    if small.all():
        return
    crowded = ~small
    places = runs.places[np.repeat(crowded, runs.lengths)]
    groups = np.repeat(np.arange(int(crowded.sum()), dtype=np.int64), runs.lengths[crowded])
    for step, refiner in enumerate(refiners):
        by = refiner[places]
        known = by > 0
        refined = runs_of(together(groups[known], by[known]), places[known], size)
        _collect(found, refined, refiners[step + 1 :], largest, size)
