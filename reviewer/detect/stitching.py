"""Stitching: channel identities without a name beside the persons they may belong to.

Such a contact is found by what it shares with a person (a phone, an email, a social id, like any other pair) and by
its display name. One of which nothing of this is known proposes no pair: it is left alone, not guessed.
"""

from collections.abc import Iterator

import numpy as np

from reviewer.detect.columns import Columns, Flags, Ints, Vocabulary


def are_stitches(columns: Columns, a: Ints, b: Ints) -> Flags:
    """Which pairs are a channel identity and a person, rather than two records of a person."""
    different: Flags = columns.anonymous[a] != columns.anonymous[b]
    return different


def display_name_keys(columns: Columns) -> tuple[Ints, Ints]:
    """Places and keys: a nameless contact's display name, and the spellings of the persons' names that meet it."""
    names, spelt = columns.names.values, Vocabulary()
    nameless = (columns.given == 0) & (columns.surname == 0)
    places: list[int] = []
    keys: list[int] = []
    for place in np.flatnonzero(nameless & (columns.handle > 0)).tolist():
        for text in sorted(handle_spellings(names[columns.handle[place]])):
            places.append(place)
            keys.append(spelt.code(text))
    if keys:
        for place in np.flatnonzero((columns.given > 0) & (columns.surname > 0)).tolist():
            for text in name_spellings(names[columns.given[place]], names[columns.surname[place]]):
                if code := spelt.find(text):
                    places.append(place)
                    keys.append(code)
    return np.array(places, dtype=np.int64), np.array(keys, dtype=np.int64)


def handle_spellings(handle: str) -> set[str]:
    """The display name as one word, and with its words in alphabetical order."""
    words = handle.split()
    return {"".join(words), "".join(sorted(words))}


def name_spellings(given: str, surname: str) -> Iterator[str]:
    """How a person's name may stand in a handle: janedoe, doejane, jdoe, doej, or its words in any order."""
    words = f"{given} {surname}".split()
    yield from {
        "".join(words), "".join(sorted(words)), surname + given, given[0] + surname, surname + given[0]
    }  # fmt: skip
