"""Detection from the mirror to the queue: read, block, compare, judge, write."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import accumulate
from typing import NamedTuple

import numpy as np

from reviewer.detect.blocking import block
from reviewer.detect.columns import Columns, Ints, Row, columns_of, columns_of_comparables
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.fitting import fit, patterns_of
from reviewer.detect.holder_pairs import Compared
from reviewer.detect.level_columns import Levels
from reviewer.detect.scoring import (
    FLOOR,
    Judge,
    Scored,
    Weigher,
    compare,
    score,
    weighed,
)
from reviewer.detect.shared import shared_identifiers
from reviewer.domain.comparable import Comparable
from reviewer.domain.model import Model
from reviewer.domain.prior_model import prior_model
from reviewer.domain.rulings import Ruling
from reviewer.store import comparables, models, pairs, rulings
from reviewer.store import shared_identifiers as warnings
from reviewer.store.clock import now
from reviewer.store.database import Database
from reviewer.store.pairs import PairRow
from reviewer.store.transaction import transaction

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; a total of 0 means that it is not known."""

_READ_STEP = 20_000


class Report(NamedTuple):
    """What a run found: how many of what, and a sentence for everything that was too common to compare in full."""

    counts: Mapping[str, int]
    left_out: tuple[str, ...]


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


def detect(database: Database, *, today: date, progress: Progress = silent) -> Report:
    """Find and judge the pairs of all live contacts, and replace what an earlier run found.

    Nothing is written until all is compared, and that in one transaction, so that an interruption leaves the queue as
    it was. Raises ``BusyError`` and ``DatabaseError`` as the store does.
    """
    columns = columns_of(_watched(comparables.rows(database), progress))
    evaluator = Evaluator(columns, rulings.in_force(database, today))
    loaded = _places(columns, pairs.loaded(database))
    blocks = block(columns, lambda done, total: progress("finding pairs", done, total))
    found = _without(blocks.a, blocks.b, loaded, len(columns))
    levels = list(_compared(evaluator, found, progress))
    known = Compared(found[0] * len(columns) + found[1], np.concatenate(levels)) if levels else None
    in_use = models.in_use(database)
    model = in_use.model if in_use.frozen else fit(prior_model(), patterns_of(levels), "")
    weigher = Weigher(model)
    scored = [weighed(weigher, *part, FLOOR) for part in _chunks(found, levels)]
    scored += list(score(evaluator, weigher, *loaded, None))
    counts: Counter[str] = Counter()
    total = sum(len(part.weights) for part in scored)
    with transaction(database) as connection:
        if not in_use.frozen:
            size = len(columns)
            model = models.save(connection, model, origin="fit", contacts=size, pairs=len(found[0]), at=now())
        judge = Judge(model)
        rows = _counted((row for part in scored for row in judge.rows(columns, part)), counts, total, progress)
        pairs.replace_detected(database, rows, model.version)
        shared = warnings.replace(database, shared_identifiers(columns, evaluator, model, compared=known))
    facts = {"contacts": len(columns), "compared": len(found[0]) + len(loaded[0]), "pairs": total}
    return Report({**facts, **dict(sorted(counts.items())), "shared identifiers": shared}, blocks.left_out)


def rescore(database: Database, numbers: Sequence[tuple[int, int]], *, today: date) -> int:
    """Judge these pairs of contact numbers again, with the rulings of today; returns how many were live.

    The same evaluator as a full run sees the same set, so the scores are those that a full run would give.
    """
    model = models.in_use(database).model
    columns, evaluator, scored = _evaluated(database, numbers, today, model)
    with transaction(database):
        pairs.update_scores(database, list(Judge(model).rows(columns, scored)), model.version)
        warnings.replace(database, shared_identifiers(columns, evaluator, model))
    return len(scored.weights)


def score_pairs(database: Database, numbers: Sequence[tuple[int, int]], *, today: date) -> list[PairRow]:
    """The scores of any pairs of live contacts, also ones that were never proposed; nothing is written."""
    model = models.in_use(database).model
    columns, _, scored = _evaluated(database, numbers, today, model)
    return list(Judge(model).rows(columns, scored))


def score_contacts(
    contacts: Iterable[tuple[int, Comparable]],
    *,
    in_force: Sequence[Ruling] = (),
    floor: float | None = FLOOR,
    model: Model | None = None,
) -> list[PairRow]:
    """The pairs of contacts that are in memory, each with its number; no database is needed, nothing is fitted."""
    columns = columns_of_comparables(contacts)
    model = model or prior_model()
    evaluator, blocks, judge = Evaluator(columns, in_force), block(columns), Judge(model)
    parts = score(evaluator, Weigher(model), blocks.a, blocks.b, floor)
    return [row for part in parts for row in judge.rows(columns, part)]


def _evaluated(
    database: Database, numbers: Sequence[tuple[int, int]], today: date, model: Model
) -> tuple[Columns, Evaluator, Scored]:
    columns = columns_of(comparables.rows(database))
    evaluator = Evaluator(columns, rulings.in_force(database, today))
    a, b = _places(columns, numbers)
    parts = list(score(evaluator, Weigher(model), a, b, None))
    scored = Scored(*(np.concatenate(field) for field in zip(*parts, strict=True))) if parts else _nothing(evaluator)
    return columns, evaluator, scored


def _nothing(evaluator: Evaluator) -> Scored:
    none = np.zeros(0, dtype=np.int64)
    return Scored(none, none, evaluator.levels(none, none), np.zeros(0))


def _places(columns: Columns, numbers: Sequence[tuple[int, int]]) -> tuple[Ints, Ints]:
    """The places of pairs by contact number, each once; pairs with a contact that is not live are left out."""
    wanted = np.array(list(numbers), dtype=np.int64).reshape(-1, 2)
    a, b = columns.places(wanted[:, 0]), columns.places(wanted[:, 1])
    live = (a >= 0) & (b >= 0) & (a != b)
    width = max(len(columns), 1)
    keys = np.unique(np.minimum(a, b)[live] * width + np.maximum(a, b)[live])
    return keys // width, keys % width


def _without(a: Ints, b: Ints, others: tuple[Ints, Ints], size: int) -> tuple[Ints, Ints]:
    kept = ~np.isin(a * size + b, others[0] * size + others[1])
    return a[kept], b[kept]


def _compared(evaluator: Evaluator, found: tuple[Ints, Ints], progress: Progress) -> Iterator[Levels]:
    """The levels of the pairs that blocking proposed, chunk by chunk."""
    total, done = len(found[0]), 0
    for levels in compare(evaluator, *found):
        done += len(levels)
        progress("comparing", done, total)
        yield levels


def _chunks(found: tuple[Ints, Ints], levels: Sequence[Levels]) -> Iterator[tuple[Ints, Ints, Levels]]:
    """The pairs beside their levels, in the chunks in which they were compared."""
    for end, part in zip(accumulate(map(len, levels)), levels, strict=True):
        yield found[0][end - len(part) : end], found[1][end - len(part) : end], part


def _watched(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    done = 0
    for done, row in enumerate(rows, 1):
        if done % _READ_STEP == 0:
            progress("reading contacts", done, 0)
        yield row
    progress("reading contacts", done, done)


def _counted(rows: Iterable[PairRow], counts: Counter[str], total: int, progress: Progress) -> Iterator[PairRow]:
    for done, row in enumerate(rows, 1):
        counts[row.kind] += 1
        counts[row.verdict] += 1
        if done % _READ_STEP == 0 or done == total:
            progress("writing", done, total)
        yield row
