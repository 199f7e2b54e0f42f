"""The mirror's comparable columns as arrays: a whole number for each distinct value.

Two contacts have the same value where the numbers are equal, so blocking and comparing work on numbers; strings
are looked at only for distinct pairs of values that differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from reviewer.domain.comparable import Comparable

Ints: TypeAlias = NDArray[np.int64]
Codes: TypeAlias = NDArray[np.int32]
Flags: TypeAlias = NDArray[np.bool_]

Row: TypeAlias = Sequence[object]
"""``(number, given, middle, surname, suffix, born, phones, emails, anchors, socials, street, city, postcode,
country, handle, created, anonymous)``; columns of several values are joined by line ends."""

MISSING = 0
"""Code of the empty value in every vocabulary."""


class Vocabulary:
    """Distinct values and their codes, in the order of their first appearance; code 0 is the empty value."""

    def __init__(self) -> None:
        self.values: list[str] = [""]
        self._codes: dict[str, int] = {"": MISSING}

    def code(self, value: str) -> int:
        """The value's code; a new value gets the next one."""
        found = self._codes.get(value)
        if found is None:
            found = self._codes[value] = len(self.values)
            self.values.append(value)
        return found

    def find(self, value: str) -> int:
        """The value's code, or 0 if no contact has it."""
        return self._codes.get(value, MISSING)

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Several:
    """A column of several values: those of contact ``i`` are ``codes[starts[i]:starts[i + 1]]``."""

    starts: Ints
    codes: Codes
    vocabulary: Vocabulary

    @property
    def counts(self) -> Ints:
        """How many values each contact has."""
        return np.diff(self.starts)

    @property
    def holders(self) -> Ints:
        """The contact (its place) that each entry of ``codes`` belongs to."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int64), self.counts)


@dataclass(frozen=True)
class Columns:
    """The contacts to compare; a contact is known by its place, ``numbers`` has its number in the store."""

    numbers: Ints
    names: Vocabulary
    """Values of ``given``, ``middle``, ``surname`` and ``handle``: shared, so that swapped names are seen."""
    given: Codes
    middle: Codes
    surname: Codes
    handle: Codes
    suffixes: Vocabulary
    suffix: Codes
    dates: Vocabulary
    born: Codes
    streets: Vocabulary
    street: Codes
    cities: Vocabulary
    city: Codes
    postcodes: Vocabulary
    postcode: Codes
    phones: Several
    emails: Several
    anchors: Several
    socials: Several
    created: Ints
    anonymous: Flags

    def __len__(self) -> int:
        return len(self.numbers)

    def places(self, numbers: Ints) -> Ints:
        """The places of contacts by number, -1 for those that are not among them."""
        if not len(self.numbers):
            return np.full(len(numbers), -1, dtype=np.int64)
        order = np.argsort(self.numbers, kind="stable")
        found = order[np.minimum(np.searchsorted(self.numbers[order], numbers), len(order) - 1)]
        return np.where(self.numbers[found] == numbers, found, -1)


def columns_of(rows: Iterable[Row]) -> Columns:
    """The arrays of rows as ``store.comparables.rows`` gives them."""
    collector = _Collector()
    for row in rows:
        collector.take(row)
    return collector.columns()


def columns_of_comparables(comparables: Iterable[tuple[int, Comparable]]) -> Columns:
    """The arrays of contacts that are in memory, each with its number."""
    return columns_of(rows_of(comparables))


def rows_of(comparables: Iterable[tuple[int, Comparable]]) -> Iterator[Row]:
    """Contacts that are in memory, each with its number, as rows of the store."""
    for number, one in comparables:
        yield (
            number, one.given, one.middle, one.surname, one.suffix, one.born,
            "\n".join(one.phones), "\n".join(one.emails), "\n".join(one.anchors), "\n".join(one.socials),
            one.street, one.city, one.postcode, one.country, one.handle, one.created, one.anonymous,
        )  # fmt: skip


_SINGLE = {1: "names", 2: "names", 3: "names", 4: "suffixes", 5: "dates", 10: "streets", 11: "cities",
           12: "postcodes", 14: "names"}  # fmt: skip
_SEVERAL = {6: "phones", 7: "emails", 8: "anchors", 9: "socials"}


class _Collector:
    """Takes rows one at a time, so that no second copy of the texts is held."""

    def __init__(self) -> None:
        self._vocabularies = {name: Vocabulary() for name in (*_SINGLE.values(), *_SEVERAL.values())}
        self._numbers: list[int] = []
        self._created: list[int] = []
        self._anonymous: list[bool] = []
        self._single: dict[int, list[int]] = {place: [] for place in _SINGLE}
        self._codes: dict[int, list[int]] = {place: [] for place in _SEVERAL}
        self._counts: dict[int, list[int]] = {place: [] for place in _SEVERAL}
        self._fill_single = [
            (place, self._single[place].append, self._vocabularies[name].code) for place, name in _SINGLE.items()
        ]
        self._fill_several = [
            (place, self._codes[place].append, self._counts[place].append, self._vocabularies[name].code)
            for place, name in _SEVERAL.items()
        ]

    def take(self, row: Row) -> None:
        self._numbers.append(int(row[0]))  # type: ignore[call-overload]
        self._created.append(int(row[15]))  # type: ignore[call-overload]
        self._anonymous.append(bool(row[16]))
        for place, append, code in self._fill_single:
            append(code(str(row[place])))
        for place, append, count, code in self._fill_several:
            joined = str(row[place])
            if not joined:
                count(0)
                continue
            values = joined.split("\n")
            count(len(values))
            for value in values:
                append(code(value))

    def columns(self) -> Columns:
        single = {place: np.array(codes, dtype=np.int32) for place, codes in self._single.items()}
        words = self._vocabularies
        return Columns(
            numbers=np.array(self._numbers, dtype=np.int64),
            names=words["names"], given=single[1], middle=single[2], surname=single[3], handle=single[14],
            suffixes=words["suffixes"], suffix=single[4],
            dates=words["dates"], born=single[5],
            streets=words["streets"], street=single[10],
            cities=words["cities"], city=single[11],
            postcodes=words["postcodes"], postcode=single[12],
            phones=self._several(6), emails=self._several(7), anchors=self._several(8), socials=self._several(9),
            created=np.array(self._created, dtype=np.int64),
            anonymous=np.array(self._anonymous, dtype=np.bool_),
        )  # fmt: skip

    def _several(self, place: int) -> Several:
        counts = np.array(self._counts[place], dtype=np.int64)
        starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
        return Several(starts, np.array(self._codes[place], dtype=np.int32), self._vocabularies[_SEVERAL[place]])
