"""What contacts may have in common, as whole numbers: names by their sound, parts of a date, parts of an address."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Codes, Columns, Flags, Ints, Several, Vocabulary
from reviewer.domain.addresses import house_number
from reviewer.domain.emails import is_role
from reviewer.domain.names import GUESSED

Derive = Callable[[str], str]


class Fact(StrEnum):
    """What two contacts can have in common; 0 in its codes is a contact of which it is not known."""

    GIVEN = "given name"
    SURNAME = "surname"
    GIVEN_SPELT = "given name as it is spelt"
    SURNAME_SPELT = "surname as it is spelt"
    GIVEN_INITIAL = "initial of the given name"
    SURNAME_INITIAL = "initial of the surname"
    BORN = "date of birth"
    BORN_UNORDERED = "date of birth, day and month in either order"
    YEAR = "year of birth"
    YEAR_MONTH = "year and month of birth"
    YEAR_DAY = "year and day of birth"
    BIRTHDAY = "day and month of birth"
    STREET = "street line"
    HOUSE_NUMBER = "house number"
    STREET_WORD = "street's name"
    POSTCODE = "postcode"
    TOWN = "town"
    TOWN_START = "beginning of the town's name"


class _Source(NamedTuple):
    """Where a fact comes from: the column with its vocabulary and its codes, and what is derived of each value."""

    column: str
    words: Callable[[Columns], Vocabulary]
    codes: Callable[[Columns], Codes]
    derive: Derive | None


_PAIRED = (
    {Fact.GIVEN, Fact.SURNAME},
    {Fact.GIVEN_SPELT, Fact.SURNAME_SPELT},
    {Fact.GIVEN_INITIAL, Fact.SURNAME_INITIAL},
)
"""Facts that are held against each other, too."""


class Facts:
    """The facts of the contacts in ``columns``, each made when it is first asked for.

    ``around`` says of which contacts the company is sought: others are passed over where it is plain that they have
    nothing in common with any of those.
    """

    def __init__(self, columns: Columns, around: Flags | None = None) -> None:
        self.columns = columns
        self.around = around
        self._made: dict[Fact, Codes] = {}
        self._near: dict[Fact, Flags] = {}

    def __getitem__(self, fact: Fact) -> Codes:
        """The code of each contact's fact, 0 where it is not known."""
        if fact not in self._made:
            _, words, codes, derive = _SOURCES[fact]
            found = codes(self.columns)
            if derive is not None:
                found = words(self.columns).derived(derive.__name__, derive)[found]
            self._made[fact] = found
        return self._made[fact]

    def known(self, facts: Sequence[Fact]) -> Ints:
        """The places of contacts of which all these facts are known."""
        found = np.ones(len(self.columns), dtype=np.bool_)
        for fact in facts:
            found &= self[fact] > 0 if self.around is None else self._in_common(fact)
        return np.flatnonzero(found)

    def _in_common(self, fact: Fact) -> Flags:
        """Contacts that have the fact in common with one around whom others are sought."""
        assert self.around is not None
        if fact not in self._near:
            alike = next((pair for pair in _PAIRED if fact in pair), {fact})
            table = np.zeros(max(int(self[one].max(initial=0)) for one in alike) + 1, dtype=np.bool_)
            for one in alike:
                table[self[one][self.around]] = True
            table[0] = False
            self._near[fact] = table[self[fact]]
        return self._near[fact]


def values(column: Several, codes: Codes, around: Flags | None) -> tuple[Ints, Ints]:
    """Places and keys of a column of several values, ``codes`` being those of its entries, without those that are 0.

    ``around`` is as with ``Facts``.
    """
    chosen = codes > 0
    if around is not None:
        table = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.bool_)
        table[codes[around[column.holders]]] = True
        chosen &= table[codes]
    return column.holders[chosen], codes[chosen].astype(np.int64)


def derived_values(column: Several, derive: Derive, around: Flags | None) -> tuple[Ints, Ints]:
    """Places and keys: what is derived of each value that a contact has, unless that is the empty text."""
    return values(column, column.vocabulary.derived(derive.__name__, derive)[column.codes], around)


def text_of(fact: Fact, contact: Mapping[str, str | None]) -> str:
    """The fact itself, of one contact's comparable columns; the empty text where it is not known."""
    column, _, _, derive = _SOURCES[fact]
    value = contact[column]
    return _derived(derive, value) if derive and value else value or ""


@lru_cache(maxsize=1 << 18)
def _derived(derive: Derive, value: str) -> str:
    return derive(value)


def skeleton_of(name: str) -> str:
    """The first letter and the next consonants, doubled ones once: the same for most spellings of one name."""
    letters = name.replace(" ", "").removeprefix(GUESSED)
    bones = letters[:1]
    for letter in letters[1:].replace("ph", "f").replace("ck", "k"):
        if letter not in "aeiouyhw" and letter != bones[-1]:
            bones += letter
    return bones[:4]


def local_part(email: str) -> str:
    """What stands before the @, unless it names a role."""
    return email.partition("@")[0] if not is_role(email) else ""


def street_word(street: str) -> str:
    """The sound of the longest word of a street line besides its number, the same for most spellings of it."""
    words = street.split()
    number = house_number(street)
    if number in words:
        words.remove(number)
    longest = max(words, key=len, default="")
    return _word_sound(longest) if len(longest) > 2 else ""


@lru_cache(maxsize=1 << 16)
def _word_sound(word: str) -> str:
    return skeleton_of(word)[:3]


def _initial(name: str) -> str:
    return name.removeprefix(GUESSED)[:1]


def _year(date: str) -> str:
    return date[:4]


def _year_and_month(date: str) -> str:
    return date[:7] if len(date) == 10 else ""


def _year_and_day(date: str) -> str:
    return date[:4] + date[8:] if len(date) == 10 else ""


def _birthday(date: str) -> str:
    return date[5:] if len(date) == 10 else ""


def _unordered(date: str) -> str:
    return date[:4] + "".join(sorted((date[5:7], date[8:]))) if len(date) == 10 else ""


def _town_start(town: str) -> str:
    return town[:3]


def _names(column: str, derive: Derive | None) -> _Source:
    return _Source(column, lambda columns: columns.names, lambda columns: getattr(columns, column), derive)


def _dates(derive: Derive | None) -> _Source:
    return _Source("born", lambda columns: columns.dates, lambda columns: columns.born, derive)


def _streets(derive: Derive | None) -> _Source:
    return _Source("street", lambda columns: columns.streets, lambda columns: columns.street, derive)


def _towns(derive: Derive | None) -> _Source:
    return _Source("city", lambda columns: columns.cities, lambda columns: columns.city, derive)


_SOURCES: Mapping[Fact, _Source] = {
    Fact.GIVEN: _names("given", skeleton_of),
    Fact.SURNAME: _names("surname", skeleton_of),
    Fact.GIVEN_SPELT: _names("given", None),
    Fact.SURNAME_SPELT: _names("surname", None),
    Fact.GIVEN_INITIAL: _names("given", _initial),
    Fact.SURNAME_INITIAL: _names("surname", _initial),
    Fact.BORN: _dates(None),
    Fact.BORN_UNORDERED: _dates(_unordered),
    Fact.YEAR: _dates(_year),
    Fact.YEAR_MONTH: _dates(_year_and_month),
    Fact.YEAR_DAY: _dates(_year_and_day),
    Fact.BIRTHDAY: _dates(_birthday),
    Fact.STREET: _streets(None),
    Fact.HOUSE_NUMBER: _streets(house_number),
    Fact.STREET_WORD: _streets(street_word),
    Fact.POSTCODE: _Source("postcode", lambda columns: columns.postcodes, lambda columns: columns.postcode, None),
    Fact.TOWN: _towns(None),
    Fact.TOWN_START: _towns(_town_start),
}
