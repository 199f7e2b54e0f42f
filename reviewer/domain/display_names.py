"""What a channel shows of a person: a full name, parts of one, or a name made up, often with figures."""

import re

from reviewer.domain.names import letters

_FIGURES = re.compile("([0-9]+)")
TELLING_LENGTH = 10
"""Letters from which a display name of one word without figures is hardly chosen twice."""

LEAST_SURNAME = 4
"""Letters of a surname from which it is known again behind an initial in one word."""


def comparable_display_name(text: str) -> str:
    """The display name in lower-case Latin letters, figures and single blanks; empty where it has no letter.

    Figures stand where they stood, and nothing parts them from the letters (``jdoe_82`` is ``jdoe82``): two accounts
    of one person are known by them, and ``queen_12345`` is not ``queen_99``.
    """
    if _FIGURES.search(text) is None:
        return letters(text)
    parts = [part if part.isdecimal() else letters(part) for part in _FIGURES.split(text)]
    return "".join(parts) if any(not part.isdecimal() for part in parts if part) else ""


def name_in(display_name: str) -> str:
    """The letters alone, in which a person's name may be found."""
    return _FIGURES.sub("", display_name)


def is_telling(display_name: str) -> bool:
    """Whether two accounts of this display name may be one person's: ``queen`` alone says nothing, nor ``anna``."""
    return len(display_name) >= TELLING_LENGTH or " " in display_name or name_in(display_name) != display_name


def short_form(display_name: str, given: str, surname: str) -> str:
    """``surname`` for jdoe and doej, ``given name`` for Jane D.: which name it gives in whole beside an initial.

    Empty where it gives both names in whole, or neither.
    """
    if not given or not surname:
        return ""
    shown = name_in(display_name)
    words, joined = set(shown.split()), shown.replace(" ", "")
    if words == {given[0], surname} or (
        len(surname) >= LEAST_SURNAME and joined in (given[0] + surname, surname + given[0])
    ):
        return "surname"
    return "given name" if words == {given, surname[0]} else ""
