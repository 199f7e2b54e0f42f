"""Stitching: channel identities without a name beside the persons they may belong to.

Such a contact is found by what it shares with a person (a phone, an email, a social id, like any other pair) and by
its display name; so is one that has no more of a given name than its initial. One of which nothing of this is known
proposes no pair: it is left alone, not guessed.
"""

from collections.abc import Iterator, Sequence

import numpy as np

from reviewer.detect.columns import Codes, Columns, Flags, Ints
from reviewer.detect.letters import SHIFT_OF_ONE, added_up, shifts, spelling_of, spelt, spelt_first
from reviewer.detect.sorting import among, distinct, places_of, positions


def are_stitches(columns: Columns, a: Ints, b: Ints) -> Flags:
    """Which pairs are a channel identity and a person, rather than two records of a person."""
    different: Flags = columns.anonymous[a] != columns.anonymous[b]
    return different


def display_name_keys(columns: Columns) -> tuple[Ints, Ints]:
    """Places and keys: a nameless contact's display name, and the spellings of the persons' names that meet it.

    A spelling is a number for letters in their order (``letters.spelt``), so that names are put together as numbers.
    """
    names = columns.names
    nameless = np.flatnonzero((columns.given == 0) & (columns.surname == 0) & (columns.handle > 0))
    handles, initialled = columns.handle[nameless], _initialled(columns)
    shown = np.concatenate(
        [
            spelt(names)[handles],
            names.measured("sorted words", _sorted_spelt)[handles],
            _with_surname(columns, initialled),
        ]
    )
    known = distinct(shown)
    named = np.flatnonzero((columns.given > 0) & (columns.surname > 0)) if len(known) else nameless[:0]
    places, keys = [nameless, nameless, initialled], [positions(shown, known)]
    for persons, spelling in _name_spellings(columns, named, handles):
        met = places_of(known, spelling)
        places.append(persons[met])
        keys.append(np.searchsorted(known, spelling[met]))
    width = max(len(known), 1)
    each_once = distinct(np.concatenate(places) * width + np.concatenate(keys))
    return each_once // width, each_once % width


def _initialled(columns: Columns) -> Ints:
    """Contacts whose given name is an initial, and whose display name may tell which."""
    initial = columns.names.flagged("initial alone", lambda name: len(name) == 1)
    return np.flatnonzero(initial[columns.given] & (columns.surname > 0) & (columns.handle > 0))


def _with_surname(columns: Columns, contacts: Ints) -> Ints:
    """The spellings of their display names with the surname behind."""
    whole = spelt(columns.names)
    handle, surname = columns.handle[contacts], columns.surname[contacts]
    return whole[handle] * shifts(columns.names)[surname] + whole[surname]


def _name_spellings(columns: Columns, persons: Ints, handles: Codes) -> Iterator[tuple[Ints, Ints]]:
    """How persons' names may stand in a handle: janedoe, doejane, jdoe, doej, or the words in their order."""
    names, given, surname = columns.names, columns.given[persons], columns.surname[persons]
    whole, initial, shift = spelt(names), spelt_first(names), shifts(names)
    yield persons, whole[given] * shift[surname] + whole[surname]
    yield persons, whole[surname] * shift[given] + whole[given]
    yield persons, initial[given] * shift[surname] + whole[surname]
    yield persons, whole[surname] * SHIFT_OF_ONE + initial[given]
    several = names.flagged("several words", lambda name: " " in name)
    letters = added_up(names)
    wordy = several[given] | several[surname]
    wordy &= among(letters[given] + letters[surname], distinct(letters[handles]))
    values = names.values
    texts = [f"{values[x]} {values[y]}" for x, y in zip(given[wordy], surname[wordy], strict=True)]
    yield persons[wordy], _sorted_spelt(texts)


def _sorted_spelt(values: Sequence[str]) -> Ints:
    """The spellings of the values with their words in alphabetical order."""
    return spelling_of(["".join(sorted(value.split())) for value in values])
