"""Blocking: which pairs are worth comparing, from keys that two contacts have in common.

A key is a whole number; sorting brings equal keys together. A group that is too large is not dropped: it is
refined by further keys, one after the other, and what no key tells apart is paired with its neighbours only. What was
too common is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Columns, Ints, Several, Vocabulary
from reviewer.detect.holders import pairs_in_runs
from reviewer.detect.stitching import display_name_keys
from reviewer.domain.emails import is_role
from reviewer.domain.names import GUESSED
from reviewer.text import visible

LARGEST_GROUP = 30
"""Contacts with one key up to which every two are compared: 435 pairs."""

LARGEST_NAME_GROUP = 10
"""The same for keys that prove little by themselves: a name alone says nothing where many have it."""

EXAMPLES = 5
"""Values that a sentence about too common ones names."""


class Key(NamedTuple):
    """The keys that one blocking rule gives: contact ``places[i]`` has ``keys[i]``, a code that ``shown`` explains."""

    name: str
    places: Ints
    keys: Ints
    largest: int
    shown: Callable[[int], str] | None = None


class Blocks(NamedTuple):
    """The pairs to compare (``a < b``, sorted, each once) and what was too common to compare in full."""

    a: Ints
    b: Ints
    left_out: tuple[str, ...]


def block(columns: Columns, progress: Callable[[int, int], None] = lambda done, total: None) -> Blocks:
    """The pairs that any blocking rule proposes."""
    size = len(columns)
    refiners = _refiners(columns)
    found = [np.zeros(0, dtype=np.int64)]
    left_out: list[str] = []
    rules = list(_rules(columns))
    for done, rule in enumerate(rules):
        key = rule()
        found.append(np.unique(_pairs(key.keys, key.places, refiners, key.largest, size)))
        left_out.extend(_too_common(key))
        progress(done + 1, len(rules))
    pairs = np.unique(np.concatenate(found))
    width = max(size, 1)
    return Blocks(pairs // width, pairs % width, tuple(left_out))


def _pairs(keys: Ints, places: Ints, refiners: Sequence[Ints], largest: int, size: int) -> Ints:
    """Pairs of places with one key, as ``a * size + b``; groups over ``largest`` are refined."""
    order = np.lexsort((places, keys))
    keys, places = keys[order], places[order]
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]])) if len(keys) else np.zeros(0, np.int64)
    lengths = np.diff(np.concatenate([starts, [len(keys)]])).astype(np.int64)
    small = (lengths <= largest) | (not refiners)
    first, second = pairs_in_runs(starts[small].astype(np.int64), lengths[small], largest)
    found = [_joined(places[first], places[second], size)]
    crowded = np.repeat(~small, lengths)
    if crowded.any():
        keys, places = keys[crowded], places[crowded]
        for step, refiner in enumerate(refiners):
            known = refiner[places] > 0
            refined = combined(keys[known], refiner[places[known]])
            found.append(_pairs(refined, places[known], refiners[step + 1 :], largest, size))
    return np.concatenate(found)


def _joined(a: Ints, b: Ints, size: int) -> Ints:
    different = a != b
    a, b = a[different], b[different]
    return np.minimum(a, b) * size + np.maximum(a, b)


def combined(*parts: Ints) -> Ints:
    """One key for several, small enough to be combined again."""
    key = parts[0].astype(np.int64)
    for part in parts[1:]:
        key = key * (int(part.max()) + 1 if len(part) else 1) + part
        key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return key


def _refiners(columns: Columns) -> list[Ints]:
    """What tells the contacts of a crowded key apart: a name, a date of birth, a street, other identifiers."""
    skeletons = _skeletons(columns.names)
    given, surname = skeletons[columns.given], skeletons[columns.surname]
    name = np.where((given > 0) & (surname > 0), combined(given, surname) + 1, 0) if len(columns) else given
    return [name, columns.born.astype(np.int64), columns.street.astype(np.int64), _first(columns.emails)]


def _first(column: Several) -> Ints:
    """The first value of each contact, 0 where it has none."""
    found = np.zeros(len(column.starts) - 1, dtype=np.int64)
    some = column.counts > 0
    found[some] = column.codes[column.starts[:-1][some]]
    return found


def _rules(columns: Columns) -> Iterator[Callable[[], Key]]:
    """The blocking rules, each made when its turn comes, so that only one is in memory."""
    skeleton = _skeletons(columns.names)
    initial = _derived(columns.names, lambda text: text[:1])
    year = _derived(columns.dates, lambda text: text[:4])
    given, surname = skeleton[columns.given], skeleton[columns.surname]
    born, street = columns.born.astype(np.int64), columns.street.astype(np.int64)
    postcode, city = columns.postcode.astype(np.int64), columns.city.astype(np.int64)

    def together(name: str, *parts: Ints, largest: int = LARGEST_GROUP) -> Callable[[], Key]:
        return lambda: _together(name, parts, largest)

    for word, column in (("phone", columns.phones), ("email", columns.emails)):
        yield lambda word=word, column=column: _values(word, column)  # type: ignore[misc]
    yield lambda: _values("anchor", columns.anchors)
    yield lambda: _values("social id", columns.socials)
    yield lambda: _derived_values("end of a phone number", columns.phones, lambda text: text[-7:])
    yield lambda: _derived_values("first part of an email", columns.emails, _local_part)
    yield together("surname and date of birth", surname, born)
    yield together("given name and date of birth", given, born)
    yield together("street", street)
    yield together("surname and postcode", surname, postcode)
    yield together("given name and postcode", given, postcode)
    yield together("date of birth and postcode", born, postcode)
    yield together("date of birth", born, largest=LARGEST_NAME_GROUP)
    yield together("date of birth and town", born, city, largest=LARGEST_NAME_GROUP)
    yield together("surname, initial and year of birth", surname, initial[columns.given], year[columns.born])
    yield together("surname and town", surname, city, largest=LARGEST_NAME_GROUP)
    yield together("given name and town", given, city, largest=LARGEST_NAME_GROUP)
    yield lambda: _full_names(columns, given, surname)
    yield lambda: Key("display name", *display_name_keys(columns), LARGEST_NAME_GROUP)


def _together(name: str, parts: Sequence[Ints], largest: int) -> Key:
    places = np.flatnonzero(np.logical_and.reduce([part > 0 for part in parts]))
    return Key(name, places, combined(*(part[places] for part in parts)), largest)


def _values(name: str, column: Several) -> Key:
    values = column.vocabulary.values
    return Key(name, column.holders, column.codes.astype(np.int64), LARGEST_GROUP, lambda code: values[code])


def _derived_values(name: str, column: Several, derive: Callable[[str], str]) -> Key:
    codes = _derived(column.vocabulary, derive)[column.codes]
    known = codes > 0
    return Key(name, column.holders[known], codes[known], LARGEST_GROUP)


def _full_names(columns: Columns, given: Ints, surname: Ints) -> Key:
    """Given name and surname in either order."""
    places = np.flatnonzero((given > 0) & (surname > 0))
    low, high = np.minimum(given, surname)[places], np.maximum(given, surname)[places]
    return Key("full name", places, combined(low, high), LARGEST_NAME_GROUP)


def _skeletons(names: Vocabulary) -> Ints:
    return _derived(names, skeleton_of)


def skeleton_of(name: str) -> str:
    """The first letter and the next consonants, doubled ones once: the same for most spellings of one name."""
    letters = name.replace(" ", "").removeprefix(GUESSED)
    bones = letters[:1]
    for letter in letters[1:].replace("ph", "f").replace("ck", "k"):
        if letter not in "aeiouyhw" and letter != bones[-1]:
            bones += letter
    return bones[:4]


def _local_part(email: str) -> str:
    return email.partition("@")[0] if "@" in email and not is_role(email) else ""


def _derived(words: Vocabulary, derive: Callable[[str], str]) -> Ints:
    """For each code, the code of what is derived of its value; 0 where that is the empty text."""
    made = Vocabulary()
    return np.array([made.code(derive(value)) for value in words.values], dtype=np.int64)


def _too_common(key: Key) -> Iterator[str]:
    """A sentence where a rule met groups that were too large to compare every two."""
    values, counts = np.unique(key.keys, return_counts=True)
    crowded = np.flatnonzero(counts > key.largest)
    if not len(crowded):
        return
    most = crowded[np.argsort(-counts[crowded], kind="stable")[:EXAMPLES]]
    end = "; contacts with it were compared only where something else agrees too"
    if key.shown is None:
        yield (
            f"{key.name}: {len(crowded):,} values are too common, the commonest has {counts[most[0]]:,} contacts{end}"
        )
        return
    for place in most:
        yield f"{key.name} {visible(key.shown(int(values[place])))} is held by {counts[place]:,} contacts{end}"
    if len(crowded) > len(most):
        yield f"{key.name}: {len(crowded) - len(most):,} more values are held by over {key.largest} contacts each{end}"
