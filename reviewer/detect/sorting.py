"""Sorted whole numbers: what is distinct, what is where, and a sort that carries the places along.

numpy's own ``unique`` and ``isin`` hash, which is ten times slower than a sort where most numbers differ.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Flags, Ints

Whole = NDArray[np.integer]

_BUCKETS = 1 << 22


class Runs(NamedTuple):
    """Places brought together by their key: run ``i`` is ``places[starts[i]:starts[i] + lengths[i]]``, ascending.

    ``keys`` has the key of each run; keys ascend.
    """

    places: Ints
    starts: Ints
    lengths: Ints
    keys: Ints

    def where(self, chosen: Flags) -> "Runs":
        """Some of the runs."""
        return self._replace(starts=self.starts[chosen], lengths=self.lengths[chosen], keys=self.keys[chosen])


def distinct(numbers: Whole) -> Ints:
    """The numbers in order, each once."""
    ordered = np.sort(numbers.astype(np.int64, copy=False))
    return ordered[_first_of_run(ordered)]


def distinct_with_counts(numbers: Whole) -> tuple[Ints, Ints]:
    """The numbers in order, each once, and how often each occurs."""
    ordered = np.sort(numbers.astype(np.int64, copy=False))
    starts = np.flatnonzero(_first_of_run(ordered))
    return ordered[starts], np.diff(starts, append=len(ordered))


def ranked(numbers: Whole) -> tuple[Ints, Ints]:
    """The distinct numbers in order, and for each element which of them it is."""
    found = distinct(numbers)
    return found, np.searchsorted(found, numbers)


def positions(numbers: Ints, ordered: Ints) -> Ints:
    """Where each number stands in ``ordered`` (ascending, each once), -1 for one that is not there."""
    if not len(ordered):
        return np.full(len(numbers), -1, dtype=np.int64)
    found = np.minimum(np.searchsorted(ordered, numbers), len(ordered) - 1)
    return np.where(ordered[found] == numbers, found, -1)


def among(numbers: Ints, ordered: Ints) -> Flags:
    """Which numbers are in ``ordered`` (ascending, each once)."""
    return positions(numbers, ordered) >= 0


def places_of(wanted: Ints, keys: Ints) -> Ints:
    """Where in ``keys`` one of ``wanted`` (ascending, each once) is, if that is in few places.

    Most that are not fall through a table of few of their bits at once.
    """
    buckets = np.zeros(_BUCKETS, dtype=np.bool_)
    buckets[_bucket(wanted)] = True
    likely = np.flatnonzero(buckets[_bucket(keys)])
    return likely[among(keys[likely], wanted)]


def _bucket(keys: Ints) -> Ints:
    return (keys ^ (keys >> 22)) & (_BUCKETS - 1)


def runs_of(keys: Ints, places: Ints, size: int) -> Runs:
    """Equal keys brought together; all places are below ``size``, and no key is negative.

    Key and place are sorted as one number: that is half as long as sorting one by the other.
    """
    bits = max(size - 1, 1).bit_length()
    if len(keys) and int(keys.max()).bit_length() + bits > 63:  # too large for one number: their ranks are not
        known, keys = ranked(keys)
        found = runs_of(keys, places, size)
        return found._replace(keys=known[found.keys])
    both = np.sort((keys << bits) | places)
    places, keys = both & ((1 << bits) - 1), both >> bits
    starts = np.flatnonzero(_first_of_run(keys))
    return Runs(places, starts, np.diff(starts, append=len(keys)), keys[starts])


def together(*parts: Ints) -> Ints:
    """One key for several: equal where all parts are. No part is negative."""
    key, largest = parts[0].astype(np.int64, copy=False), int(parts[0].max(initial=0))
    for part in parts[1:]:
        width = int(part.max(initial=0)) + 1
        if (largest * width).bit_length() > 62:
            key = ranked(key)[1]
            largest = int(key.max(initial=0))
        key, largest = key * width + part, largest * width + width - 1
    return key


def _first_of_run(ordered: Ints) -> Flags:
    """Which elements differ from the one before them."""
    first = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first
