"""Addresses for comparison: one spelling for street words, a postcode without blanks."""

from functools import lru_cache
from typing import NamedTuple

from anyascii import anyascii

LONGEST = 120
_LETTERS_AND_FIGURES = bytes(code if chr(code).isalnum() else 32 for code in range(128)).lower() + b" " * 128
"""For ``bytes.translate``: ASCII in lower case, all that is neither letter nor figure a blank."""

_STREET_WORDS = {
    "street": "st", "strasse": "str", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "place": "pl",
    "boulevard": "blvd", "court": "ct", "crescent": "cr", "circuit": "cct", "square": "sq", "terrace": "tce",
    "highway": "hwy", "parkway": "pkwy", "apartment": "apt", "apartments": "apts", "suite": "ste", "north": "n",
    "south": "s", "east": "e", "west": "w", "building": "bldg", "floor": "fl", "close": "cl",
}  # fmt: skip


_UNIT_WORDS = frozenset(
    "apt apts unit ste flat fl floor rm room lot level app appartement apartamento piso wohnung whg".split()
)
"""What stands before the number of a flat in a house of many."""


class StreetParts(NamedTuple):
    """A street line taken apart: house number, number of the flat, and the name in one word; empty where not there."""

    number: str
    unit: str
    name: str


@lru_cache(maxsize=1 << 16)
def street_parts(street: str) -> StreetParts:
    """The parts of a comparable street line."""
    words = street.split()
    unit = ""
    for place, word in enumerate(words[1:-1], 1):
        if word in _UNIT_WORDS:
            unit = " ".join(other for other in words[place + 1 :] if other not in _UNIT_WORDS)
            words = words[:place]
            break
    number = house_number(" ".join(words))
    if number:
        words.remove(number)
    return StreetParts(number, unit, "".join(words))


def house_number(street: str) -> str:
    """The first word of a street line that begins with a figure; the empty text if none does."""
    return next((word for word in street.split() if word[0].isdecimal()), "")


def comparable_street(text: str) -> str:
    """The street line in lower-case Latin letters and figures, usual street words abbreviated."""
    return " ".join([_STREET_WORDS.get(word, word) for word in _words(text)])


@lru_cache(maxsize=1 << 12)
def comparable_city(text: str) -> str:
    """The town in lower-case Latin letters."""
    return " ".join(_words(text))


def comparable_postcode(text: str) -> str:
    """The postcode without blanks; a ZIP+4 is cut to its first five figures."""
    code = text.lower() if text.isascii() and text.isalnum() and len(text) < LONGEST else "".join(_words(text))
    return code[:5] if len(code) == 9 and code.isdecimal() else code


def _words(text: str) -> list[str]:
    text = text[:LONGEST]
    if not text.isascii():
        text = anyascii(text.casefold())
    return text.encode("ascii").translate(_LETTERS_AND_FIGURES).decode("ascii").split()
