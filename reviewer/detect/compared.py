"""All pairs worth comparing with their patterns of levels: from scratch, or again where contacts have changed.

Pairs below any floor are among them: a phone that fewer hold, or a name that grows rarer, can lift them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.blocking import block
from reviewer.detect.blocking_rules import regime
from reviewer.detect.columns import Codes, Columns, Flags, Ints, Several
from reviewer.detect.evaluator import RACE_SECONDS, Counted, Evaluator, may_be_races
from reviewer.detect.holders import Counts
from reviewer.detect.level_columns import Levels
from reviewer.detect.patterns import Patterns, numbers_of, patterns_of
from reviewer.detect.proposals import difference
from reviewer.detect.renewed import Renewed
from reviewer.detect.sorting import among, distinct, positions
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.rulings import Ruling

CHUNK = 250_000
"""Pairs that are compared at a time: what bounds the memory."""

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; a total of 0 means that it is not known."""


class Held(NamedTuple):
    """Of each value of phones or emails: the persons who hold it, and the level that holding it in common has."""

    persons: Ints
    levels: Levels


@dataclass(frozen=True)
class Compared:
    """The contacts, the pairs of their places (``a < b``, sorted), and what of the contacts the levels rest on."""

    columns: Columns
    a: Ints
    b: Ints
    often: Ints
    """How often blocking proposed each pair; 0 for one that only another tool suspects."""
    patterns: Patterns
    standing: NDArray[np.uint8]
    phones: Held
    emails: Held
    left_out: tuple[str, ...]
    """Sentences on what was too common to compare in full, as of the last run over all contacts."""

    @property
    def keys(self) -> Ints:
        """The pairs as ``a * size + b``."""
        return self.a.astype(np.int64) * len(self.columns) + self.b


def compare_all(columns: Columns, evaluator: Evaluator, suspected: Ints, progress: Progress) -> Compared:
    """Compare what blocking proposes and what other tools suspect (``a * size + b``, sorted, each once)."""
    size = max(len(columns), 1)
    blocks = block(columns, lambda done, total: progress("finding pairs", done, total))
    proposed = blocks.a * size + blocks.b
    further = suspected[~among(suspected, proposed)]
    keys = np.concatenate([proposed, further])
    often = np.concatenate([blocks.often, np.zeros(len(further), dtype=np.int64)])
    if len(further):
        order = np.argsort(keys)
        keys, often = keys[order], often[order]
    numbers = _levels(evaluator, keys // size, keys % size, progress)
    return _made(columns, evaluator, keys, often, patterns_of(numbers), blocks.left_out)


def compare_again(
    before: Compared, now: Renewed, rulings: Sequence[Ruling], suspected: Ints, progress: Progress
) -> tuple[Compared, Evaluator] | None:
    """The same after some contacts have changed; None where more than they touch has to be done again."""
    size = len(now.columns)
    if regime(size) != regime(len(before.columns)) or not size:
        return None
    evaluator = evaluator_again(before, now, rulings)
    keys, often, known = _pairs_now(before, now, suspected, progress)
    if (often < 0).any():
        return None
    a, b = keys // size, keys % size
    touched = _touched(before, now, evaluator)
    again = (known < 0) | touched[a] | touched[b]
    numbers = np.zeros(len(keys), dtype=np.int64)
    numbers[again] = _levels(evaluator, a[again], b[again], progress)
    rest = np.flatnonzero(~again)
    numbers[rest] = _regraded(before.patterns, before.patterns.which[known[rest]], evaluator, a[rest], b[rest])
    return _made(now.columns, evaluator, keys, often, patterns_of(numbers), before.left_out), evaluator


def evaluator_again(before: Compared, now: Renewed, rulings: Sequence[Ruling]) -> Evaluator:
    """An evaluator of the contacts as they are now, that counts persons only where some of them have changed."""
    stay = _staying(now)
    again = [
        _values_again(getattr(before.columns, name), getattr(now.columns, name).codes, name, now, stay)
        for name in ("phones", "emails")
    ]
    counted = Counted(Counts(before.phones.persons, again[0]), Counts(before.emails.persons, again[1]))
    return Evaluator(now.columns, rulings, counted)


def _made(
    columns: Columns, evaluator: Evaluator, keys: Ints, often: Ints, patterns: Patterns, left_out: tuple[str, ...]
) -> Compared:
    size = max(len(columns), 1)
    return Compared(
        columns=columns,
        a=keys // size,
        b=keys % size,
        often=often,
        patterns=patterns,
        standing=evaluator.standing,
        phones=Held(evaluator.phones.persons, evaluator.held_phones),
        emails=Held(evaluator.emails.persons, evaluator.held_emails),
        left_out=left_out,
    )


def _levels(evaluator: Evaluator, a: Ints, b: Ints, progress: Progress) -> Ints:
    """The numbers of the pairs' rows of levels."""
    numbers = np.zeros(len(a), dtype=np.int64)
    for start in range(0, len(a), CHUNK):
        part = slice(start, start + CHUNK)
        numbers[part] = numbers_of(evaluator.levels(a[part], b[part]))
        progress("comparing", min(start + CHUNK, len(a)), len(a))
    return numbers


def _staying(now: Renewed) -> Flags:
    """Which contacts of before are still there as they were."""
    changed = np.zeros(len(now.columns), dtype=np.bool_)
    changed[now.changed] = True
    stay: Flags = now.moved >= 0
    stay[stay] = ~changed[now.moved[stay]]
    return stay


def _values_again(former: Several, codes: Codes, name: str, now: Renewed, stay: Flags) -> Flags:
    """Values that a changed contact holds, or held."""
    column = getattr(now.columns, name)
    again = np.zeros(len(column.vocabulary), dtype=np.bool_)
    again[former.codes[np.repeat(~stay, former.counts)]] = True
    changed = np.zeros(len(now.columns), dtype=np.bool_)
    changed[now.changed] = True
    again[codes[np.repeat(changed, column.counts)]] = True
    return again


def _pairs_now(before: Compared, now: Renewed, suspected: Ints, progress: Progress) -> tuple[Ints, Ints, Ints]:
    """The pairs of now, how often they are proposed, and which of the pairs of before each is (-1: none)."""
    size = len(now.columns)
    a, b = now.moved[before.a], now.moved[before.b]
    there = np.flatnonzero((a >= 0) & (b >= 0))
    old = a[there] * size + b[there]
    often = before.often[there].astype(np.int64)
    changes = difference(before.columns, now, lambda done, total: progress("finding pairs", done, total))
    at = positions(changes.pairs, old)
    often[at[at >= 0]] += changes.more[at >= 0]
    stays = (often != 0) | among(old, suspected)
    found = [old[stays], changes.pairs[at < 0]]
    further = suspected[~among(suspected, np.sort(np.concatenate(found)))]
    keys = np.concatenate([*found, further])
    counts = np.concatenate([often[stays], changes.more[at < 0], np.zeros(len(further), dtype=np.int64)])
    known = np.concatenate([there[stays], np.full(len(keys) - int(stays.sum()), -1, dtype=np.int64)])
    order = np.argsort(keys, kind="stable")
    return keys[order], counts[order], known[order]


def _touched(before: Compared, now: Renewed, evaluator: Evaluator) -> Flags:
    """Contacts that changed, or something of others on which the levels of their pairs rest."""
    touched = np.zeros(len(now.columns), dtype=np.bool_)
    touched[now.changed] = True
    stay = _staying(now)
    there = now.moved[stay]
    touched[there] |= evaluator.standing[there] != before.standing[stay]
    for column, former, held in (
        (now.columns.phones, before.phones.levels, evaluator.held_phones),
        (now.columns.emails, before.emails.levels, evaluator.held_emails),
    ):
        other = np.ones(len(held), dtype=np.bool_)
        other[: len(former)] = held[: len(former)] != former
        touched[column.holders[other[column.codes]]] = True
    return touched | _beside_new_moments(before.columns, now, stay)


def _beside_new_moments(before: Columns, now: Renewed, stay: Flags) -> Flags:
    """Contacts created close to a changed one's creation, before or now, where that can make or unmake a race."""
    columns = now.columns
    moments = distinct(np.concatenate([before.created[~stay], columns.created[now.changed]]))
    reach = 2 * RACE_SECONDS
    near = np.searchsorted(moments, columns.created + reach, side="right") > np.searchsorted(
        moments, columns.created - reach
    )
    near &= columns.created > 0
    where = np.flatnonzero(near)
    at = columns.created[where]
    near[where] = may_be_races(np.sort(before.created[before.created > 0]), at) | may_be_races(
        np.sort(columns.created[columns.created > 0]), at
    )
    return near


def _regraded(patterns: Patterns, which: Codes, evaluator: Evaluator, a: Ints, b: Ints) -> Ints:
    """The numbers of rows of levels in which only how common the full name is may have changed."""
    place = ORDER.index(Attribute.NAMESAKES)
    shown = [ORDER.index(one) for one in (Attribute.GIVEN, Attribute.SURNAME, Attribute.HANDLE)]
    numbers = numbers_of(patterns.levels)[which]
    graded = np.flatnonzero(patterns.levels[which, place] > 0)
    levels = patterns.levels[which[graded]]
    levels[:, place] = evaluator.namesakes(a[graded], b[graded], *(levels[:, one] for one in shown))
    numbers[graded] = numbers_of(levels)
    return numbers
