"""Dates of birth for comparison: ISO, or a year; what is no date, or a placeholder, is missing."""

import re
from datetime import date
from functools import lru_cache

PLACEHOLDERS = frozenset(
    ("1900-01-01", "1901-01-01", "1899-12-30", "1899-12-31", "1970-01-01", "1753-01-01", "1800-01-01")
)
"""What databases, spreadsheets and forms write where nobody gave a date."""

OLDEST, NEWEST, NEWEST_OF_TWO_DIGITS = 1880, 2100, 29
_FIRST, _LAST = f"{OLDEST}-01-01", f"{NEWEST}-12-31"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan ene gen", "feb fév fev", "mar mär", "apr avr abr", "may mai mag", "jun juin giu", "jul juil lug",
            "aug aoû ago", "sep set", "oct okt ott out", "nov", "dec dez déc dic",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
"""The first letters of months in English, German, French, Spanish, Italian and Portuguese."""

_TIME = re.compile(r"[t ]\d{1,2}:\d\d.*", re.IGNORECASE | re.DOTALL)
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?", re.DOTALL).fullmatch
_COMPACT = re.compile(r"(\d{4})(\d\d)(\d\d)").fullmatch
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_MONTH_FIRST = frozenset(("US", "PH", "FM", "MH", "PW"))


def comparable_born(value: object, country: str) -> str:
    """``YYYY-MM-DD``, or ``YYYY`` where only the year is known, or the empty text.

    Takes text in usual notations (``1978-12-11T00:00:00Z``, ``Mar 1 1970``, ``24-May-11``, ``11.12.1978``) and whole
    years. A date in figures that could be read both ways is read as the country (ISO-3166) writes it.
    """
    if isinstance(value, str):
        return value if _is_plain(value) else _parsed(value.strip()[:40], country.upper() in _MONTH_FIRST)
    if isinstance(value, int) and not isinstance(value, bool):
        return _parsed(str(value), False)
    return ""


def _is_plain(text: str) -> bool:
    """Whether it stands there as it is wanted: what most systems of record write."""
    if len(text) != 10 or text[4] != "-" or text[7] != "-" or not _FIRST <= text <= _LAST or text in PLACEHOLDERS:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=1 << 12)
def _parsed(text: str, month_first: bool) -> str:
    if found := _ISO(text) or _COMPACT(text):
        year, second, third = (int(part) for part in found.groups())
        return _iso(year, second, third) or _iso(year, third, second)
    parts = _PARTS.findall(_TIME.sub("", text.casefold()))
    words = [month for part in parts if (month := _MONTHS.get(part[:4]) or _MONTHS.get(part[:3]))]
    numbers = [part for part in parts if part.isdecimal()]
    years = [number for number in numbers if len(number) == 4]
    if len(years) == 1 and len(numbers) + len(words) <= 2:
        return _year_alone(years[0])
    if len(words) == 1 and len(numbers) == 2:
        return _named_month(numbers, words[0])
    return _figures(numbers, month_first) if len(numbers) == 3 and not words else ""


def _year_alone(digits: str) -> str:
    return digits if len(digits) == 4 and OLDEST <= int(digits) <= NEWEST else ""


def _named_month(numbers: list[str], month: int) -> str:
    first, second = numbers
    if len(first) == 4:
        return _iso(int(first), month, int(second))
    return _iso(_full_year(second), month, int(first))


def _figures(numbers: list[str], month_first: bool) -> str:
    first, second, third = numbers
    if len(first) == 4:
        return _iso(int(first), int(second), int(third)) or _iso(int(first), int(third), int(second))
    year, one, two = _full_year(third), int(first), int(second)
    month, day = (one, two) if month_first else (two, one)
    return _iso(year, month, day) or _iso(year, day, month)


def _full_year(digits: str) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= NEWEST_OF_TWO_DIGITS else 1900)


def _iso(year: int, month: int, day: int) -> str:
    if not OLDEST <= year <= NEWEST:
        return ""
    try:
        text = date(year, month, day).isoformat()
    except ValueError:
        return ""
    return "" if text in PLACEHOLDERS else text
