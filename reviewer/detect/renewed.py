"""Columns after some contacts have changed, without reading all the others again."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from reviewer.detect.columns import SEVERAL, SINGLE, Columns, Flags, Ints, Row, Several, columns_of
from reviewer.detect.sorting import among, distinct


class Renewed(NamedTuple):
    """Columns after a change, as if all contacts had been read anew (but for the numbers that values have)."""

    columns: Columns
    moved: Ints
    """Where each contact that was there before is now; -1 where it is no more."""
    changed: Ints
    """Places of the contacts that are new or were read again."""


def renewed(columns: Columns, numbers: Iterable[int], rows: Iterable[Row]) -> Renewed:
    """The columns after the contacts with these numbers have changed; ``rows`` has those of them that are live."""
    fresh = columns_of(rows, columns)
    stays = ~among(columns.numbers, distinct(np.array([*numbers, *fresh.numbers.tolist()], dtype=np.int64)))
    both = np.concatenate([columns.numbers[stays], fresh.numbers])
    order = np.argsort(both, kind="stable")
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    changed: dict[str, Any] = {
        name: np.concatenate([getattr(columns, name)[stays], getattr(fresh, name)])[order]
        for name in (*SINGLE, "created", "anonymous")
    }
    changed |= {name: _several(getattr(columns, name), stays, getattr(fresh, name), order) for name in SEVERAL}
    made = replace(columns, numbers=both[order], **changed)
    moved = np.full(len(columns), -1, dtype=np.int64)
    kept = int(stays.sum())
    moved[stays] = place[:kept]
    again = ~stays
    moved[again] = made.places(columns.numbers[again])
    return Renewed(made, moved, np.sort(place[kept:]))


def _several(column: Several, stays: Flags, fresh: Several, order: Ints) -> Several:
    """The entries of the contacts that stay and of the fresh ones, in the order given."""
    starts = np.concatenate([column.starts[:-1][stays], fresh.starts[:-1] + len(column.codes)])[order]
    counts = np.concatenate([column.counts[stays], fresh.counts])[order]
    ends = np.cumsum(counts)
    where = np.repeat(starts - (ends - counts), counts) + np.arange(int(counts.sum()), dtype=np.int64)
    codes = np.concatenate([column.codes, fresh.codes])[where]
    return Several(np.concatenate([np.zeros(1, dtype=np.int64), ends]), codes, column.vocabulary)


def with_former(columns: Columns, before: Columns, places: Ints) -> Columns:
    """The contacts of ``columns``, and behind them some of ``before`` as they were."""
    joined: dict[str, Any] = {
        name: np.concatenate([getattr(columns, name), getattr(before, name)[places]])
        for name in (*SINGLE, "numbers", "created", "anonymous")
    }
    joined |= {name: _behind(getattr(columns, name), getattr(before, name), places) for name in SEVERAL}
    return replace(columns, **joined)


def _behind(column: Several, before: Several, places: Ints) -> Several:
    counts = before.counts[places]
    ends = np.cumsum(counts)
    where = np.repeat(before.starts[places] - (ends - counts), counts) + np.arange(int(counts.sum()), dtype=np.int64)
    starts = np.concatenate([column.starts, column.starts[-1] + ends])
    return Several(starts, np.concatenate([column.codes, before.codes[where]]), column.vocabulary)
