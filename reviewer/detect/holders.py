"""Who holds an identifier: pairs of contacts with a common value, and how many persons a value has by their names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Codes, Flags, Ints, Several
from reviewer.domain.emails import is_role
from reviewer.domain.rulings import Ruling, RulingKind, compared_as

CROWD = 30
"""Holders up to which every two of a value are compared by name; in a larger crowd distinct names are counted."""


@dataclass(frozen=True)
class Sharing:
    """For each value of a column's vocabulary: its holders, the persons they seem to be, and what it is said to be."""

    holders: Ints
    persons: Ints
    roles: Flags
    """Addresses that name a role by themselves, unless a ruling says otherwise."""
    ruled: Mapping[int, RulingKind]


class Counts(NamedTuple):
    """Persons of each value as they were counted before, and which values are to be counted again (new ones too)."""

    persons: Ints
    again: Flags


class Naming(NamedTuple):
    """Who a contact says it is: whether it names a person at all, by which code names sort, and whether two agree."""

    telling: Flags
    key: Ints
    agree: Callable[[Ints, Ints], Flags]


def sharing_of(
    column: Several, naming: Naming, rulings: Sequence[Ruling], types: Sequence[str], counts: Counts | None = None
) -> Sharing:
    """Count holders and persons of every value, of those in ``counts`` only what has to be counted again.

    ``types`` are the identifier types of rulings that speak of this column.
    """
    values = column.vocabulary.values
    roles = column.vocabulary.flagged("role", lambda value: "@" in value and is_role(value))
    holders = np.bincount(column.codes, minlength=len(values)).astype(np.int64)
    ruled: dict[int, RulingKind] = {}
    for ruling in rulings:
        code = column.vocabulary.find(spelt(ruling, types))
        if code:
            ruled[code] = ruling.kind
    return Sharing(holders, _persons(column, holders, naming, counts), roles, ruled)


def spelt(ruling: Ruling, types: Sequence[str]) -> str:
    """The ruled value as it stands in the columns; the empty text if the ruling is about something else."""
    return compared_as(ruling.identifier)[1] if ruling.identifier.type in types else ""


def _persons(column: Several, holders: Ints, naming: Naming, counts: Counts | None) -> Ints:
    """Holders of a value that name a person, those whose names agree counted once, also by way of a third.

    A contact that names nobody may be any of them, so it neither counts nor joins two that do. In a crowd only equal
    names are one person.
    """
    contacts, codes = column.holders, column.codes
    if counts is not None:
        again = counts.again[codes]
        contacts, codes = contacts[again], codes[again]
    telling = naming.telling[contacts]
    contacts, codes = contacts[telling], codes[telling]
    order = np.lexsort((naming.key[contacts], codes))
    contacts, codes = contacts[order], codes[order]
    first, second = within_runs(codes, CROWD)
    same = naming.agree(contacts[first], contacts[second])
    crowded = np.bincount(codes, minlength=len(holders))[codes[first]] > CROWD
    keys = naming.key[contacts]
    same &= ~crowded | (keys[first] == keys[second])
    labels = components(len(contacts), first[same], second[same])
    roots = labels == np.arange(len(labels))
    persons = np.bincount(codes[roots], minlength=len(holders)).astype(np.int64)
    persons = np.maximum(persons, np.minimum(holders, 1))
    if counts is not None:
        before = np.zeros(len(holders), dtype=np.int64)
        before[: len(counts.persons)] = counts.persons
        persons = np.where(counts.again, persons, before)
    return persons


def components(size: int, first: Ints | Codes, second: Ints | Codes) -> Ints:
    """The smallest element that each element is connected with."""
    labels = np.arange(size, dtype=np.int64)
    while True:
        before = labels.copy()
        np.minimum.at(labels, first, labels[second])
        np.minimum.at(labels, second, labels[first])
        labels = labels[labels]
        if np.array_equal(before, labels):
            return labels


def within_runs(codes: Codes | Ints, longest: int) -> tuple[Ints, Ints]:
    """All pairs of places within each run of equal codes; in runs over ``longest``, neighbours only."""
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]])) if len(codes) else np.zeros(0, np.int64)
    lengths = np.diff(np.concatenate([starts, [len(codes)]]))
    return pairs_in_runs(starts.astype(np.int64), lengths.astype(np.int64), longest)


def pairs_in_runs(starts: Ints, lengths: Ints, longest: int) -> tuple[Ints, Ints]:
    """Pairs of places within runs that begin at ``starts``; a run over ``longest`` gives its neighbours only."""
    firsts, seconds = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for length in np.flatnonzero(np.bincount(lengths[(lengths > 1) & (lengths <= longest)])):
        at = starts[lengths == length]
        low, high = np.triu_indices(int(length), 1)
        firsts.append((at[:, None] + low[None, :]).ravel())
        seconds.append((at[:, None] + high[None, :]).ravel())
    long = np.flatnonzero(lengths > longest)
    links = lengths[long] - 1
    within = np.arange(int(links.sum()), dtype=np.int64) - np.repeat(np.cumsum(links) - links, links)
    firsts.append(np.repeat(starts[long], links) + within)
    seconds.append(firsts[-1] + 1)
    return np.concatenate(firsts), np.concatenate(seconds)


def value_pairs(column: Several, a: Ints, b: Ints) -> tuple[Ints, Codes, Codes]:
    """Every value of ``a`` beside every value of ``b``: (which pair, value of a, value of b)."""
    many_a, many_b = column.counts[a], column.counts[b]
    products = many_a * many_b
    pair = np.repeat(np.arange(len(a), dtype=np.int64), products)
    within = np.arange(int(products.sum()), dtype=np.int64) - np.repeat(np.cumsum(products) - products, products)
    width = np.repeat(many_b, products)
    first = column.codes[np.repeat(column.starts[a], products) + within // np.maximum(width, 1)]
    second = column.codes[np.repeat(column.starts[b], products) + within % np.maximum(width, 1)]
    return pair, first, second


def common_values(column: Several, a: Ints, b: Ints) -> tuple[Ints, Codes]:
    """The values that the contacts of a pair have in common: (which pair, value)."""
    pair, first, second = value_pairs(column, a, b)
    equal = first == second
    return pair[equal], first[equal]
