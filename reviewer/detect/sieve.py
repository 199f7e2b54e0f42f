"""Which pairs of different values may be alike at all, told from numbers: the others need no look at their letters.

A sieve lets through every pair that ``likeness`` gives another level than the plain one (*unlike*, *different*); most
of the pairs that it stops would get the plain level. What it goes by is worked out once for each value.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TypeAlias

import numpy as np

from reviewer.detect.columns import Codes, Flags, Ints, Vocabulary
from reviewer.detect.letters import present
from reviewer.detect.likeness import STREET_NAME_SCORE
from reviewer.domain.addresses import street_parts
from reviewer.domain.names import GUESSED, meanings, sound_of

Sieve: TypeAlias = Callable[[Vocabulary, Codes, Codes], Flags]

_FIGURES = 18
"""Figures of the longest number that fits into 64 bits for certain."""


def everything(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """No sieve."""
    return np.ones(len(first), dtype=np.bool_)


def given_names(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """Forms of one name, what sounds the same, and what ``surnames`` lets through."""
    known = words.measured("meanings", _each(_meanings))
    sound = words.derived("sound", sound_of)
    found: Flags = ((known[first] & known[second]) != 0) | surnames(words, first, second)
    found |= (sound[first] == sound[second]) & (sound[first] > 0)
    return found


def surnames(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """Names that are no plain single words, one part of another, or with letters enough in common."""
    odd = words.measured("odd name", _each(_is_odd)) != 0
    letters, lengths = present(words), _lengths(words)
    a, b = letters[first], letters[second]
    only_a, only_b = np.bitwise_count(a & ~b).astype(np.int64), np.bitwise_count(b & ~a).astype(np.int64)
    long_a, long_b = lengths[first], lengths[second]
    common = np.minimum(long_a - only_a, long_b - only_b)  # letters that can match, at most
    jaro = (common / long_a + common / long_b + 1) / 3  # what Jaro's score is at most
    initial = words.derived("initial", lambda text: text[:1])
    winkler = np.where(initial[first] == initial[second], jaro + 0.4 * (1 - jaro), jaro)
    found: Flags = odd[first] | odd[second] | (only_a == 0) | (only_b == 0)
    found |= (only_a + only_b <= 4) | (winkler >= 0.84)
    return found


def dates(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """Two parts of three the same, or day and month exchanged, or a year that is all of it; or days that are near."""
    year = words.derived("year", lambda text: text[:4])
    month, day = (
        words.measured("month", _each(lambda text: _figures(text[5:7]))),
        words.measured("day", _each(lambda text: _figures(text[8:]))),
    )
    moment = words.measured("ordinal", _each(_ordinal))
    m1, m2, d1, d2 = month[first], month[second], day[first], day[second]
    in_year = (m1 == m2) | (d1 == d2) | ((m1 == d2) & (d1 == m2)) | (m1 == 0) | (m2 == 0)
    found: Flags = (
        ((m1 == m2) & (d1 == d2))
        | ((year[first] == year[second]) & in_year)
        | (np.abs(moment[first] - moment[second]) <= 31)
    )
    return found


def phones(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """One figure off, two neighbours exchanged, or one end.

    A wrong figure or an exchange changes the number by at most two figures that are not zeros at its end.
    """
    number, lengths = words.measured("number", _each(_number)), _lengths(words)
    a, b = number[first], number[second]
    apart = np.abs(a - b)
    scale = 10 ** np.maximum(np.floor(np.log10(np.maximum(apart, 1))).astype(np.int64) - 1, 0)
    slip = (apart // scale * scale == apart) & (lengths[first] == lengths[second])
    unread = (a < 0) | (b < 0)
    found: Flags = slip | unread | ((lengths[first] != lengths[second]) & (a % 100_000 == b % 100_000))
    return found


def emails(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """One local part, or at most two letters apart; or at most two in the local part and three in the domain."""
    local, domain = words.derived("local part", _local), words.derived("domain", _domain)
    locals_, domains = words.made["local part"][0], words.made["domain"][0]
    found: Flags = (local[first] == local[second]) | _few_apart(words, first, second, 2)
    found |= _few_apart(locals_, local[first], local[second], 2) & _few_apart(domains, domain[first], domain[second], 3)
    return found


def places(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """At most one letter apart."""
    return _few_apart(words, first, second, 1)


def streets(words: Vocabulary, first: Codes, second: Codes) -> Flags:
    """One house number, or none on a side; or names of streets with letters enough in common."""
    number, name = words.derived("number in its street", _street_number), words.derived("street's name", _street_name)
    a, b = number[first], number[second]
    names = words.made["street's name"][0]
    x, y = name[first], name[second]
    alike = 200 * _common(names, x, y) >= STREET_NAME_SCORE * (_lengths(names)[x] + _lengths(names)[y])
    found: Flags = (a == b) | (a == 0) | (b == 0) | ((x == y) | alike) & (x > 0) & (y > 0)
    return found


def _common(words: Vocabulary, first: Codes, second: Codes) -> Ints:
    """Letters that two values can have in common, at most: those that the other lacks are not among them."""
    letters, lengths = present(words), _lengths(words)
    a, b = letters[first], letters[second]
    only_a, only_b = np.bitwise_count(a & ~b).astype(np.int64), np.bitwise_count(b & ~a).astype(np.int64)
    found: Ints = np.minimum(lengths[first] - only_a, lengths[second] - only_b)
    return found


def _street_number(street: str) -> str:
    return street_parts(street).number


def _street_name(street: str) -> str:
    return street_parts(street).name


def _few_apart(words: Vocabulary, first: Codes, second: Codes, slips: int) -> Flags:
    """Pairs that so many slips can explain: each changes at most two of the letters that are there."""
    letters, lengths = present(words), _lengths(words)
    apart = np.bitwise_count(letters[first] ^ letters[second])
    found: Flags = (apart <= 2 * slips) & (np.abs(lengths[first] - lengths[second]) <= slips)
    return found


def _lengths(words: Vocabulary) -> Ints:
    """The length of each value; 1 for the empty one, so that it can be divided by."""
    return words.measured("length", _each(lambda text: max(len(text), 1)))


def _each(measure: Callable[[str], int]) -> Callable[[Sequence[str]], Ints]:
    return lambda values: np.array([measure(value) for value in values], dtype=np.int64)


def _local(email: str) -> str:
    return email.partition("@")[0]


def _domain(email: str) -> str:
    return email.partition("@")[2]


def _is_odd(name: str) -> int:
    return int(len(name) == 1 or " " in name or name.startswith(GUESSED))


def _meanings(name: str) -> int:
    """The names that this one may stand for, as bits."""
    bits = 0
    for word in (name, name.partition(" ")[0]):
        for meaning in meanings(word):
            bits |= 1 << sum(meaning.encode()) % 63
    return bits


def _ordinal(text: str) -> int:
    """The day's number; far from all others where the date is not known in full."""
    return date.fromisoformat(text).toordinal() if len(text) == 10 else -10_000


def _figures(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _number(phone: str) -> int:
    """The phone as a number, -1 where it cannot be told as one, or has no end by which to know it."""
    figures = phone[1:]
    telling = figures.isascii() and figures.isdigit() and len(figures) <= _FIGURES and len(figures.lstrip("01")) >= 5
    return int(figures) if telling else -1
