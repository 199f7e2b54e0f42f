"""From compared pairs to the queue: which are worth a look, and what of the stored ones differs from them."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Flags, Ints
from reviewer.detect.compared import Compared
from reviewer.detect.holders import components
from reviewer.detect.kept import made_by
from reviewer.detect.level_columns import Levels
from reviewer.detect.scoring import FLOOR, Judge, Scored, Weigher
from reviewer.detect.sorting import among, positions
from reviewer.detect.stitching import are_stitches
from reviewer.domain.grouping import JOIN_WEIGHT
from reviewer.domain.levels import ORDER
from reviewer.domain.model import Model
from reviewer.store import pairs, stamp
from reviewer.store.database import Database
from reviewer.store.pairs import PairRow
from reviewer.store.transaction import transaction

_JUDGED_BY = "judged by"
"""The stamp of the code whose policy the stored verdicts are of: with another, levels alone do not tell a verdict."""


class Worth(NamedTuple):
    """The pairs that are worth a look (places in ``Compared``), and their weights."""

    places: Ints
    weights: NDArray[np.float64]


def worth_a_look(compared: Compared, suspected: Ints, weigher: Weigher) -> Worth:
    """The pairs from the floor on; what other tools suspect stays whatever it weighs.

    So does what was compared of contacts that other pairs may put into one group: a veto or a small chance between two
    of them speaks against the whole group, and the less likely they are one person the more.
    """
    weights = weigher.weights(compared.patterns.levels)
    worth = (weights >= FLOOR)[compared.patterns.which]
    joining = (weights >= JOIN_WEIGHT)[compared.patterns.which]
    together = components(len(compared.columns), compared.a[joining], compared.b[joining])
    worth |= together[compared.a] == together[compared.b]
    if len(suspected):
        worth[positions(suspected, compared.keys)] = True
    places = np.flatnonzero(worth)
    return Worth(places, weights[compared.patterns.which[places]])


def settle(
    database: Database, compared: Compared, worth: Worth, model: Model, progress: Callable[[str, int, int], None]
) -> set[int]:
    """Make these pairs all that the store has; returns the contacts of pairs that are new, differ or are no more.

    A pair that stands as this very code judged it, by this model and with these levels, is not judged again.
    """
    places = worth.places
    numbers = compared.columns.numbers
    a, b = compared.a[places].astype(np.int64), compared.b[places].astype(np.int64)
    wanted = _keys(numbers[a], numbers[b])
    stitches = are_stitches(compared.columns, a, b)
    with transaction(database) as connection:
        stored, others = _stored(database, model.version)
        known = stamp.read(database, _JUDGED_BY) == made_by()
        at = positions(wanted, stored.keys)
        same = (at >= 0) & known
        rows = compared.patterns.levels[compared.patterns.which[places[same]]]
        same[same] = (stored.levels[at[same]] == rows).all(axis=1) & (stored.stitches[at[same]] == stitches[same])
        fresh = np.flatnonzero(~same)
        gone = np.concatenate([stored.keys[~among(stored.keys, wanted)], others[~among(others, wanted)]])
        dropped = [(int(key >> 32), int(key & 0xFFFFFFFF)) for key in gone]
        pairs.drop(connection, dropped)
        levels = compared.patterns.levels[compared.patterns.which[places[fresh]]]
        scored = Scored(a[fresh], b[fresh], levels, worth.weights[fresh])
        rows_of = Judge(model).rows(compared.columns, scored)
        pairs.update_scores(database, _told(rows_of, len(fresh), progress), model.version)
        if not known:
            stamp.write(database, _JUDGED_BY, made_by())
    return {*numbers[a[fresh]].tolist(), *numbers[b[fresh]].tolist(), *(one for pair in dropped for one in pair)}


class _Stored(NamedTuple):
    """The pairs that this model has scored, sorted by their keys."""

    keys: Ints
    stitches: Flags
    levels: Levels


def _stored(database: Database, version: str) -> tuple[_Stored, Ints]:
    """What the store has from this model, and the keys of all its other pairs."""
    a, b, kinds, blobs = tuple(zip(*pairs.scored_by(database, version), strict=True)) or ((), (), (), ())
    levels = np.frombuffer(b"".join(blobs), dtype=np.uint8).reshape(-1, len(ORDER))
    stitches = np.array(kinds, dtype=np.bool_)
    keys = _keys(np.array(a, dtype=np.int64), np.array(b, dtype=np.int64))
    order = np.argsort(keys)
    others = np.array(list(pairs.not_scored_by(database, version)), dtype=np.int64).reshape(-1, 2)
    return _Stored(keys[order], stitches[order], levels[order]), _keys(others[:, 0], others[:, 1])


def _keys(a: Ints, b: Ints) -> Ints:
    """One number for a pair of contact numbers, which are below 2 ** 31."""
    return (a << 32) | b


_STEP = 20_000


def _told(rows: Iterator[PairRow], total: int, progress: Callable[[str, int, int], None]) -> Iterator[PairRow]:
    progress("writing", 0, total)
    for done, row in enumerate(rows, 1):
        if done % _STEP == 0 or done == total:
            progress("writing", done, total)
        yield row
