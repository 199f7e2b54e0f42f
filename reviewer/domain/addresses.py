"""Addresses for comparison: one spelling for street words, a postcode without blanks."""

import re
from functools import lru_cache

from anyascii import anyascii

LONGEST = 120
_NOT_ALPHANUMERIC = re.compile("[^a-z0-9]+")
_STREET_WORDS = {
    "street": "st", "strasse": "str", "avenue": "ave", "road": "rd", "drive": "dr", "lane": "ln", "place": "pl",
    "boulevard": "blvd", "court": "ct", "crescent": "cr", "circuit": "cct", "square": "sq", "terrace": "tce",
    "highway": "hwy", "parkway": "pkwy", "apartment": "apt", "apartments": "apts", "suite": "ste", "north": "n",
    "south": "s", "east": "e", "west": "w", "building": "bldg", "floor": "fl", "close": "cl",
}  # fmt: skip


@lru_cache(maxsize=1 << 16)
def comparable_street(text: str) -> str:
    """The street line in lower-case Latin letters and figures, usual street words abbreviated."""
    return " ".join(_STREET_WORDS.get(word, word) for word in _plain(text).split())


@lru_cache(maxsize=1 << 16)
def comparable_city(text: str) -> str:
    """The town in lower-case Latin letters."""
    return _plain(text)


@lru_cache(maxsize=1 << 16)
def comparable_postcode(text: str) -> str:
    """The postcode without blanks; a ZIP+4 is cut to its first five figures."""
    code = _plain(text).replace(" ", "")
    return code[:5] if len(code) == 9 and code.isdecimal() else code


def _plain(text: str) -> str:
    text = text[:LONGEST].casefold()
    if not text.isascii():
        text = anyascii(text).casefold()
    return _NOT_ALPHANUMERIC.sub(" ", text).strip()
