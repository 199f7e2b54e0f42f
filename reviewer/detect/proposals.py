"""How the proposals of the blocking rules change with some contacts: only groups that they were or are in are formed.

The contacts as they are now, and beside them the changed ones as they were, are taken as one set, so that equal keys
are equal numbers. In each group that a changed contact is in, the pairs of before and those of now are formed as a full
run would form them; the difference is how much more or less often each pair is proposed.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from reviewer.detect.blocking import proposed_in, refiners
from reviewer.detect.blocking_rules import Key, rules
from reviewer.detect.columns import Columns, Flags, Ints
from reviewer.detect.likeness import WORKERS
from reviewer.detect.renewed import Renewed, with_former
from reviewer.detect.sorting import distinct, places_of, runs_of


class Difference(NamedTuple):
    """Pairs (``a * size + b``, sorted, each once) and how much more often each is proposed than before, never 0."""

    pairs: Ints
    more: Ints


class _Side(NamedTuple):
    """The contacts of before or of now: where each of the set is among them (-1: it is not), and their refiners."""

    place: Ints
    refined_by: Sequence[Ints]
    size: int


def difference(before: Columns, now: Renewed, progress: Callable[[int, int], None]) -> Difference:
    """What changes for contacts that are still there; pairs of those that are no more are not in it."""
    size = len(now.columns)
    changed = np.zeros(size, dtype=np.bool_)
    changed[now.changed] = True
    former = np.flatnonzero((now.moved < 0) | changed[now.moved])
    if not len(former) and not len(now.changed):
        return Difference(former, former)
    both = with_former(now.columns, before, former)
    touched = np.concatenate([changed, np.ones(len(former), dtype=np.bool_)])
    of_both = refiners(both)
    in_both = now.moved.copy()
    in_both[former] = size + np.arange(len(former))
    was = np.full(len(both), -1, dtype=np.int64)
    was[in_both] = np.arange(len(before))
    sides = (
        _Side(np.where(np.arange(len(both)) < size, np.arange(len(both)), -1), of_both, max(size, 1)),
        _Side(was, [each[in_both] for each in of_both], max(len(before), 1)),
    )
    every_rule = list(rules(both, size, around=touched))
    pairs, more = [], []
    with ThreadPoolExecutor(WORKERS) as pool:
        for done, (fresh, old) in enumerate(pool.map(lambda rule: _around(rule(), touched, sides), every_rule), 1):
            old = _moved(old, now.moved, len(before), size)
            pairs += [fresh, old]
            more += [np.ones(len(fresh), dtype=np.int64), np.full(len(old), -1, dtype=np.int64)]
            progress(done, len(every_rule))
    return _summed(np.concatenate(pairs), np.concatenate(more))


def _around(key: Key, touched: Flags, sides: tuple[_Side, _Side]) -> tuple[Ints, Ints]:
    """The pairs of now and of before in the groups that a touched contact is in."""
    concerned = places_of(distinct(key.keys[touched[key.places]]), key.keys)
    keys, places = key.keys[concerned], key.places[concerned]
    found = []
    for side in sides:
        place = side.place[places]
        there = place >= 0
        runs = runs_of(keys[there], place[there], side.size)
        found.append(proposed_in(runs, key, side.refined_by, side.size))
    return found[0], found[1]


def _moved(pairs: Ints, moved: Ints, size_before: int, size: int) -> Ints:
    """The pairs of before by the places of now; without those of contacts that are no more."""
    a, b = moved[pairs // max(size_before, 1)], moved[pairs % max(size_before, 1)]
    there = (a >= 0) & (b >= 0)
    return a[there] * size + b[there]


def _summed(pairs: Ints, more: Ints) -> Difference:
    order = np.argsort(pairs, kind="stable")
    pairs, more = pairs[order], more[order]
    starts = np.flatnonzero(np.concatenate([[True], pairs[1:] != pairs[:-1]])) if len(pairs) else order
    sums = np.add.reduceat(more, starts) if len(starts) else more
    return Difference(pairs[starts][sums != 0], sums[sums != 0])
