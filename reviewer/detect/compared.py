"""All pairs worth comparing with their patterns of levels: from scratch, or again where contacts have changed.

Pairs below any floor are among them: a phone that fewer hold, or a name that grows rarer, can lift them.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.blocking import Blocks, block
from reviewer.detect.blocking_rules import regime
from reviewer.detect.columns import Codes, Columns, Flags, Ints, Several
from reviewer.detect.evaluator import RACE_SECONDS, Counted, Evaluator, may_be_races
from reviewer.detect.holders import Counts
from reviewer.detect.level_columns import Levels
from reviewer.detect.patterns import Patterns, joined, numbers_of, patterns_of
from reviewer.detect.proposals import difference
from reviewer.detect.renewed import Renewed
from reviewer.detect.scoring import CHUNK
from reviewer.detect.sorting import among, distinct, positions
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.rulings import Ruling

log = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]
"""``progress(stage, done, total)``; a total of 0 means that it is not known."""


Propose = Callable[[Columns, Progress], Blocks]
"""Which pairs are worth comparing: what our own blocking rules propose, or what another engine predicts."""


def by_blocking(columns: Columns, progress: Progress) -> Blocks:
    """The pairs that our own blocking rules propose."""
    return block(columns, lambda done, total: progress("finding pairs", done, total))


class Held(NamedTuple):
    """Of each value of phones or emails: the persons who hold it, and the level that holding it in common has."""

    persons: Ints
    levels: Levels


@dataclass(frozen=True)
class Compared:
    """The contacts, the pairs of their places (``a < b``, sorted), and what of the contacts the levels rest on."""

    columns: Columns
    a: Codes
    b: Codes
    often: Codes
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
        found: Ints = self.a * np.int64(len(self.columns)) + self.b
        return found


def compare_all(
    columns: Columns, evaluator: Evaluator, suspected: Ints, progress: Progress, propose: Propose = by_blocking
) -> Compared:
    """Compare what is proposed and what other tools suspect (``a * size + b``, sorted, each once)."""
    size = max(len(columns), 1)
    blocks = propose(columns, progress)
    proposed = blocks.a * size + blocks.b
    further = suspected[~among(suspected, proposed)]
    keys = np.concatenate([proposed, further])
    often = np.concatenate([blocks.often, np.zeros(len(further), dtype=np.int64)])
    if len(further):
        order = np.argsort(keys)
        keys, often = keys[order], often[order]
    numbers = _levels(evaluator, keys // size, keys % size, progress)
    pairs = (keys // size).astype(np.int32), (keys % size).astype(np.int32)
    return _made(columns, evaluator, pairs, often.astype(np.int32), patterns_of(numbers), blocks.left_out)


def compare_again(
    before: Compared, now: Renewed, rulings: Sequence[Ruling], suspected: Ints, progress: Progress
) -> tuple[Compared, Evaluator] | None:
    """The same after some contacts have changed; None where more than they touch has to be done again."""
    size = len(now.columns)
    if regime(size) != regime(len(before.columns)) or not size:
        return None
    evaluator = evaluator_again(before, now, rulings)
    a, b, often, known = _pairs_now(before, now, suspected, progress)
    if int(often.min(initial=0)) < 0:
        log.warning("the kept run does not fit the contacts: all is done anew")
        return None
    touched = _touched(before, now, evaluator)
    again = touched[a] | touched[b]
    again |= known < 0
    which = before.patterns.which[known]
    where = np.flatnonzero(again)
    numbers = _levels(evaluator, a[where].astype(np.int64), b[where].astype(np.int64), progress)
    other, regraded = _regraded(before.patterns, which, np.flatnonzero(~again), evaluator, a, b)
    patterns = joined(before.patterns, which, np.concatenate([numbers, regraded]), np.concatenate([where, other]))
    return _made(now.columns, evaluator, (a, b), often, patterns, before.left_out), evaluator


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
    columns: Columns,
    evaluator: Evaluator,
    pairs: tuple[Codes, Codes],
    often: Codes,
    patterns: Patterns,
    left_out: tuple[str, ...],
) -> Compared:
    return Compared(
        columns=columns,
        a=pairs[0],
        b=pairs[1],
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


def _pairs_now(
    before: Compared, now: Renewed, suspected: Ints, progress: Progress
) -> tuple[Codes, Codes, Codes, Codes]:
    """The pairs of now, how often they are proposed, and which of the pairs of before each is (-1: none)."""
    size = len(now.columns)
    moved = now.moved.astype(np.int32)
    a, b = moved[before.a], moved[before.b]
    known = np.flatnonzero((a >= 0) & (b >= 0)).astype(np.int32)
    if len(known) < len(a):
        a, b = a[known], b[known]
    keys = a * np.int64(size) + b
    often = before.often[known]
    changes = difference(before.columns, now, lambda done, total: progress("finding pairs", done, total))
    at = positions(changes.pairs, keys)
    often[at[at >= 0]] += changes.more[at >= 0].astype(np.int32)
    stays = often != 0
    of_others = positions(suspected, keys)
    stays[of_others[of_others >= 0]] = True
    further = np.concatenate([changes.pairs[at < 0], suspected[(of_others < 0) & ~among(suspected, changes.pairs)]])
    more = np.zeros(len(further), dtype=np.int32)
    more[: int((at < 0).sum())] = changes.more[at < 0]
    order = np.argsort(further, kind="stable")
    further, more = further[order], more[order]
    if not stays.all():
        a, b, often, known, keys = (each[stays] for each in (a, b, often, known, keys))
    if not len(further):
        return a, b, often, known
    into = np.searchsorted(keys, further)
    first = further // size
    return (
        np.insert(a, into, first),
        np.insert(b, into, further - first * size),
        np.insert(often, into, more),
        np.insert(known, into, -1),
    )


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


def _regraded(
    patterns: Patterns, which: Codes, places: Ints, evaluator: Evaluator, a: Codes, b: Codes
) -> tuple[Ints, Ints]:
    """Pairs of ``places`` whose full name is now more or less common, and the numbers of their rows of levels.

    This alone may have changed for any pair: it goes by how many contacts there are.
    """
    place = ORDER.index(Attribute.NAMESAKES)
    shown = [ORDER.index(one) for one in (Attribute.GIVEN, Attribute.SURNAME, Attribute.HANDLE)]
    graded = places[(patterns.levels[:, place] > 0)[which[places]]]
    levels = patterns.levels[which[graded]]
    found = evaluator.namesakes(
        a[graded].astype(np.int64), b[graded].astype(np.int64), *(levels[:, one] for one in shown)
    )
    other = np.flatnonzero(found != levels[:, place])
    levels = levels[other]
    levels[:, place] = found[other]
    return graded[other], numbers_of(levels)
