"""How alike two different texts are: the level of names, dates, streets, phones and emails, for distinct pairs.

Every function takes two lists of the same length, pair by pair, none of the texts empty and no pair equal, and
gives level names. Scores of rapidfuzz are computed for whole lists by its workers.
"""

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz
from rapidfuzz.distance import OSA, JaroWinkler
from rapidfuzz.process import cpdist

from reviewer.domain.addresses import StreetParts, street_parts
from reviewer.domain.display_names import name_in
from reviewer.domain.names import GUESSED, are_variants, consonants_of, differ_by_gender, is_known, sound_of

WORKERS = 2
NEAR_SCORE, LOOSE_SCORE = 0.92, 0.84
"""Jaro-Winkler scores from which two names are a slip apart, or loosely alike."""

STREET_SCORE = 88.0
"""Token-set score from which two street lines with one house number are a slip apart."""

STREET_NAME_SCORE = 80.0
"""The same for the names of streets, written as one word."""

LONG_SOUND = 5
"""Letters of the sound from which two names that are both usual are spellings of one; shorter ones are two names."""

GENERATION = 15
"""Years from which a birthday in common is rather parent and child than a slip in the year."""

GENERATIONS = 50
"""Years up to which it is."""

MONTH = 31
"""Days up to which two dates of birth may be one, wrongly reckoned."""

Texts = Sequence[str]


def given_levels(a: Texts, b: Texts) -> list[str]:
    """Levels of two different given names."""
    return _name_levels(a, b, _given)


def surname_levels(a: Texts, b: Texts) -> list[str]:
    """Levels of two different surnames."""
    return _name_levels(a, b, _surname)


def middle_levels(a: Texts, b: Texts) -> list[str]:
    """Levels of two different middle names: a slip or a form of one name is as good as an initial."""
    forms = {"initial", "nickname", "near", "part"}
    return ["initial" if found in forms else "unlike" for found in given_levels(a, b)]


def born_levels(a: Texts, b: Texts) -> list[str]:
    """Levels of two different dates (or years) of birth."""
    return [_born(*each) for each in zip(a, b, _slips(a, b), strict=True)]


def phone_levels(a: Texts, b: Texts) -> list[str]:
    """``near`` where one figure is off, or one number is the local part of the other; else ``different``."""
    return ["near" if _near_phone(*each) else "different" for each in zip(a, b, _slips(a, b), strict=True)]


def email_levels(a: Texts, b: Texts) -> list[str]:
    """``near`` for a slip, ``alike`` for one telling local part at two domains, ``similar`` for slips on both sides of
    the @, else ``different``."""
    return [_email(*each) for each in zip(a, b, _slips(a, b), strict=True)]


def street_levels(a: Texts, b: Texts) -> list[str]:
    """``near`` for one street line written in two ways, ``other unit`` for another flat of the same house,
    ``other number`` for another house in the same street, else ``different``."""
    first, second = [street_parts(street) for street in a], [street_parts(street) for street in b]
    names = _scores([one.name for one in first], [one.name for one in second], fuzz.ratio)
    return [_street(*each) for each in zip(first, second, names, _scores(a, b, fuzz.token_set_ratio), strict=True)]


def place_levels(a: Texts, b: Texts) -> list[str]:
    """``near`` for one town or postcode with a slip in it, else ``different``."""
    each = zip(a, b, _slips(a, b), strict=True)
    return ["near" if slips <= 1 and min(len(x), len(y)) > 3 else "different" for x, y, slips in each]


def handle_levels(a: Texts, b: Sequence[tuple[str, str]]) -> list[str]:
    """Levels of a display name against given name and surname."""
    return [_handle(x, *y) for x, y in zip(a, b, strict=True)]


def _scores(a: Texts, b: Texts, scorer: Callable[..., float]) -> list[float]:
    if not a:
        return []
    found: NDArray[np.float32] = cpdist(a, b, scorer=scorer, workers=WORKERS)
    return [float(score) for score in found]


def _jaro(a: Texts, b: Texts) -> list[float]:
    return _scores(a, b, JaroWinkler.similarity)


def _slips(a: Texts, b: Texts) -> list[int]:
    """Edits between two texts, two neighbours changing places being one."""
    return [int(found) for found in _scores(a, b, OSA.distance)]


def _name_levels(a: Texts, b: Texts, compare: Callable[[str, str, int, float], str]) -> list[str]:
    """Levels by ``compare``; a name in guessed letters beside one that is not may be near, but never unlike."""
    first, second = [x.removeprefix(GUESSED) for x in a], [y.removeprefix(GUESSED) for y in b]
    found = [compare(*each) for each in zip(first, second, _slips(first, second), _jaro(first, second), strict=True)]
    for place, (x, y) in enumerate(zip(a, b, strict=True)):
        if x.startswith(GUESSED) != y.startswith(GUESSED):
            bare = found[place] in ("unlike", "initial")
            found[place] = "script" if bare and not _same_consonants(x, y) else "near"
    return found


def _same_consonants(a: str, b: str) -> bool:
    """Whether two names are one where only consonants are written; three of them at least, or that says nothing."""
    bones = consonants_of(a)
    return len(bones) >= 3 and bones == consonants_of(b)


def _given(a: str, b: str, slips: int, jaro: float) -> str:
    shared = _by_words(a, b)
    if shared:
        return shared
    if are_variants(a.split()[0], b.split()[0]):
        return "nickname"
    if differ_by_gender(a, b):
        return "loose"
    sound, both_known = sound_of(a), is_known(a) and is_known(b)
    if sound and sound == sound_of(b) and len(sound) >= (LONG_SOUND if both_known else 0):
        return "near"
    if both_known:
        return "loose" if jaro >= NEAR_SCORE else "unlike"
    if _is_slip(a, b, slips) or (jaro >= NEAR_SCORE and slips <= 2):
        return "near"
    shorter, longer = sorted((a, b), key=len)
    if len(shorter) >= 4 and shorter in longer:
        return "short"
    return "loose" if jaro >= LOOSE_SCORE or (slips == 1 and len(shorter) == 3) else "unlike"


def _surname(a: str, b: str, slips: int, jaro: float) -> str:
    shared = _by_words(a, b)
    if shared:
        return shared
    if _is_slip(a, b, slips) or jaro >= NEAR_SCORE:
        return "near"
    return "loose" if jaro >= LOOSE_SCORE or (slips == 1 and min(len(a), len(b)) == 3) else "unlike"


def _by_words(a: str, b: str) -> str:
    """``initial``, ``part`` or ``near`` where the words alone say so, else the empty text."""
    if len(a) == 1 or len(b) == 1:
        return "initial" if a[0] == b[0] else "unlike"
    if _is_initials(a, b) or _is_initials(b, a):
        return "initial"
    if " " not in a and " " not in b:
        return ""
    first, second = set(a.split()), set(b.split())
    if a.replace(" ", "") == b.replace(" ", ""):
        return "near"
    shorter = min(first, second, key=len)
    return "part" if first & second == shorter and any(len(word) > 1 for word in shorter) else ""


def _is_initials(a: str, b: str) -> bool:
    """Whether ``a`` is made of the initials of the words of ``b``: JP for Jean-Pierre."""
    return " " in b and a == "".join(word[0] for word in b.split())


def _is_slip(a: str, b: str, slips: int) -> bool:
    shorter = min(len(a), len(b))
    return shorter >= 4 and slips <= (1 if shorter < 7 else 2)


def _born(a: str, b: str, slips: int) -> str:
    if len(a) == 4 or len(b) == 4:
        return "year" if a[:4] == b[:4] else "different"
    if a[:4] == b[:4] and a[5:7] == b[8:10] and a[8:10] == b[5:7]:
        return "day-month"
    years = abs(int(a[:4]) - int(b[:4]))
    if a[4:] == b[4:] and GENERATION <= years <= GENERATIONS and sorted(a[:4]) != sorted(b[:4]):
        return "generation"
    if slips <= 1:
        return "slip"
    if sum((years == 0, a[5:7] == b[5:7], a[8:] == b[8:])) == 2:
        return "two parts"
    return "weeks" if abs((date.fromisoformat(a) - date.fromisoformat(b)).days) <= MONTH else "different"


def _near_phone(a: str, b: str, slips: int) -> bool:
    shorter, longer = sorted((a[1:], b[1:]), key=len)
    if len(shorter) == len(longer):
        return slips <= 1
    return len(longer) > len(shorter) >= 8 and longer.endswith(shorter.lstrip("01")[-9:])


def _email(a: str, b: str, slips: int) -> str:
    first, _, first_domain = a.partition("@")
    second, _, second_domain = b.partition("@")
    if _only_figures_differ(first, second):
        return "different"
    if slips <= (1 if min(len(a), len(b)) < 14 else 2):
        return "near"
    domains = OSA.distance(first_domain, second_domain)
    if first == second:
        return "near" if domains <= 2 else "alike" if len(first) >= 6 else "similar" if domains == 3 else "different"
    return "similar" if 1 <= domains <= 3 and slips - domains <= 2 else "different"


def _only_figures_differ(a: str, b: str) -> bool:
    """Numbered mailboxes (anna1, anna2) are different on purpose."""
    return a != b and a.strip("0123456789") == b.strip("0123456789")


def _street(a: StreetParts, b: StreetParts, names: float, lines: float) -> str:
    one_name = bool(a.name and b.name) and names >= STREET_NAME_SCORE
    if a.number and b.number and a.number != b.number:
        return "other number" if one_name else "different"
    if not one_name and lines < STREET_SCORE:
        return "different"
    return "other unit" if a.unit and b.unit and a.unit != b.unit else "near"


def _handle(handle: str, given: str, surname: str) -> str:
    given, surname = given.removeprefix(GUESSED), surname.removeprefix(GUESSED)
    shown = name_in(handle)
    words, joined = set(shown.split()), shown.replace(" ", "")
    first, last = given.replace(" ", ""), surname.replace(" ", "")
    if given and surname:
        if words == {*given.split(), *surname.split()} or joined in (first + last, last + first):
            return "full"
        if _is_made_of(words, joined, given, first, last):
            return "part"
    form_of_given = len(first) >= 3 and (joined == first or are_variants(joined, given))
    return "given" if len(words) == 1 and form_of_given else "unlike"


def _is_made_of(words: set[str], joined: str, given: str, first: str, last: str) -> bool:
    """Whether a display name has both names in it, one of them perhaps short: jdoe, Jane D, Bob Doe, mrsjanedoe."""
    if len(last) >= 4 and joined in (first[0] + last, last + first[0]):
        return True
    if {first, last} <= words or words in ({first, last[0]}, {first[0], last}):
        return True
    if last in words and any(are_variants(given, word) for word in words - {last}):
        return True
    return len(first) >= 3 and len(last) >= 3 and (first + last in joined or last + first in joined)
