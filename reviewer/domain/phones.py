"""Phone numbers for comparison: E.164 without extension, placeholders dropped."""

import re
from functools import lru_cache

_E164 = re.compile(r"\+[1-9][0-9]{6,14}").fullmatch
_FICTIONAL = re.compile(r"\+1(?:[2-9][0-9]{2})?55501[0-9]{2}").fullmatch
"""555-0100 to 555-0199 belong to nobody in North America; they are what forms and trainings are filled with."""

_FILLERS = re.compile(r"\+[0-9]{0,3}?(?:([0-9])\1{6,}|0?123456789?0?)").fullmatch
_KEYPAD_WORDS = frozenset(("+266696687", "+7378742833", "+86282452253", "+8656696", "+7748283"))
"""ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN and PRIVATE, as exchanges spell them on a keypad."""


def comparable_phone(display: str | None, e164: str | None, country: str) -> str:
    """The number in E.164, or the empty text where it cannot be one or belongs to nobody.

    The service's own ``e164`` is taken as it is; only without it is ``display`` parsed, for ``country`` (ISO-3166).
    """
    if e164 and _E164(e164):
        return _unless_placeholder(e164)
    return _parsed(display, country) if display else ""


def comparable_whatsapp(number: str, country: str) -> str:
    """The number of a WhatsApp account, which the service writes as E.164 without the plus."""
    digits = number.strip().removeprefix("+")
    return comparable_phone(number, f"+{digits}", country)


def _unless_placeholder(e164: str) -> str:
    if e164 in _KEYPAD_WORDS or ("55501" in e164 and _FICTIONAL(e164)):
        return ""
    if (
        e164.startswith("+521") and len(e164) == 14
    ):  # Mexico's mobiles had a 1 here until 2019; WhatsApp still writes it
        e164 = "+52" + e164[4:]
    filled = e164[-2] == e164[-1] or "12345678" in e164  # every filler has the one or the other
    return "" if filled and _FILLERS(e164) else e164


@lru_cache(maxsize=1 << 13)  # at 17 µs the dearest, and a family shares its number
def _parsed(display: str, country: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(display[:64], country.upper())
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    number.extension = None
    return _unless_placeholder(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
