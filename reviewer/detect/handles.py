"""What a nameless contact shows beside the person it may be: how well it fits, and how many others it fits as well."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from reviewer.detect import likeness
from reviewer.detect.columns import Codes, Columns, Flags, Ints
from reviewer.detect.level_columns import Levels, code, coded
from reviewer.detect.sorting import occurrences
from reviewer.domain.display_names import is_telling, short_form
from reviewer.domain.levels import Attribute

_ONE_SIDED = 1
_WHOLE, _SURNAME, _GIVEN = 0, 1, 2
_FORMS = {"": _WHOLE, "surname": _SURNAME, "given name": _GIVEN}


class Handles:
    """The display names of ``columns``.

    One counts where its contact has no other name, or no more of a given name than its initial.
    """

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._named = (columns.given > 0) | (columns.surname > 0)
        self._initial = columns.names.flagged("initial alone", lambda name: len(name) == 1)[columns.given]
        values, size = columns.names.values, len(columns.names)
        initial = np.array([ord(value[0]) if value else 0 for value in values], dtype=np.int64)
        given, surname = columns.given.astype(np.int64), columns.surname.astype(np.int64)
        self._telling = columns.names.flagged("telling", is_telling)
        self._given, self._surname = np.bincount(given, minlength=size), np.bincount(surname, minlength=size)
        self._full = occurrences(given * size + surname)
        self._short = {
            _SURNAME: occurrences(initial[given] * size + surname),
            _GIVEN: occurrences(initial[surname] * size + given),
        }
        self._shown = np.bincount(columns.handle[~self._named], minlength=size)

    def levels(self, a: Ints, b: Ints) -> Levels:
        """The levels of the attribute *handle*."""
        columns, named = self._columns, self._named
        handle_a, handle_b = columns.handle[a], columns.handle[b]
        found = np.zeros(len(a), dtype=np.uint8)
        found[(handle_a > 0) != (handle_b > 0)] = _ONE_SIDED
        both = ~named[a] & ~named[b] & (handle_a > 0) & (handle_b > 0)
        found[both] = code(Attribute.HANDLE, "unlike")
        equal = both & (handle_a == handle_b)
        found[equal] = np.where(self._telling[handle_a[equal]], code(Attribute.HANDLE, "same"), _ONE_SIDED)
        for mine, theirs, handle in ((a, b, handle_a), (b, a, handle_b)):
            where = np.flatnonzero(self._shows(mine, theirs) & (handle > 0) & named[theirs])
            found[where] = self._of_triples(handle[where], theirs[where], _levels)
        return found

    def others(self, a: Ints, b: Ints) -> NDArray[np.float64]:
        """How many other contacts a display name fits as well, for pairs that it joins.

        Of those with the same full name half are counted (they may be records of one person), or what chance would
        give if that is more; of those whose name has the same short form (jdoe: John, Jack) all. For two nameless
        contacts it is half of the others that show the same.
        """
        columns, size = self._columns, max(len(self._columns), 1)
        shows = self._shows(a, b) & (columns.handle[a] > 0)
        person, handle = np.where(shows, b, a), columns.handle[np.where(shows, a, b)]
        given, surname = self._given[columns.given[person]] - 1, self._surname[columns.surname[person]] - 1
        found = np.maximum(given * surname / size, (self._full[person] - 1) / 2)
        form = self._of_triples(handle, person, _forms)
        for which, holders in self._short.items():
            found += np.where(form == which, holders[person] - self._full[person], 0)
        return np.where(self._named[a] | self._named[b], found, (self._shown[handle] - 2) / 2)

    def _shows(self, mine: Ints, theirs: Ints) -> Flags:
        """Which contacts are known by a display name beside the other."""
        found: Flags = ~self._named[mine] | (self._initial[mine] & ~self._initial[theirs])
        return found

    def _of_triples(
        self, handle: Codes, person: Ints, derive: Callable[[Sequence[str], Sequence[tuple[str, str]]], Levels]
    ) -> Levels:
        """What ``derive`` makes of display names beside (given name, surname); it sees each distinct triple once."""
        names = self._columns.names.values
        triples = np.stack([handle, self._columns.given[person], self._columns.surname[person]])
        keys, back = np.unique(triples, axis=1, return_inverse=True)
        handles = [names[shown] for shown in keys[0]]
        found = derive(handles, [(names[x], names[y]) for x, y in zip(keys[1], keys[2], strict=True)])
        return found[back.ravel()]


def _levels(handles: Sequence[str], persons: Sequence[tuple[str, str]]) -> Levels:
    return coded(Attribute.HANDLE, likeness.handle_levels(handles, persons))


def _forms(handles: Sequence[str], persons: Sequence[tuple[str, str]]) -> Levels:
    """Which name a display name gives in whole where of the other it gives the initial."""
    return np.array([_FORMS[short_form(x, *y)] for x, y in zip(handles, persons, strict=True)], dtype=np.uint8)
