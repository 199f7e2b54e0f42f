"""Blocking: which pairs are worth comparing, from keys that two contacts have in common.

A key is a whole number; sorting brings equal keys together. A group that is too large is not dropped: it is
refined by further keys, one after the other, and what no key tells apart is paired with its neighbours only. What was
too common is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from reviewer.detect.blocking_rules import Key, rules
from reviewer.detect.columns import Columns, Ints, Several
from reviewer.detect.facts import Fact, Facts, combined
from reviewer.detect.holders import pairs_in_runs
from reviewer.text import visible

EXAMPLES = 5
"""Values that a sentence about too common ones names."""


class Blocks(NamedTuple):
    """The pairs to compare (``a < b``, sorted, each once) and what was too common to compare in full."""

    a: Ints
    b: Ints
    left_out: tuple[str, ...]


def block(
    columns: Columns, progress: Callable[[int, int], None] = lambda done, total: None, *, contacts: int | None = None
) -> Blocks:
    """The pairs that any blocking rule proposes.

    ``contacts`` is how many there are in all, where ``columns`` has only some of them.
    """
    size = len(columns)
    refiners = _refiners(columns)
    found = [np.zeros(0, dtype=np.int64)]
    left_out: list[str] = []
    every_rule = list(rules(columns, size if contacts is None else contacts))
    for done, rule in enumerate(every_rule):
        key = rule()
        found.append(np.unique(_pairs(key.keys, key.places, refiners, key.largest, size)))
        left_out.extend(_too_common(key))
        progress(done + 1, len(every_rule))
    pairs = np.unique(np.concatenate(found))
    width = max(size, 1)
    return Blocks(pairs // width, pairs % width, tuple(left_out))


def _pairs(keys: Ints, places: Ints, refiners: Sequence[Ints], largest: int, size: int) -> Ints:
    """Pairs of places with one key, as ``a * size + b``; groups over ``largest`` are refined."""
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    lengths = np.diff(np.concatenate([starts, [len(keys)]])).astype(np.int64)
    small = (lengths <= largest) | (not refiners)
    first, second = pairs_in_runs(starts[small].astype(np.int64), lengths[small], largest)
    found = [_joined(places[first], places[second], size)]
    crowded = np.repeat(~small, lengths)
    if crowded.any():
        keys, places = keys[crowded], places[crowded]
        for step, refiner in enumerate(refiners):
            known = refiner[places] > 0
            refined = combined(keys[known], refiner[places[known]])
            found.append(_pairs(refined, places[known], refiners[step + 1 :], largest, size))
    return np.concatenate(found)


def _joined(a: Ints, b: Ints, size: int) -> Ints:
    different = a != b
    a, b = a[different], b[different]
    return np.minimum(a, b) * size + np.maximum(a, b)


def _refiners(columns: Columns) -> list[Ints]:
    """What tells the contacts of a crowded key apart: a name, a date of birth, a street, other identifiers."""
    facts = Facts(columns)
    given, surname = facts[Fact.GIVEN], facts[Fact.SURNAME]
    name = np.where((given > 0) & (surname > 0), combined(given, surname) + 1, 0) if len(columns) else given
    return [name, facts[Fact.BORN], facts[Fact.STREET], _first(columns.emails)]


def _first(column: Several) -> Ints:
    """The first value of each contact, 0 where it has none."""
    found = np.zeros(len(column.starts) - 1, dtype=np.int64)
    some = column.counts > 0
    found[some] = column.codes[column.starts[:-1][some]]
    return found


def _too_common(key: Key) -> Iterator[str]:
    """A sentence where a rule met groups that were too large to compare every two."""
    values, counts = np.unique(key.keys, return_counts=True)
    crowded = np.flatnonzero(counts > key.largest)
    if not len(crowded):
        return
    most = crowded[np.argsort(-counts[crowded], kind="stable")[:EXAMPLES]]
    end = "; contacts with it were compared only where something else agrees too"
    if key.shown is None:
        yield (
            f"{key.name}: {len(crowded):,} values are too common, the commonest has {counts[most[0]]:,} contacts{end}"
        )
        return
    for place in most:
        yield f"{key.name} {visible(key.shown(int(values[place])))} is held by {counts[place]:,} contacts{end}"
    if len(crowded) > len(most):
        yield f"{key.name}: {len(crowded) - len(most):,} more values are held by over {key.largest} contacts each{end}"
