"""Patterns of levels: many pairs, few different rows of levels, so that what is worked out of a row is so once."""

from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Codes, Ints
from reviewer.detect.level_columns import Levels
from reviewer.detect.sorting import distinct
from reviewer.domain.levels import LEVELS, ORDER

_SIZES = tuple(len(LEVELS[attribute]) for attribute in ORDER)


class Patterns(NamedTuple):
    """Distinct rows of levels, a column for each attribute in order, and for each pair which of them it has."""

    levels: Levels
    which: Codes

    @property
    def counts(self) -> Ints:
        """How many pairs have each."""
        return np.bincount(self.which, minlength=len(self.levels))


def numbers_of(levels: Levels) -> Ints:
    """One number for each row of levels."""
    found = np.zeros(len(levels), dtype=np.int64)
    for place, size in enumerate(_SIZES):
        found = found * size + levels[:, place]
    return found


def levels_of(numbers: Ints) -> Levels:
    """The rows of levels that ``numbers_of`` gave these numbers."""
    found = np.zeros((len(numbers), len(_SIZES)), dtype=np.uint8)
    rest = numbers
    for place in reversed(range(len(_SIZES))):
        rest, found[:, place] = np.divmod(rest, _SIZES[place])
    return found


def patterns_of(numbers: Ints) -> Patterns:
    """The patterns of pairs whose rows of levels have these numbers."""
    found = distinct(numbers)
    return Patterns(levels_of(found), np.searchsorted(found, numbers).astype(np.int32))


def joined(patterns: Patterns, which: Codes, numbers: Ints, at: Ints) -> Patterns:
    """The patterns where pairs have those that ``which`` says, but at some places the rows with these numbers.

    Patterns that no pair has any more are left out.
    """
    fresh = distinct(numbers)
    known = np.concatenate([numbers_of(patterns.levels), fresh])
    found = distinct(known)
    place = np.searchsorted(found, known).astype(np.int32)
    moved = place[which]
    moved[at] = place[len(patterns.levels) + np.searchsorted(fresh, numbers)]
    used = np.bincount(moved, minlength=len(found)) > 0
    return Patterns(levels_of(found[used]), (np.cumsum(used, dtype=np.int32) - 1)[moved])
