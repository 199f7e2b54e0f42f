"""The sieves stop no pair that would get another level than the plain one."""

import random
from collections.abc import Callable

import numpy as np
import pytest

from reviewer.detect import likeness, sieve
from reviewer.detect.columns import Vocabulary
from reviewer.detect.level_columns import Compare
from reviewer.detect.sieve import Sieve

NAMES = ("robert", "bob", "maria luisa", "garcia lopez", "li", "~jie", "katherine", "j", "ohara", "van der berg")
DATES = ("1978-12-11", "1951-04-02", "1990-01-31", "1978", "2001-11-12")
PHONES = ("+17029191300", "+4930123456", "+390352655353", "+1702919130")
EMAILS = ("jane.doe@post.example", "j.d@white.org", "bob1980@mail.example", "anna2@web.de", "hm@ware.com")
STREETS = ("11 copland dr", "7 oak rd apt 4", "ahornallee 1", "1515 145th st nw", "po box 12", "main st")
PLACES = ("salem", "12345", "sw1a1aa", "st ives")


def spoilt(text: str, rng: random.Random) -> str:
    """The text with up to four slips."""
    letters = list(text)
    for _ in range(rng.randrange(5)):
        place = rng.randrange(len(letters))
        kind = rng.randrange(4)
        if kind == 0:
            letters[place] = rng.choice(text)
        elif kind == 1 and len(letters) > 1:
            del letters[place]
        elif kind == 2:
            letters.insert(place, rng.choice(text))
        else:
            other = max(place - 1, 0)
            letters[place], letters[other] = letters[other], letters[place]
    return "".join(letters)


def misdated(text: str, rng: random.Random) -> str:
    """A date of the calendar that shares some of its parts with ``text``."""
    year, month, day = (text + "-06-15")[:4], text[5:7] or "06", text[8:] or "15"
    year = rng.choice((year, year[:2] + year[:1:-1], str(int(year) + rng.randrange(-40, 40))))
    month = rng.choice((month, f"{rng.randrange(1, 13):02}"))
    day = rng.choice((day if int(day) <= 28 else "28", f"{rng.randrange(1, 29):02}"))
    swapped = f"{year}-{day}-{month}"
    return swapped if int(day) <= 12 and rng.random() < 0.2 else f"{year}-{month}-{min(int(day), 28):02}"


@pytest.mark.parametrize(
    ("values", "spoil", "compare", "sieved", "plain"),
    [
        (NAMES, spoilt, likeness.given_levels, sieve.given_names, "unlike"),
        (NAMES, spoilt, likeness.middle_levels, sieve.given_names, "unlike"),
        (NAMES, spoilt, likeness.surname_levels, sieve.surnames, "unlike"),
        (DATES, misdated, likeness.born_levels, sieve.dates, "different"),
        (PHONES, spoilt, likeness.phone_levels, sieve.phones, "different"),
        (EMAILS, spoilt, likeness.email_levels, sieve.emails, "different"),
        (STREETS, spoilt, likeness.street_levels, sieve.streets, "different"),
        (PLACES, spoilt, likeness.place_levels, sieve.places, "different"),
    ],
)
def test_what_is_alike_passes_the_sieve(
    values: tuple[str, ...],
    spoil: Callable[[str, random.Random], str],
    compare: Compare,
    sieved: Sieve,
    plain: str,
) -> None:
    rng = random.Random(7)
    words = Vocabulary()
    pairs = []
    for _ in range(4000):
        value = rng.choice(values)
        a, b = spoil(value, rng).strip(" ~") or "x", spoil(value, rng).strip(" ~") or "x"
        if a != b:
            pairs.append((words.code(a), words.code(b), a, b))
    first, second = (np.array([pair[side] for pair in pairs], dtype=np.int32) for side in (0, 1))
    levels = compare([a for _, _, a, _ in pairs], [b for _, _, _, b in pairs])
    passed = sieved(words, first, second).tolist()
    assert len(set(levels)) > 1
    stopped = [(a, b, level) for (_, _, a, b), level, free in zip(pairs, levels, passed, strict=True) if not free]
    assert [each for each in stopped if each[2] != plain] == []
