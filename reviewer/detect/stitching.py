"""Stitching: channel identities without a name beside the persons they may belong to.

Such a contact is found by what it shares with a person (a phone, an email, a social id, like any other pair) and by
its display name. One of which nothing of this is known proposes no pair: it is left alone, not guessed.
"""

from collections.abc import Iterator

import numpy as np

from reviewer.detect.columns import Columns, Flags, Ints, Vocabulary
from reviewer.domain.display_names import is_telling, name_in


def are_stitches(columns: Columns, a: Ints, b: Ints) -> Flags:
    """Which pairs are a channel identity and a person, rather than two records of a person."""
    different: Flags = columns.anonymous[a] != columns.anonymous[b]
    return different


def display_name_keys(columns: Columns) -> tuple[Ints, Ints]:
    """Places and keys by which nameless contacts meet the persons whose name they show, and each other.

    Two of them meet by a telling display name with all its figures; the letters alone (``queen`` of ``queen12345``)
    count only where they may be a person's name.
    """
    names, spelt = columns.names.values, Vocabulary()
    nameless = (columns.given == 0) & (columns.surname == 0) & (columns.handle > 0)
    shown: list[tuple[int, int]] = []
    equal: list[tuple[int, int]] = []
    for place in np.flatnonzero(nameless).tolist():
        handle = names[columns.handle[place]]
        shown += [(place, spelt.code(text)) for text in sorted(_handle_spellings(handle))]
        if is_telling(handle):
            equal.append((place, spelt.code(f"={handle}")))
    persons = [] if not shown else [
        (place, code)
        for place in np.flatnonzero((columns.given > 0) & (columns.surname > 0)).tolist()
        for text in _name_spellings(names[columns.given[place]], names[columns.surname[place]])
        if (code := spelt.find(text))
    ]  # fmt: skip
    fitting = {code for _, code in persons}
    found = np.array([*persons, *equal, *(one for one in shown if one[1] in fitting)], dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def _handle_spellings(handle: str) -> set[str]:
    """The letters of the display name as one word, and with its words in alphabetical order."""
    words = name_in(handle).split()
    return {"".join(words), "".join(sorted(words))}


def _name_spellings(given: str, surname: str) -> Iterator[str]:
    """How a person's name may stand in a handle: janedoe, doejane, jdoe, doej, janed, or its words in any order."""
    words = f"{given} {surname}".split()
    yield from {
        "".join(words), "".join(sorted(words)), surname + given, given[0] + surname, surname + given[0],
        given + surname[0],
    }  # fmt: skip
