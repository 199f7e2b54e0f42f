"""The letters of many values at once, as numbers: which are there, and a sum that their order does not change."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Ints, Vocabulary
from reviewer.domain.names import GUESSED

_AT_ONCE = 100_000
_BLANK = 32
_BASE, _ALL = 0x9E3779B97F4A7C15, (1 << 64) - 1
_LONGEST = 100
SHIFT_OF_ONE = np.array([_BASE], dtype=np.uint64).view(np.int64)
"""What a spelling is multiplied with when one letter is put behind it."""
_POWERS = np.array([pow(_BASE, n, 1 << 64) for n in range(_LONGEST + 1)], dtype=np.uint64).view(np.int64)
"""Names longer than this have the spelling of their beginning: no display name is made of them."""


def present(words: Vocabulary) -> Ints:
    """The letters that are in each value, as bits: letter ``x`` is bit ``x % 64``."""
    return words.measured("letters", _present)


def added_up(words: Vocabulary) -> Ints:
    """A sum over the letters of each value, blanks left out: the same for the same letters in any order."""
    return words.measured("sum of letters", _added_up)


def spelt(words: Vocabulary) -> Ints:
    """A number for the letters of each value in their order, blanks left out: the end of a longer word adds its own."""
    return words.measured("spelling", spelling_of)


def spelt_first(words: Vocabulary) -> Ints:
    """The same for the first letter of each value alone."""
    return words.measured(
        "spelling of the first", lambda values: spelling_of([_without(value)[:1] for value in values])
    )


def shifts(words: Vocabulary) -> Ints:
    """What a spelling is multiplied with when each value is put behind it."""
    return words.measured("shift", lambda values: _POWERS[[min(len(_without(x)), _LONGEST) for x in values]])


def spelling_of(values: Sequence[str]) -> Ints:
    """The numbers of ``spelt`` for any texts."""
    return np.array([_spelling(_without(value)) for value in values], dtype=np.uint64).view(np.int64)


def _spelling(word: str) -> int:
    found = 0
    for letter in word[:_LONGEST]:
        found = (found * _BASE + ord(letter)) & _ALL
    return found


def _without(value: str) -> str:
    return value.removeprefix(GUESSED).replace(" ", "")


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
