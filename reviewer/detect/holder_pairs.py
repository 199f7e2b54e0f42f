"""Pairs of contacts that hold one identifier, with their levels: what a warning about it rests on."""

from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Columns, Flags, Ints, Several
from reviewer.detect.compared import Compared
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holders import CROWD, within_runs
from reviewer.detect.level_columns import Levels
from reviewer.detect.scoring import compare
from reviewer.detect.sorting import positions
from reviewer.domain.levels import ORDER


class HolderPairs(NamedTuple):
    """Pairs of holders: whose value, by its code, rising, and their places, ``a < b``."""

    values: Ints
    a: Ints
    b: Ints


def holder_pairs(column: Several, wanted: Flags, counted: Flags) -> HolderPairs:
    """Pairs of contacts that hold a value which is ``wanted``; both are ``counted``, a flag for each contact.

    Every two of a value that at most ``CROWD`` hold; of a larger crowd each and the next, a sample of as many pairs as
    it has contacts.
    """
    holders, codes = column.holders, column.codes.astype(np.int64)
    kept = wanted[codes] & counted[holders]
    holders, codes = holders[kept], codes[kept]
    order = np.argsort(codes, kind="stable")
    holders, codes = holders[order], codes[order]
    first, second = within_runs(codes, CROWD)
    order = np.argsort(codes[first], kind="stable")
    first, second = first[order], second[order]
    return HolderPairs(codes[first], holders[first], holders[second])


def levels_of(evaluator: Evaluator, columns: Columns, a: Ints, b: Ints, compared: Compared | None) -> Levels:
    """The levels of pairs of places, ``a < b``; only those that are not among ``compared`` are looked at."""
    distinct, back = np.unique(a * len(columns) + b, return_inverse=True)
    found = np.zeros((len(distinct), len(ORDER)), dtype=np.uint8)
    missing = np.ones(len(distinct), dtype=np.bool_)
    if compared is not None:
        at = positions(distinct, compared.keys)
        missing = at < 0
        found[~missing] = compared.patterns.levels[compared.patterns.which[at[~missing]]]
    rest = distinct[missing]
    if len(rest):
        found[missing] = np.concatenate(list(compare(evaluator, rest // len(columns), rest % len(columns))))
    levels: Levels = found[back]
    return levels
