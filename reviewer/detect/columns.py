"""The mirror's comparable columns as arrays: a whole number for each distinct value.

Two contacts have the same value where the numbers are equal, so blocking and comparing work on numbers; strings
are looked at only for distinct pairs of values that differ.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
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

_ONE_AT_A_TIME = threading.RLock()
"""Blocking rules are made by several threads, which ask for the same of one vocabulary."""

MISSING = 0
"""Code of the empty value in every vocabulary."""


class Vocabulary:
    """Distinct values and their codes, in the order of their first appearance; code 0 is the empty value.

    What is worked out of a value is worked out once: ``made`` and ``measures`` have it by name.
    """

    def __init__(self, kept: bytes = b"", size: int = 1) -> None:
        """``kept`` are the ``size - 1`` values of an earlier one, joined by line ends; read when first needed."""
        self._kept, self._size = kept, size
        self.made: dict[str, tuple[Vocabulary, Codes]] = {}
        self.measures: dict[str, Ints] = {}

    @cached_property
    def values(self) -> list[str]:
        """The values by their codes."""
        return ["", *self._kept.decode().split("\n")] if self._size > 1 else [""]

    @cached_property
    def _codes(self) -> dict[str, int]:
        return dict(zip(self.values, range(len(self.values)), strict=True))

    def code(self, value: str) -> int:
        """The value's code; a new value gets the next one."""
        found = self._codes.get(value)
        if found is None:
            found = self._codes[value] = self._size
            self.values.append(value)
            self._size += 1
        return found

    def find(self, value: str) -> int:
        """The value's code, or 0 if no contact has it."""
        return self._codes.get(value, MISSING)

    def __len__(self) -> int:
        return self._size

    def joined(self) -> bytes:
        """The values after the empty one, joined by line ends, to be kept."""
        if "values" in self.__dict__:
            return "\n".join(self.values[1:]).encode()
        return self._kept

    def derived(self, name: str, derive: Callable[[str], str]) -> Codes:
        """For each code, the code of what is derived of its value, 0 where that is the empty text.

        Worked out once for each value; ``name`` stands for ``derive``.
        """
        with _ONE_AT_A_TIME:
            made, codes = self.made.get(name) or (Vocabulary(), np.zeros(0, dtype=np.int32))
            if len(codes) < len(self):
                fresh = [made.code(derive(value)) for value in self.values[len(codes) :]]
                codes = np.concatenate([codes, np.array(fresh, dtype=np.int32)])
                self.made[name] = made, codes
            return codes

    def measured(self, name: str, measure: Callable[[Sequence[str]], Ints]) -> Ints:
        """For each code, what ``measure`` makes of its value; worked out once for each, ``name`` stands for it."""
        with _ONE_AT_A_TIME:
            known = self.measures.get(name, np.zeros(0, dtype=np.int64))
            if len(known) < len(self):
                known = np.concatenate([known, measure(self.values[len(known) :])])
                self.measures[name] = known
            return known

    def flagged(self, name: str, predicate: Callable[[str], bool]) -> Flags:
        """For each code whether its value is such as ``predicate`` says; worked out once for each value."""
        return self.derived(name, lambda value: "yes" if predicate(value) else "") > 0


@dataclass(frozen=True)
class Several:
    """A column of several values: those of contact ``i`` are ``codes[starts[i]:starts[i + 1]]``."""

    starts: Ints
    codes: Codes
    vocabulary: Vocabulary

    @cached_property
    def counts(self) -> Ints:
        """How many values each contact has."""
        return np.diff(self.starts)

    @cached_property
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

    @property
    def vocabularies(self) -> dict[str, Vocabulary]:
        """The vocabularies by name: those of columns of several values bear the name of the column."""
        single = {name: getattr(self, name) for name in SINGLE.values()}
        return single | {name: getattr(self, name).vocabulary for name in SEVERAL}

    def places(self, numbers: Ints) -> Ints:
        """The places of contacts by number, -1 for those that are not among them."""
        if not len(self.numbers):
            return np.full(len(numbers), -1, dtype=np.int64)
        order = np.argsort(self.numbers, kind="stable")
        found = order[np.minimum(np.searchsorted(self.numbers[order], numbers), len(order) - 1)]
        return np.where(self.numbers[found] == numbers, found, -1)


SINGLE = {
    "given": "names", "middle": "names", "surname": "names", "handle": "names", "suffix": "suffixes", "born": "dates",
    "street": "streets", "city": "cities", "postcode": "postcodes",
}  # fmt: skip
"""The columns of one value, and where their values are."""

SEVERAL = ("phones", "emails", "anchors", "socials")
"""The columns of several values."""


def columns_of(rows: Iterable[Row], known: Columns | None = None) -> Columns:
    """The arrays of rows as ``store.comparables.rows`` gives them; values have the codes that ``known`` gives them."""
    collector = _Collector(known)
    for row in rows:
        collector.take(row)
    return collector.columns()


def columns_of_comparables(comparables: Iterable[tuple[int, Comparable]]) -> Columns:
    """The arrays of contacts that are in memory, each with its number."""
    return columns_of(_rows(comparables))


def _rows(comparables: Iterable[tuple[int, Comparable]]) -> Iterator[Row]:
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

    def __init__(self, known: Columns | None = None) -> None:
        names = (*_SINGLE.values(), *_SEVERAL.values())
        self._vocabularies = known.vocabularies if known else {name: Vocabulary() for name in names}
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
