"""Blocking: which pairs are worth comparing, from keys that two contacts have in common.

A key is a whole number; sorting brings equal keys together (``crowds`` says what becomes of large groups). What was
too common is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from reviewer.detect.blocking_rules import Key, rules
from reviewer.detect.columns import Columns, Ints, Several
from reviewer.detect.crowds import pairs_of
from reviewer.detect.facts import Fact, Facts
from reviewer.detect.likeness import WORKERS
from reviewer.detect.sorting import Runs, distinct_with_counts, runs_of, together
from reviewer.text import visible

EXAMPLES = 5
"""Values that a sentence about too common ones names."""


class Blocks(NamedTuple):
    """The pairs to compare (``a < b``, sorted, each once) and what was too common to compare in full.

    ``often`` is how often each pair was proposed: once for each key in common, so that it is known when none is left.
    """

    a: Ints
    b: Ints
    often: Ints
    left_out: tuple[str, ...]


def block(
    columns: Columns, progress: Callable[[int, int], None] = lambda done, total: None, *, contacts: int | None = None
) -> Blocks:
    """The pairs that any blocking rule proposes.

    ``contacts`` is how many there are in all, where ``columns`` has only some of them.
    """
    size = max(len(columns), 1)
    refined_by = refiners(columns)
    found = [np.zeros(0, dtype=np.int64)]
    left_out: list[str] = []
    every_rule = list(rules(columns, len(columns) if contacts is None else contacts))
    with ThreadPoolExecutor(WORKERS) as pool:  # numpy lets go of the interpreter while it sorts
        proposed = pool.map(lambda rule: _proposed(rule(), refined_by, size), every_rule)
        for done, (pairs, said) in enumerate(proposed, 1):
            found.append(pairs)
            left_out.extend(said)
            progress(done, len(every_rule))
    pairs, often = distinct_with_counts(np.concatenate(found))
    first = pairs // size
    return Blocks(first, pairs - first * size, often, tuple(left_out))


def _proposed(key: Key, refined_by: Sequence[Ints], size: int) -> tuple[Ints, list[str]]:
    """The pairs that one rule proposes, and sentences on what was too common."""
    runs = runs_of(key.keys, key.places, size)
    return proposed_in(runs, key, refined_by, size), list(_too_common(key, runs))


def proposed_in(runs: Runs, key: Key, refined_by: Sequence[Ints], size: int) -> Ints:
    """The pairs that a rule proposes among contacts brought together by its keys, as ``a * size + b``."""
    if not key.refined:
        return pairs_of(runs.where(runs.lengths <= key.largest), (), key.largest, size)
    return pairs_of(runs, refined_by, key.largest, size)


def refiners(columns: Columns) -> list[Ints]:
    """What tells the contacts of a crowded key apart: a name, a date of birth, a street, other identifiers."""
    facts = Facts(columns)
    given, surname = facts[Fact.GIVEN], facts[Fact.SURNAME]
    name = np.where((given > 0) & (surname > 0), together(given.astype(np.int64), surname.astype(np.int64)), 0)
    return [name, *(facts[fact].astype(np.int64) for fact in (Fact.BORN, Fact.STREET)), _first(columns.emails)]


def _first(column: Several) -> Ints:
    """The first value of each contact, 0 where it has none."""
    found = np.zeros(len(column.starts) - 1, dtype=np.int64)
    some = column.counts > 0
    found[some] = column.codes[column.starts[:-1][some]]
    return found


def _too_common(key: Key, runs: Runs) -> Iterator[str]:
    """A sentence where a rule met groups that were too large to compare every two."""
    values, counts = runs.keys, runs.lengths
    crowded = np.flatnonzero(counts > key.largest)
    if not len(crowded) or not key.refined:
        return
    most = crowded[np.argsort(-counts[crowded], kind="stable")[:EXAMPLES]]
    end = "; contacts with it were compared only where something else agrees too"
    if key.shown is None:
        many = "1 value is" if len(crowded) == 1 else f"{len(crowded):,} values are"
        yield f"{key.name}: {many} too common, the commonest has {counts[most[0]]:,} contacts{end}"
        return
    for place in most:
        yield f"{key.name} {visible(key.shown(int(values[place])))} is held by {counts[place]:,} contacts{end}"
    if len(crowded) > len(most):
        more = len(crowded) - len(most)
        many = "1 more value is" if more == 1 else f"{more:,} more values are"
        yield f"{key.name}: {many} held by over {key.largest} contacts each{end}"
