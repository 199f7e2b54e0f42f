"""Detection from the mirror to the queue: read, block, compare, judge, write."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np

from reviewer.detect.blocking import block
from reviewer.detect.columns import Columns, Ints, Row, columns_of, columns_of_comparables
from reviewer.detect.commonplace import told_of_crowds
from reviewer.detect.compared import (
    Compared,
    Progress,
    Propose,
    by_blocking,
    compare_again,
    compare_all,
    evaluator_again,
)
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.fitting import fit
from reviewer.detect.kept import keep, kept
from reviewer.detect.renewed import Renewed, renewed
from reviewer.detect.scoring import FLOOR, Judge, Scored, Weigher, score
from reviewer.detect.settling import settle, worth_a_look
from reviewer.detect.shared import beside, identifiers_of, shared_identifiers
from reviewer.detect.sorting import among
from reviewer.domain.comparable import Comparable
from reviewer.domain.errors import BusyError
from reviewer.domain.learned import with_learned
from reviewer.domain.model import Learned, Model
from reviewer.domain.prior_model import prior_model
from reviewer.domain.rulings import Ruling, compared_as
from reviewer.store import comparables, derivation, models, pairs, queue, rulings
from reviewer.store import compared as store
from reviewer.store import shared_identifiers as warnings
from reviewer.store.clock import now as present
from reviewer.store.database import Database
from reviewer.store.pairs import PairRow
from reviewer.store.transaction import transaction

_READ_STEP = 20_000

MOST_AGAIN = 0.2
"""Share of the contacts up to which only what has changed is done again: with more, all anew is about as fast."""


class Report(NamedTuple):
    """What a run found: how many of what, and a sentence for everything that was too common to compare in full.

    ``again`` is how many contacts had changed, where only what they touch was done again; None if all was. ``open`` is
    how many candidates the queue has now.
    """

    counts: Mapping[str, int]
    left_out: tuple[str, ...]
    again: int | None
    open: int


def silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""


class _Found(NamedTuple):
    compared: Compared
    evaluator: Evaluator
    suspected: Ints
    rulings: Sequence[Ruling]
    again: int | None


def detect(
    database: Database,
    *,
    today: date,
    full: bool = False,
    progress: Progress = silent,
    propose: Propose = by_blocking,
) -> Report:
    """Find and judge the pairs of all live contacts, replace what an earlier run found, and derive the queue from them.

    Only what contacts that changed since the last run touch is done again where that is known, unless ``full``; the
    result is that of a full run with the model in use. A full run fits the model first, unless it is frozen. Nothing of
    it is written until all is compared, and that in one transaction, so that an interruption leaves the queue as it
    was. Pairs of contacts that changed meanwhile wait to be judged again, what was ruled or loaded meanwhile counts.
    Raises ``BusyError`` and ``DatabaseError`` as the store does, the first also if another model was put into use
    meanwhile.

    Where another engine proposes the pairs, all is done anew with the model in use, as its sieve hides what a fit
    needs, and the run is not kept: what it would propose after a change is not known.
    """
    before, token = store.watch(database), store.new_token()
    mark, changed = store.changes(database)
    ours = propose is by_blocking
    found = _again(database, changed, today, progress) if ours and not full else None
    found = found or _all(database, today, progress, propose)
    compared = found.compared
    in_use = models.in_use(database)
    fits = ours and found.again is None and not in_use.frozen
    model = _fitted(compared, in_use.model.learned) if fits else in_use.model
    worth = worth_a_look(compared, found.suspected, Weigher(model))
    shared = list(shared_identifiers(compared.columns, found.evaluator, model, compared=compared))
    with transaction(database) as connection:
        if models.in_use(database) != in_use:
            raise BusyError("another model was put into use meanwhile: nothing was changed, detect again")
        if fits:
            size, count = len(compared.columns), len(compared.a)
            model = models.save(connection, model, origin="fit", contacts=size, pairs=count, at=present())
        touched = settle(database, compared, worth, model, progress)
        warnings.replace(database, shared)
        unrivalled = store.token(database) == before  # else another run came first, and took the notes of changes
        store.settle(database, mark, token if ours and unrivalled and keep(database, token, compared) else None)
        touched |= _overtaken(database, found, unrivalled, today)
        around = touched if found.again is not None and unrivalled else None
        open_now = _derive(database, around, today, progress)
    return _report(database, found, len(shared), open_now)


def _report(database: Database, found: _Found, shared: int, open_now: int) -> Report:
    compared, tally = found.compared, pairs.tally(database)
    facts = {"contacts": len(compared.columns), "compared": len(compared.a), "pairs": tally.pop("pairs", 0)}
    counts = {**facts, **dict(sorted(tally.items())), "shared identifiers": shared}
    return Report(counts, compared.left_out, found.again, open_now)


def _overtaken(database: Database, found: _Found, unrivalled: bool, today: date) -> set[int]:
    """Let what others wrote while a run was on count for its pairs; returns the contacts of those.

    Where another run came between and took the notes of changes, any contact may have changed.
    """
    with transaction(database) as connection:
        _, changed = store.changes(database)
        if unrivalled:
            pairs.distrust(connection, changed)
        else:
            pairs.distrust_all(connection)
        since = set(found.rulings) ^ set(rulings.in_force(database, today))
        late = {pair for one in since for pair in pairs.resting_on(database, *compared_as(one.identifier))}
        late |= _suspected_since(database, found)
        if late:
            rescore(database, sorted(late), today=today)
    return {*changed, *(number for pair in late for number in pair)}


def _suspected_since(database: Database, found: _Found) -> set[tuple[int, int]]:
    """The pairs that were loaded while others were compared, by contact number."""
    columns = found.compared.columns
    suspected = _suspected(columns, database)
    a, b = np.divmod(suspected[~among(suspected, found.suspected)], max(len(columns), 1))
    return set(zip(columns.numbers[a].tolist(), columns.numbers[b].tolist(), strict=True))


def _fitted(compared: Compared, learned: Learned | None) -> Model:
    """The model by hand moved to the pairs at hand, with what stewards' decisions taught on top."""
    start = told_of_crowds(prior_model(), compared) if len(compared.a) else prior_model()
    return with_learned(fit(start, compared.patterns, ""), learned)


def _derive(database: Database, touched: set[int] | None, today: date, progress: Progress) -> int:
    """Derive what rests on these contacts (None: on any) again; returns how many candidates are open."""
    progress("deriving the queue", 0, 0)
    if touched is None:
        return derivation.rebuild(database, today)
    derivation.refresh(database, touched, today)
    derivation.refresh_shared(database, today)
    return sum(queue.counts(database).get(queue.OPEN, {}).values())


def _all(database: Database, today: date, progress: Progress, propose: Propose) -> _Found:
    columns, in_force = columns_of(_watched(comparables.rows(database), progress)), rulings.in_force(database, today)
    evaluator = Evaluator(columns, in_force)
    suspected = _suspected(columns, database)
    return _Found(compare_all(columns, evaluator, suspected, progress, propose), evaluator, suspected, in_force, None)


def _again(database: Database, changed: Sequence[int], today: date, progress: Progress) -> _Found | None:
    """The run for contacts that have changed; None where there is no run to start from, or too much has changed."""
    before = kept(database)
    if before is None or len(changed) > len(before.columns) * MOST_AGAIN:
        return None
    now = _now(database, before, changed, progress)
    suspected, in_force = _suspected(now.columns, database), rulings.in_force(database, today)
    found = compare_again(before, now, in_force, suspected, progress)
    return _Found(*found, suspected, in_force, len(changed)) if found else None


def _now(database: Database, before: Compared, changed: Sequence[int], progress: Progress = silent) -> Renewed:
    return renewed(before.columns, changed, _watched(comparables.rows(database, changed), progress))


def _suspected(columns: Columns, database: Database) -> Ints:
    """The pairs that other tools suspect, as ``a * size + b``."""
    a, b = _places(columns, pairs.loaded(database))
    return a * len(columns) + b


def rescore(database: Database, numbers: Sequence[tuple[int, int]], *, today: date) -> int:
    """Judge these pairs of contact numbers again, with the rulings of today; returns how many were live.

    The same evaluator as a full run sees the same set, so the scores are those that a full run would give. So are the
    warnings about what these contacts hold, and what those hold who share an identifier with one of them: a ruling on
    it can change no others. Pairs of contacts that change meanwhile wait to be judged once more.
    """
    mark, _ = store.changes(database)
    model = models.in_use(database).model
    columns, evaluator, scored = _evaluated(database, numbers, today, model)
    touched = beside(columns, np.concatenate([scored.a, scored.b]))
    rows = list(shared_identifiers(columns, evaluator, model, touched=touched))
    with transaction(database) as connection:
        pairs.update_scores(database, list(Judge(model).rows(columns, scored)), model.version)
        pairs.distrust(connection, store.changes(database, mark)[1])
        warnings.renew(database, rows, identifiers_of(columns, touched))
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
    columns, evaluator = _present(database, today)
    a, b = _places(columns, numbers)
    parts = list(score(evaluator, Weigher(model), a, b, None))
    scored = Scored(*(np.concatenate(field) for field in zip(*parts, strict=True))) if parts else _nothing(evaluator)
    return columns, evaluator, scored


def _present(database: Database, today: date) -> tuple[Columns, Evaluator]:
    """The contacts as they are, and what compares them: from a kept run and what has changed since, if there is one."""
    in_force = rulings.in_force(database, today)
    _, changed = store.changes(database)  # before the run: should another be kept meanwhile, it has these in it
    before = kept(database)
    if before is None or len(changed) > len(before.columns) * MOST_AGAIN:
        columns = columns_of(comparables.rows(database))
        return columns, Evaluator(columns, in_force)
    now = _now(database, before, changed)
    return now.columns, evaluator_again(before, now, in_force)


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


def _watched(rows: Iterable[Row], progress: Progress) -> Iterator[Row]:
    done = 0
    for done, row in enumerate(rows, 1):
        if done % _READ_STEP == 0:
            progress("reading contacts", done, 0)
        yield row
    progress("reading contacts", done, done)
