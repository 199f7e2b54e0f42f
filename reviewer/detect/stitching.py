"""Stitching: channel identities without a name beside the persons they may belong to.

Such a contact is found by what it shares with a person (a phone, an email, a social id, like any other pair) and by
its display name; so is one that has no more of a given name than its initial. One of which nothing of this is known
proposes no pair: it is left alone, not guessed.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from reviewer.detect.columns import Codes, Columns, Flags, Ints
from reviewer.detect.letters import SHIFT_OF_ONE, added_up, shifts, spelling_of, spelt, spelt_first, sums_of
from reviewer.detect.sorting import among, distinct, places_of, positions
from reviewer.domain.display_names import is_telling, name_in


def are_stitches(columns: Columns, a: Ints, b: Ints) -> Flags:
    """Which pairs are a channel identity and a person, rather than two records of a person."""
    different: Flags = columns.anonymous[a] != columns.anonymous[b]
    return different


def display_name_keys(columns: Columns) -> tuple[Ints, Ints, Flags]:
    """Places and keys by which contacts meet the persons whose name they show, and nameless ones each other.

    The flags say which are of a display name: without one of those a key is none.
    A spelling is a number for letters in their order (``letters.spelt``), so that names are put together as numbers.
    Two nameless contacts meet by a telling display name with all its figures too, so that they do where many show the
    same letters.
    """
    names = columns.names
    nameless = np.flatnonzero((columns.given == 0) & (columns.surname == 0) & (columns.handle > 0))
    handles, initialled = columns.handle[nameless], _initialled(columns)
    spellings = [names.measured(name, derive)[handles] for name, derive in _SHOWN.items()]
    shown = np.concatenate([*spellings, _with_surname(columns, initialled)])
    showing = np.concatenate([*(nameless for _ in spellings), initialled])
    known = distinct(shown)
    named = np.flatnonzero((columns.given > 0) & (columns.surname > 0)) if len(known) else nameless[:0]
    places, keys = [nameless[:0]], [nameless[:0]]
    for persons, spelling in _name_spellings(columns, named, handles):
        met = places_of(known, spelling)
        places.append(persons[met])
        keys.append(np.searchsorted(known, spelling[met]))
    telling = names.flagged("telling", is_telling)[handles]
    places_shown = np.concatenate([showing, nameless[telling]])
    keys_shown = np.concatenate([positions(shown, known), handles[telling].astype(np.int64) + len(known)])
    width = len(known) + len(names) + 1
    each_once = distinct(np.concatenate([*places, places_shown]) * width + np.concatenate([*keys, keys_shown]))
    shows = distinct(places_shown * width + keys_shown)
    return each_once // width, each_once % width, among(each_once, shows)


def _initialled(columns: Columns) -> Ints:
    """Contacts whose given name is an initial, and whose display name may tell which."""
    initial = columns.names.flagged("initial alone", lambda name: len(name) == 1)
    return np.flatnonzero(initial[columns.given] & (columns.surname > 0) & (columns.handle > 0))


def _with_surname(columns: Columns, contacts: Ints) -> Ints:
    """The spellings of their display names with the surname behind."""
    whole, shown = spelt(columns.names), columns.names.measured("spelling of the name in it", _spelt_shown)
    handle, surname = columns.handle[contacts], columns.surname[contacts]
    return shown[handle] * shifts(columns.names)[surname] + whole[surname]


def _name_spellings(columns: Columns, persons: Ints, handles: Codes) -> Iterator[tuple[Ints, Ints]]:
    """How persons' names may stand in a handle: janedoe, doejane, jdoe, doej, janed, or the words in their order."""
    names, given, surname = columns.names, columns.given[persons], columns.surname[persons]
    whole, initial, shift = spelt(names), spelt_first(names), shifts(names)
    yield persons, whole[given] * shift[surname] + whole[surname]
    yield persons, whole[surname] * shift[given] + whole[given]
    yield persons, initial[given] * shift[surname] + whole[surname]
    yield persons, whole[surname] * SHIFT_OF_ONE + initial[given]
    yield persons, whole[given] * SHIFT_OF_ONE + initial[surname]
    several = names.flagged("several words", lambda name: " " in name)
    letters = added_up(names)
    wordy = several[given] | several[surname]
    wordy &= among(
        letters[given] + letters[surname], distinct(names.measured("sum of the name in it", _sums_shown)[handles])
    )
    values = names.values
    texts = [f"{values[x]} {values[y]}" for x, y in zip(given[wordy], surname[wordy], strict=True)]
    yield persons[wordy], _sorted_spelt(texts)


def _sorted_spelt(values: Sequence[str]) -> Ints:
    """The spellings of the values with their words in alphabetical order."""
    return spelling_of(["".join(sorted(value.split())) for value in values])


def _spelt_shown(values: Sequence[str]) -> Ints:
    return spelling_of([name_in(value) for value in values])


def _sorted_spelt_shown(values: Sequence[str]) -> Ints:
    return _sorted_spelt([name_in(value) for value in values])


def _sums_shown(values: Sequence[str]) -> Ints:
    return sums_of([name_in(value) for value in values])


_SHOWN = {"spelling of the name in it": _spelt_shown, "sorted words of the name in it": _sorted_spelt_shown}
"""The spellings of a display name, without its figures."""
