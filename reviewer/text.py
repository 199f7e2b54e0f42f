"""The one door through which record text reaches a screen or a file.

Names, notes and identifiers are written by strangers. On their way out, characters that could style, hide,
reorder, beep or leave their place are replaced by something that shows what they are. What is stored is never
changed: these functions make a picture of a text, they do not clean it.
"""

import json
import re
import unicodedata
from collections.abc import Iterator

MARKS_PER_BASE = 4
"""Zero-width marks that may stand on one letter: Burmese and pointed Hebrew need four, nobody needs more."""

_ZWNJ, _ZWJ, _NO_BREAK_SPACE, _IDEOGRAPHIC_SPACE = "\u200c", "\u200d", "\u00a0", "\u3000"
_JOINERS = frozenset((_ZWNJ, _ZWJ))
_SPACES = frozenset((_NO_BREAK_SPACE, _IDEOGRAPHIC_SPACE))
_DOTTED_CIRCLE = "\u25cc"
_ELLIPSIS = "…"

_CLEAN = re.compile(
    "[ -~\u00a1-\u00ac\u00ae-\u02af\u1e00-\u1eff"  # Latin
    "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u0482\u048a-\u052f"  # Greek, Cyrillic
    "\u0531-\u0556\u0561-\u0587\u05d0-\u05ea\u0620-\u064a\u0660-\u066f"  # Armenian, Hebrew, Arabic
    "\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2190-\u2426"  # punctuation, currencies, arrows, pictures
    "\u3041-\u3096\u30a0-\u30ff\u3400-\u4db5\u4e00-\u9fef\uac00-\ud7a3"  # kana, Han, Hangul
    "]*"
).fullmatch
"""Matches text made only of characters that are assigned, seen, and stand in a place of their own.

A list of what is safe, so that a character nobody thought of takes the careful path.
"""

_LOOKS_EMPTY = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u303f\u3164\ufe00-\ufe0f\uffa0"
    "\U00013441\U00013442\U00016fe4\U0001d159\U000e0000-\U000e0fff]"
).match
"""Printable, yet nothing is seen: default-ignorable (DerivedCoreProperties.txt), fillers, blanks."""

_JOINED_JAMO = re.compile("[\u1160-\u11ff\ud7b0-\ud7fb]").match
"""Hangul vowels and final consonants that terminals draw into the syllable before them."""

_FORMULA = re.compile("'*(?:[\t\r\n]|\\s*[=+\\-@＝＋－＠])").match
"""What a spreadsheet may take for a formula; the same behind apostrophes, so that the guard can be undone."""

_WITHHELD_IN_JSON = re.compile("[^ -~\n]")


def visible(value: object) -> str:
    """Text that is safe on any screen and honest about what was there; clean text comes back as it is.

    A line end becomes ⏎, a tab ⇥, other C0 controls their picture (␛), and whatever else is not seen (C1,
    bidi controls, zero-width characters, tags, lone surrogates, unassigned and private characters, blanks)
    its code point, as in ‹202E›. The joiners U+200C and U+200D stay behind a character that they can join,
    for Persian and Indic names; no-break and ideographic spaces stay. More than four marks on one letter are
    counted instead of shown: ‹+46 marks›. None is the empty text.
    """
    text = value if type(value) is str else _as_text(value)
    if (text.isascii() and text.isprintable()) or _CLEAN(text):
        return text
    return "".join(_pictures(text, exact=False))


def visible_exact(value: object) -> str:
    """Like `visible`, and no-break spaces, ideographic spaces and joiners are shown as codes too.

    For two values that differ, so that a difference that cannot be seen is seen.
    """
    text = value if type(value) is str else _as_text(value)
    return text if _CLEAN(text) else "".join(_pictures(text, exact=True))


def width(text: str) -> int:
    """Cells that a text takes, as `visible` gave it: two for wide East Asian characters, none for marks."""
    return len(text) if text.isascii() else sum(map(_cells, text))


def fit(text: str, cells: int) -> str:
    """The text cut to at most that many cells, ending in … where something was left out.

    Takes text as `visible` gave it. Marks stay with their letter.
    """
    if width(text) <= cells:
        return text
    if cells <= 0:
        return ""
    used = 0
    for position, char in enumerate(text):
        used += _cells(char)
        if used > cells - 1:
            return text[:position].rstrip(_ZWNJ + _ZWJ) + _ELLIPSIS
    return text


def for_formula(text: str) -> str:
    """A text column of a CSV file: an apostrophe goes before what a spreadsheet may run as a formula.

    Guarded is a leading = + - @ (also in full width, also behind blanks), tab, carriage return or line feed,
    and the same behind apostrophes, so that `from_formula` gives back exactly what went in.
    """
    return f"'{text}" if _FORMULA(text) else text


def from_formula(text: str) -> str:
    """The text that `for_formula` guarded."""
    return text[1:] if text.startswith("'") and _FORMULA(text) else text


def json_safe(value: object, indent: int | None = None) -> str:
    """The value as JSON text that is harmless on a terminal and the same document to any parser.

    Readable names stay readable; characters that `visible` would replace are written as \\u escapes, lone
    surrogates among them, so the text can always be encoded. Takes what json takes, and msgspec structs,
    dataclasses, dates and paths.
    """
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=_builtins)
    return text if text.isascii() and "\x7f" not in text else _WITHHELD_IN_JSON.sub(_json_escape, text)


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)


def _pictures(text: str, *, exact: bool) -> Iterator[str]:
    """The text piece by piece, with the marks counted that stand on the present base."""
    base = joinable = False
    zero_width = spacing = left_out = 0
    for char in text:
        category = unicodedata.category(char)
        if category[0] == "M" and not _LOOKS_EMPTY(char):
            if not base:
                yield _DOTTED_CIRCLE
            base = joinable = True
            zero_width += category != "Mc"
            spacing += category == "Mc"
            if (spacing if category == "Mc" else zero_width) > MARKS_PER_BASE:
                left_out += 1
            else:
                yield char
        elif char in _JOINERS and joinable and not exact:
            yield char
            joinable = False
        else:
            yield from _left_out_marks(left_out)
            zero_width = spacing = left_out = 0
            yield _picture(char, category, exact)
            base = joinable = category != "Zs"
    yield from _left_out_marks(left_out)


def _left_out_marks(count: int) -> Iterator[str]:
    if count:
        yield f"‹+{count} mark{'s' if count > 1 else ''}›"


def _picture(char: str, category: str, exact: bool) -> str:
    if char == " " or (char in _SPACES and not exact):
        return char
    if category[0] in "CZ" or _LOOKS_EMPTY(char):
        return _named(char)
    return char


def _named(char: str) -> str:
    """What stands for a character that is not seen."""
    code = ord(char)
    if char == "\n":
        return "⏎"
    if char == "\t":
        return "⇥"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    return f"‹{code:04X}›"


def _cells(char: str) -> int:
    if unicodedata.category(char) in ("Mn", "Me", "Cf") or _JOINED_JAMO(char):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _builtins(value: object) -> object:
    import msgspec

    return msgspec.to_builtins(value, enc_hook=str)


def _json_escape(match: re.Match[str]) -> str:
    char = match[0]
    if char in _JOINERS or _picture(char, unicodedata.category(char), exact=False) == char:
        return char
    code = ord(char)
    if code > 0xFFFF:
        high, low = divmod(code - 0x10000, 0x400)
        return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"
    return f"\\u{code:04x}"
