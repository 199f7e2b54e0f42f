"""From columns of codes to columns of levels: the steps that several attributes share."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Codes, Flags, Ints, Several, Vocabulary
from reviewer.detect.holders import Sharing, common_values, value_pairs
from reviewer.detect.sieve import Sieve, everything
from reviewer.detect.sorting import ranked
from reviewer.domain.levels import LEVELS, PEOPLE, Attribute, level
from reviewer.domain.rulings import RulingKind

Levels: TypeAlias = NDArray[np.uint8]
"""Codes of levels."""

Compare: TypeAlias = Callable[[Sequence[str], Sequence[str]], list[str]]
"""Level names of two lists of different texts, pair by pair."""

LEAST_TELLING_FIRST = (
    "missing",
    "one-sided",
    "different",
    *(f"ruled {kind.value}" for kind in reversed(RulingKind) if kind is not RulingKind.PERSONAL),
    "role",
    *(f"shared by {words}" for _, _, words in reversed(PEOPLE)),
    "similar",
    "alike",
    "near",
    "unnamed",
    "own",
    "ruled personal",
)
"""The levels of an identifier. Of several values that a pair could be judged by, the most telling counts."""

_MISSING, _ONE_SIDED = 0, 1


@cache
def code(attribute: Attribute, name: str) -> int:
    return level(attribute, name).code


def coded(attribute: Attribute, names: Iterable[str]) -> Levels:
    return np.array([code(attribute, name) for name in names], dtype=np.uint8)


def with_gaps(found: Levels, first: NDArray[np.integer], second: NDArray[np.integer]) -> Levels:
    """``found``, with the codes for *missing* and *one-sided* where a side has nothing (is 0)."""
    found[(first > 0) != (second > 0)] = _ONE_SIDED
    found[(first == 0) & (second == 0)] = _MISSING
    return found


def text_levels(
    attribute: Attribute,
    words: Vocabulary,
    first: Codes,
    second: Codes,
    compare: Compare,
    sieve: Sieve = everything,
    *,
    equal: str = "exact",
    plain: str = "unlike",
) -> Levels:
    """Levels of two columns of codes; ``compare`` sees each distinct pair of different values once.

    It sees those that ``sieve`` lets through; all others are ``plain``.
    """
    found = np.full(len(first), code(attribute, equal), dtype=np.uint8)
    where = np.flatnonzero((first != second) & (first > 0) & (second > 0))
    if sieve is not everything:
        found[where] = code(attribute, plain)
        where = where[sieve(words, first[where], second[where])]
    if len(where):
        a, b, back = _distinct_pairs(words, first[where], second[where])
        found[where] = coded(attribute, compare(a, b))[back]
    return with_gaps(found, first, second)


def relations(
    words: Vocabulary, first: Codes, second: Codes, compare: Compare, sieve: Sieve, steps: Sequence[str]
) -> Levels:
    """0 missing, 1 one-sided, then ``steps``, from different to nearly the same, and after them equal.

    What ``sieve`` stops is at the first step.
    """
    found = np.full(len(first), 2 + len(steps), dtype=np.uint8)
    where = np.flatnonzero((first != second) & (first > 0) & (second > 0))
    found[where] = 2
    where = where[sieve(words, first[where], second[where])]
    if len(where):
        a, b, back = _distinct_pairs(words, first[where], second[where])
        found[where] = np.array([2 + steps.index(name) for name in compare(a, b)], dtype=np.uint8)[back]
    return with_gaps(found, first, second)


def _distinct_pairs(words: Vocabulary, first: Codes, second: Codes) -> tuple[list[str], list[str], Ints]:
    """The distinct unordered pairs of values, and for each element which of them it is."""
    size = len(words)
    low, high = np.minimum(first, second).astype(np.int64), np.maximum(first, second).astype(np.int64)
    keys, back = ranked(low * size + high)
    values = words.values
    return [values[key] for key in (keys // size).tolist()], [values[key] for key in (keys % size).tolist()], back


def identifier_levels(
    attribute: Attribute, column: Several, held: Levels, a: Ints, b: Ints, compare: Compare, sieve: Sieve
) -> Levels:
    """Levels of phones or emails: the most telling of the common values, else a near miss, else different.

    ``held`` is the level that holding a value in common has, for each value.
    """
    found = np.full(len(a), code(attribute, "different"), dtype=np.uint8)
    pair, value = common_values(column, a, b)
    _mark_alike(attribute, column, a, b, np.bincount(pair, minlength=len(a)) > 0, compare, sieve, found)
    _mark_most_telling(attribute, found, pair, held[value])
    return with_gaps(found, column.counts[a], column.counts[b])


def _mark_alike(
    attribute: Attribute,
    column: Several,
    a: Ints,
    b: Ints,
    equal: Flags,
    compare: Compare,
    sieve: Sieve,
    found: Levels,
) -> None:
    """Where no value is common, set the level of the two that are most alike."""
    rest = np.flatnonzero(~equal)
    pair, first, second = value_pairs(column, a[rest], b[rest])
    alike = sieve(column.vocabulary, first, second)
    pair, first, second = pair[alike], first[alike], second[alike]
    if not len(pair):
        return
    left, right, back = _distinct_pairs(column.vocabulary, first, second)
    _mark_most_telling(attribute, found, rest[pair], coded(attribute, compare(left, right))[back])


def _mark_most_telling(attribute: Attribute, found: Levels, pair: Ints, codes: Levels) -> None:
    """Set in ``found`` the most telling of the levels that each pair's values have."""
    order = np.argsort(_ranks(attribute)[codes], kind="stable")
    found[pair[order]] = codes[order]


@cache
def _ranks(attribute: Attribute) -> Ints:
    """How telling each level of an identifier is, by its code: the further up in ``LEAST_TELLING_FIRST``, the more."""
    names = [known.name for known in LEVELS[attribute]]
    return np.array([LEAST_TELLING_FIRST.index(name) for name in names], dtype=np.int64)


def value_levels(attribute: Attribute, sharing: Sharing) -> Levels:
    """The level that holding this value in common has, for each value of the vocabulary."""
    lows = [low for low, _, _ in PEOPLE]
    grades = coded(attribute, ("own", *(f"shared by {words}" for _, _, words in PEOPLE)))
    found = grades[np.searchsorted(lows, sharing.persons, side="right")]
    found[sharing.roles] = code(attribute, "role")
    for value, kind in sharing.ruled.items():
        found[value] = code(attribute, f"ruled {RulingKind(kind).value}")
    return found


def by_name(attribute: Attribute, names: NDArray[np.str_]) -> Levels:
    """The codes of level names."""
    found, back = np.unique(names, return_inverse=True)
    return coded(attribute, (str(name) for name in found))[back]
