"""Blocking: which pairs are worth comparing, from keys that two contacts have in common.

A key is a whole number; sorting brings equal keys together (``crowds`` says what becomes of large groups). What was
too common is reported.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Columns, Ints, Several, Vocabulary
from reviewer.detect.crowds import pairs_of
from reviewer.detect.likeness import WORKERS
from reviewer.detect.sorting import Runs, distinct, runs_of, together
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
    size = max(len(columns), 1)
    refiners = _refiners(columns)
    found = [np.zeros(0, dtype=np.int64)]
    left_out: list[str] = []
    rules = list(_rules(columns))
    with ThreadPoolExecutor(WORKERS) as pool:  # numpy lets go of the interpreter while it sorts
        for done, (pairs, said) in enumerate(pool.map(lambda rule: _proposed(rule(), refiners, size), rules), 1):
            found.append(pairs)
            left_out.extend(said)
            progress(done, len(rules))
    pairs = distinct(np.concatenate(found))
    first = pairs // size
    return Blocks(first, pairs - first * size, tuple(left_out))


def _proposed(key: Key, refiners: Sequence[Ints], size: int) -> tuple[Ints, list[str]]:
    """The pairs that one rule proposes, and sentences on what was too common."""
    runs = runs_of(key.keys, key.places, size)
    return distinct(pairs_of(runs, refiners, key.largest, size)), list(_too_common(key, runs))


def _refiners(columns: Columns) -> list[Ints]:
    """What tells the contacts of a crowded key apart: a name, a date of birth, a street, other identifiers."""
    skeletons = _skeletons(columns.names)
    given, surname = skeletons[columns.given], skeletons[columns.surname]
    name = np.where((given > 0) & (surname > 0), together(given, surname), 0)
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
    initial = columns.names.derived("initial", lambda text: text[:1])
    year = columns.dates.derived("year", lambda text: text[:4])
    given, surname = skeleton[columns.given], skeleton[columns.surname]
    born, street = columns.born.astype(np.int64), columns.street.astype(np.int64)
    postcode, city = columns.postcode.astype(np.int64), columns.city.astype(np.int64)

    def all_of(name: str, *parts: Ints, largest: int = LARGEST_GROUP) -> Callable[[], Key]:
        return lambda: _all_of(name, parts, largest)

    for word, column in (("phone", columns.phones), ("email", columns.emails)):
        yield lambda word=word, column=column: _values(word, column)  # type: ignore[misc]
    yield lambda: _values("anchor", columns.anchors)
    yield lambda: _values("social id", columns.socials)
    yield lambda: _derived_values("end of a phone number", columns.phones, lambda text: text[-7:])
    yield lambda: _derived_values("first part of an email", columns.emails, _local_part)
    yield all_of("surname and date of birth", surname, born)
    yield all_of("given name and date of birth", given, born)
    yield all_of("street", street)
    yield all_of("surname and postcode", surname, postcode)
    yield all_of("given name and postcode", given, postcode)
    yield all_of("date of birth and postcode", born, postcode)
    yield all_of("date of birth", born, largest=LARGEST_NAME_GROUP)
    yield all_of("date of birth and town", born, city, largest=LARGEST_NAME_GROUP)
    yield all_of("surname, initial and year of birth", surname, initial[columns.given], year[columns.born])
    yield all_of("surname and town", surname, city, largest=LARGEST_NAME_GROUP)
    yield all_of("given name and town", given, city, largest=LARGEST_NAME_GROUP)
    yield lambda: _full_names(columns, given, surname)
    yield lambda: Key("display name", *display_name_keys(columns), LARGEST_NAME_GROUP)


def _all_of(name: str, parts: Sequence[Ints], largest: int) -> Key:
    places = np.flatnonzero(np.logical_and.reduce([part > 0 for part in parts]))
    return Key(name, places, together(*(part[places] for part in parts)), largest)


def _values(name: str, column: Several) -> Key:
    values = column.vocabulary.values
    return Key(name, column.holders, column.codes.astype(np.int64), LARGEST_GROUP, lambda code: values[code])


def _derived_values(name: str, column: Several, derive: Callable[[str], str]) -> Key:
    codes = column.vocabulary.derived(name, derive)[column.codes]
    known = codes > 0
    return Key(name, column.holders[known], codes[known], LARGEST_GROUP)


def _full_names(columns: Columns, given: Ints, surname: Ints) -> Key:
    """Given name and surname in either order."""
    places = np.flatnonzero((given > 0) & (surname > 0))
    low, high = np.minimum(given, surname)[places], np.maximum(given, surname)[places]
    return Key("full name", places, together(low, high), LARGEST_NAME_GROUP)


def _skeletons(names: Vocabulary) -> Ints:
    return names.derived("skeleton", skeleton_of)


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


def _too_common(key: Key, runs: Runs) -> Iterator[str]:
    """A sentence where a rule met groups that were too large to compare every two."""
    values, counts = runs.keys, runs.lengths
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
