"""Names for comparison: Latin letters, a suffix split off, placeholders dropped, nicknames known."""

import re
from functools import cache, lru_cache
from typing import NamedTuple
from unicodedata import category

import msgspec
from anyascii import anyascii

LONGEST = 80
"""Letters of a name that take part in a comparison; longer ones are cut, so that no record is slow."""

SUFFIXES = {
    "jr": "jr", "junior": "jr", "jnr": "jr", "sr": "sr", "senior": "sr", "snr": "sr",
    "ii": "2", "iii": "3", "iv": "4",
}  # fmt: skip
_TITLES = frozenset("mr mrs ms miss mx sir madam dr prof herr frau mme mlle sr sra srta sig dott ing".split())
_DEGREES = frozenset("md phd dds dvm esq cpa mba msc bsc jd rn".split())
_NO_NAME = frozenset(
    "unknown none null na anonymous anonym guest visitor caller test testing customer user nobody unavailable "
    "restricted private withheld noname unbekannt inconnu".split()
)
_WITHIN_A_WORD = re.compile("[’'`´ʼ\u200c\u200d]")
_NOT_A_LETTER = re.compile("[^a-z]+")
GUESSED = "~"
"""Stands before a name whose Latin letters are only a guess: its script does not write them (Han has several
readings, Arabic and Hebrew leave vowels out), so that letters that differ say nothing."""

_GUESSWORK = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3400-\u9fff\uac00-\ud7a3]"
).search
_HAN_OR_HANGUL = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3]{2,4}").fullmatch


class PersonName(msgspec.Struct, frozen=True, gc=False):
    """The comparable parts of a name: letters and single blanks, after ``GUESSED`` if they are a guess; or empty."""

    given: str
    middle: str
    surname: str
    suffix: str


def letters(text: str) -> str:
    """The text in lower-case Latin letters and single blanks, whatever its script.

    Apostrophes and joiners vanish (``O'Hare`` is ``ohare``); all else that is no letter parts words.
    """
    plain = _WITHIN_A_WORD.sub("", text[: 4 * LONGEST])
    if not plain.isascii():
        plain = "".join(sign if category(sign)[0] in "LMN" else " " for sign in plain)  # or a picture gets its name
        plain = anyascii(plain.casefold()).replace("'", "").replace("`", "")
    return _NOT_A_LETTER.sub(" ", plain.casefold()).strip()[:LONGEST].strip()


def person_name(first: str | None, middle: str | None, last: str | None) -> PersonName:
    """The comparable name of a person, from the three fields of a contact.

    ``Doe, Jane`` in the first field is read as surname and given name; a name in one field alone is parted; two
    to four Han or Hangul characters alone are a surname and a given name.
    """
    first, middle, last = first or "", middle or "", last or ""
    if "," in first:
        before, _, after = first.partition(",")
        first, last = f"{after} {last}", before
    elif not first.strip() and _HAN_OR_HANGUL(last.strip()):
        first, last = last.strip()[1:], last.strip()[0]
    given, surname = _part(first), _part(last)
    middle_words, middle_suffix, _ = _part(middle) if middle else _NOTHING
    given_words, surname_words = given.words, surname.words
    if not surname_words and len(given_words) > 1:
        given_words, surname_words = given_words[:-1], given_words[-1:]
    elif not given_words and len(surname_words) > 1:
        given_words, surname_words = surname_words[:-1], surname_words[-1:]
    if not middle_words and len(given_words) > 1 and len(given_words[-1]) == 1:
        given_words, middle_words = given_words[:-1], given_words[-1:]
    return PersonName(
        _joined(given_words, given.mark),
        _joined(middle_words, ""),
        _joined(surname_words, surname.mark if last else given.mark),
        surname.suffix or given.suffix or middle_suffix,
    )


def _joined(words: tuple[str, ...], mark: str) -> str:
    if not words:
        return ""
    text = words[0] if len(words) == 1 else " ".join(words)
    return mark + text if mark else text


class _Part(NamedTuple):
    """A part of a name: its words without titles, the suffix split off, and ``GUESSED`` if its letters are a guess."""

    words: tuple[str, ...]
    suffix: str
    mark: str


_NOTHING = _Part((), "", "")


@lru_cache(maxsize=1 << 13)  # many people share a first or a last name, few share both
def _part(text: str) -> _Part:
    """What stands in a field of a name; no words if the whole says that there is no name."""
    words = letters(text).split()
    mark = GUESSED if not text.isascii() and _GUESSWORK(text) else ""
    while words and words[0] in _TITLES and (len(words) > 1 or words[0] not in SUFFIXES):
        del words[0]
    while len(words) > 1 and words[-1] in _DEGREES:
        del words[-1]
    if all(word in _NO_NAME for word in words) or "".join(words) in _NO_NAME:
        return _Part((), "", mark)
    if len(words) > 1 and words[-1] in SUFFIXES:
        return _Part(tuple(words[:-1]), SUFFIXES[words[-1]], mark)
    return _Part(tuple(words), "", mark)


def suffixes_conflict(a: str, b: str) -> bool:
    """Whether two suffixes are of two generations: ``jr`` and ``2`` may both be the son, ``sr`` is the father."""
    return bool(a and b) and a != b and {a, b} != {"jr", "2"}


@cache
def _lexicon() -> tuple[dict[str, frozenset[str]], frozenset[str]]:
    """Which canonical names a given name may stand for (nicknames package), and all names that it knows."""
    from nicknames import NickNamer

    meanings: dict[str, set[str]] = {}
    for canonical, nicks in NickNamer().nickname_lookup.items():
        meanings.setdefault(canonical, set()).add(canonical)
        for nick in nicks:
            meanings.setdefault(nick, set()).add(canonical)
    return {name: frozenset(found) for name, found in meanings.items()}, frozenset(meanings)


def meanings(given: str) -> frozenset[str]:
    """The names that a given name may stand for, itself included; none where the nicknames package lacks it."""
    return _lexicon()[0].get(given, frozenset())


_LIKE = str.maketrans({"c": "k", "q": "k", "z": "s", "v": "f", "w": "f", "y": "i", "x": "ks"})
_SILENT = re.compile("[aeiouh]")
_DOUBLED = re.compile(r"(.)\1+")


def sound_of(given: str) -> str:
    """The same for most spellings of one given name (Steven, Stephen; Alexander, Aleksandr), other for another.

    The first letter, the next consonants, and the vowel at the end, which tells Daniel from Daniela. The empty text
    for a name of fewer than three consonants, which is too short to be told by its sound.
    """
    plain = given.replace("ph", "f").replace("ck", "k").translate(_LIKE)
    plain = _DOUBLED.sub(r"\1", plain)
    bones = plain[:1] + _SILENT.sub("", plain[1:])
    end = plain[-1:] if plain[-1:] in ("a", "e", "o") else ""
    return f"{bones}.{end}" if len(bones) >= 3 and " " not in bones else ""


def differ_by_gender(a: str, b: str) -> bool:
    """Whether two given names are the same but for a vowel at the end: Mario and Maria, Daniel and Daniela."""
    first, second = (name[:-1] if name[-1:] in "aeo" else name for name in (a, b))
    return a != b and first == second and len(first) >= 3 and (a[-1] in "ae" or b[-1] in "ae")


def consonants_of(name: str) -> str:
    """The consonants that a script without vowels writes too."""
    return _DOUBLED.sub(r"\1", re.sub("[^a-z]|[aeiouyw]", "", name.translate(_LIKE).replace("i", "")))


def are_variants(a: str, b: str) -> bool:
    """Whether one given name is a usual form of the other, or both of a third (Bob, Rob: Robert)."""
    return not meanings(a).isdisjoint(meanings(b))


def is_known(given: str) -> bool:
    """Whether the nicknames package lists the name, so that it is hardly a slip for another."""
    return given in _lexicon()[1]
