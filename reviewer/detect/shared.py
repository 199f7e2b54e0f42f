"""Identifiers that several persons hold: a warning for each, with what it is by the model, and why."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reviewer.detect.chance_table import Floats
from reviewer.detect.class_chances import Chances
from reviewer.detect.columns import Columns, Flags, Ints, Several
from reviewer.detect.compared import Compared
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.holder_pairs import HolderPairs, holder_pairs, levels_of
from reviewer.detect.holder_relations import PairRelations, pair_relations, relation_of_all
from reviewer.detect.holders import CROWD, Sharing, components
from reviewer.detect.level_columns import Levels
from reviewer.domain.levels import GAPS, LEVELS, ORDER, Attribute
from reviewer.domain.model import Model
from reviewer.domain.sharing import EVEN, RELATIONS, ROLE, TOLD, kind_of, reason, sign
from reviewer.store.shared_identifiers import SharedRow

PHONE, EMAIL = "Phone", "Email"
"""The kinds of identifiers that may be shared."""

TOSS_UP = 64.0
"""How much more a warning weighs on which an even chance rests than one about two people whom nobody would confuse."""


def shared_identifiers(
    columns: Columns,
    evaluator: Evaluator,
    model: Model,
    *,
    compared: Compared | None = None,
    touched: Ints | None = None,
) -> Iterator[SharedRow]:
    """A warning for each phone and email that two persons hold, as the model sees them, and that nobody has ruled on.

    ``compared`` saves comparing pairs again; ``touched`` (places of contacts) asks only for what one of these holds.
    A warning is the same whichever of the two are given.
    """
    look = _Look(columns, evaluator, model, compared)
    yield from look.warnings(Attribute.PHONE, PHONE, columns.phones, evaluator.phones, touched)
    yield from look.warnings(Attribute.EMAIL, EMAIL, columns.emails, evaluator.emails, touched)


def beside(columns: Columns, places: Ints) -> Ints:
    """The places of these contacts and of all who hold a phone or an email of theirs."""
    found = np.zeros(len(columns), dtype=np.bool_)
    found[places] = True
    for column in (columns.phones, columns.emails):
        found[column.holders[_held_by(column, places)[column.codes]]] = True
    return np.flatnonzero(found)


def identifiers_of(columns: Columns, places: Ints) -> Iterator[tuple[str, str]]:
    """The kind and the value of each identifier of these contacts about which there may be a warning."""
    for kind, column in ((PHONE, columns.phones), (EMAIL, columns.emails)):
        values = column.vocabulary.values
        yield from ((kind, values[code]) for code in np.flatnonzero(_held_by(column, places)).tolist())


@dataclass(frozen=True)
class _Look:
    columns: Columns
    evaluator: Evaluator
    model: Model
    compared: Compared | None

    def warnings(
        self, attribute: Attribute, kind: str, column: Several, sharing: Sharing, touched: Ints | None
    ) -> Iterator[SharedRow]:
        pairs = holder_pairs(column, _wanted(column, sharing, touched), self.evaluator.telling)
        if not len(pairs.values):
            return
        levels = levels_of(self.evaluator, self.columns, pairs.a, pairs.b, self.compared)
        found = _held(pairs, pair_relations(self.model, levels, attribute), sharing)
        signs = [_signs(found, levels, ORDER.index(attribute)) for attribute in TOLD]
        for place in np.flatnonzero((found.persons >= 2) & (found.apart >= EVEN)).tolist():
            told = zip(TOLD, (codes[place] for codes in signs), strict=True)
            said = [sign(attribute, code) for attribute, code in told if code]
            yield _row(kind, column.vocabulary.values[int(found.values[place])], found, place, said, sharing)


def _row(kind: str, spelt: str, found: "_Held", place: int, signs: list[str], sharing: Sharing) -> SharedRow:
    value, persons = int(found.values[place]), int(found.persons[place])
    chances = dict(zip(RELATIONS, found.kinds[place].tolist(), strict=True))
    relation = max(chances, key=lambda one: chances[one])
    guess = kind_of(relation, email=kind == EMAIL, persons=persons)
    holders = int(sharing.holders[value])
    people = f"{persons} people" if holders <= CROWD else f"{persons} people, each held against the next only"
    if sharing.roles[value]:
        signs = [ROLE, *signs]
    why = reason(people, int(found.two[place]), chances, signs)
    weight, apart = float(found.weight[place]), float(found.apart[place])
    certainty = round(chances[relation], 4)
    return SharedRow(kind, spelt, holders, persons, round(weight, 3), guess.value, why, certainty, round(apart, 4))


class _Held(NamedTuple):
    """What the pairs of holders say of each value; ``group`` is the place of each pair's value in the other fields."""

    group: Ints
    other: Floats
    """For each pair, the probability that it is two persons."""
    values: Ints
    persons: Ints
    two: Ints
    """How many pairs seem to be two persons."""
    apart: Floats
    """The probability that it is shared at all: at least one pair is not one person."""
    kinds: Chances
    weight: Floats


def _wanted(column: Several, sharing: Sharing, touched: Ints | None) -> Flags:
    """The values that at least two contacts hold and nobody has ruled on; only those of ``touched`` contacts."""
    wanted = sharing.holders >= 2
    wanted[0] = False
    wanted[list(sharing.ruled)] = False
    if touched is not None:
        wanted &= _held_by(column, touched)
    found: Flags = wanted
    return found


def _held_by(column: Several, places: Ints) -> Flags:
    """The values that one of these contacts holds."""
    some = np.zeros(len(column.counts), dtype=np.bool_)
    some[places] = True
    held = np.zeros(len(column.vocabulary), dtype=np.bool_)
    held[column.codes[np.repeat(some, column.counts)]] = True
    return held


def _held(pairs: HolderPairs, relations: PairRelations, sharing: Sharing) -> _Held:
    values, group = np.unique(pairs.values, return_inverse=True)
    same = relations.same
    persons = _persons(values, group, pairs, same, sharing)
    apart = np.zeros(len(values))
    np.maximum.at(apart, group, 1.0 - same)
    two = np.bincount(group, same < EVEN, minlength=len(values)).astype(np.int64)
    doubt = np.bincount(group, 4.0 * same * (1.0 - same)) / np.bincount(group)
    kinds = relation_of_all(group, relations, persons)
    return _Held(group, 1.0 - same, values, persons, two, apart, kinds, _weight(persons, doubt))


def _weight(persons: Ints, doubt: Floats) -> Floats:
    """How far up in the queue a warning belongs, in bits; none is below 0.

    First comes where a ruling settles most: where pairs that rest on the identifier could be one person or two
    (``doubt`` is 1 for an even chance, 0 where all is clear). The more people hold it the more, but slowly, for who is
    in a crowd is hardly confused: a switchboard of hundreds does not go before a father and a son.
    """
    weight: Floats = np.log2(np.log2(np.maximum(persons, 2)) * (1.0 + TOSS_UP * doubt))
    return weight


def _persons(values: Ints, group: Ints, pairs: HolderPairs, same: Floats, sharing: Sharing) -> Ints:
    """How many persons hold each value: contacts that are rather one person than not are counted once.

    In a crowd, where not every two were compared, their names are counted.
    """
    width = int(max(pairs.a.max(), pairs.b.max())) + 1
    nodes, ends = np.unique(np.concatenate([group * width + pairs.a, group * width + pairs.b]), return_inverse=True)
    first, second = ends[: len(group)], ends[len(group) :]
    joined = same >= EVEN
    labels = components(len(nodes), first[joined], second[joined])
    roots = labels == np.arange(len(labels))
    counted = np.bincount(nodes[roots] // width, minlength=len(values)).astype(np.int64)
    return np.where(sharing.holders[values] > CROWD, sharing.persons[values], counted)


def _signs(found: _Held, levels: Levels, attribute: int) -> list[int]:
    """For each value the code of the level that more than half of its pairs of two persons have, or 0."""
    size = len(LEVELS[ORDER[attribute]])
    two = found.other >= EVEN
    counts = np.bincount(found.group[two] * size + levels[two, attribute], minlength=len(found.values) * size)
    counts = counts.reshape(-1, size)
    most = counts[:, GAPS:].argmax(axis=1) + GAPS
    told = 2 * counts[np.arange(len(counts)), most] > counts.sum(axis=1)
    codes: list[int] = np.where(told, most, 0).tolist()
    return codes
