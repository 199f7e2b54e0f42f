"""What a search looks for: words, all of which have to be there, and phone numbers however they are written.

There is no special syntax but one: a term in double quotes is not taken for a phone number.
"""

import re
from collections.abc import Iterator

from reviewer.simulator import phones
from reviewer.simulator.knobs import Knobs

QUOTED = re.compile(r'"([^"]*)"')
PHONE_LIKE = re.compile(r"\+?[\d\s().\-/]+")
FEWEST_DIGITS = 7
WORD = re.compile(r"[^\W_]")
NOTHING = '""'
"""An expression that finds nothing."""


def expression(query: str, knobs: Knobs) -> str:
    """The query as an expression of the full-text index; empty where nothing is looked for.

    A query without a single letter or digit finds nothing.
    """
    if not query.strip():
        return ""
    quoted = QUOTED.findall(query)
    plain = QUOTED.sub(" ", query).replace('"', " ")
    terms = [*plain_terms(plain, knobs), *quoted]
    end = "*" if knobs.search_prefix else ""
    return " AND ".join(f'"{term}"{end}' for term in terms if WORD.search(term)) or NOTHING


def plain_terms(text: str, knobs: Knobs) -> Iterator[str]:
    """Its words, or one number if all of it looks like one; what looks like a number is written in E.164."""
    whole = text.strip()
    if is_phone_like(whole):
        yield e164(whole, knobs)
        return
    for word in whole.split():
        yield e164(word, knobs) if is_phone_like(word) else word


def is_phone_like(text: str) -> bool:
    return bool(PHONE_LIKE.fullmatch(text)) and sum(letter.isdigit() for letter in text) >= FEWEST_DIGITS


def e164(text: str, knobs: Knobs) -> str:
    """The number in E.164, or as it is written where it is none."""
    number = phones.parsed(text, knobs.phone_default_region)
    return phones.e164(number) if number else text
