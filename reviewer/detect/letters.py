"""The letters of many values at once, as numbers: which are there, and a sum that their order does not change."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Ints, Vocabulary

_AT_ONCE = 100_000
_BLANK = 32


def present(words: Vocabulary) -> Ints:
    """The letters that are in each value, as bits: letter ``x`` is bit ``x % 64``."""
    return words.measured("letters", _present)


def added_up(words: Vocabulary) -> Ints:
    """A sum over the letters of each value, blanks left out: the same for the same letters in any order."""
    return words.measured("sum of letters", _added_up)


def first_alone(words: Vocabulary) -> Ints:
    """The part of the first letter in that sum."""
    return words.measured("first of letters", lambda values: _added_up([value[:1] for value in values]))


def _present(values: Sequence[str]) -> Ints:
    def bits(points: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.where(points > 0, np.left_shift(np.int64(1), points & 63), 0)

    return _gathered(values, bits, np.bitwise_or)


def _added_up(values: Sequence[str]) -> Ints:
    return _gathered(values, lambda points: np.where(points != _BLANK, points**3, 0), np.add)


def _gathered(values: Sequence[str], of_letters: Callable[[Ints], Ints], gather: np.ufunc) -> Ints:
    """What ``gather`` makes of the numbers of each value's letters; every value ends with letter 0."""
    found = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(values), _AT_ONCE):
        some = values[start : start + _AT_ONCE]
        points = np.frombuffer("\0".join([*some, ""]).encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
        ends = np.cumsum([len(value) + 1 for value in some])
        found.append(gather.reduceat(of_letters(points), np.concatenate([[0], ends[:-1]])))
    return np.concatenate(found)
