"""Comparison levels as data: how alike two contacts are in one attribute, and how it is said.

Evidence that grows weaker with the number of people (a phone, a full name) is graded by how many hold it, counted, not
by a share of the set, so that a level means the same on a hundred contacts and on a million. What a level weighs is
the model's matter.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from math import log2
from types import MappingProxyType
from typing import NamedTuple

from reviewer.domain.rulings import RulingKind


class Attribute(StrEnum):
    """What is compared, in the order of the waterfall and of the bytes that ``pack`` makes."""

    GIVEN = "given name"
    SURNAME = "surname"
    MIDDLE = "middle name"
    NAMESAKES = "namesakes"
    SUFFIX = "suffix"
    BORN = "date of birth"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    ANCHOR = "anchor"
    SOCIAL = "social id"
    HANDLE = "handle"
    CREATED = "created"


class Relation(StrEnum):
    """How two values stand to each other; each has a glyph and a word, so that colour is never alone."""

    EQUAL = "equal"
    CLOSE = "close"
    DIFFERENT = "different"
    ONE_SIDED = "one-sided"
    MISSING = "missing"

    @property
    def glyph(self) -> str:
        """One cell that stands for the relation; a blank where both sides are empty."""
        return _GLYPHS[self]


_GLYPHS = dict(zip(Relation, "=≈≠+ ", strict=True))


class Level(NamedTuple):
    """One level of one attribute; ``sentence`` is what a steward reads."""

    code: int
    name: str
    relation: Relation
    sentence: str


class Bar(NamedTuple):
    """One bar of the waterfall: what taking in ``attribute`` changes, in bits."""

    attribute: Attribute
    weight: float
    sentence: str


GAPS = 2
"""The first levels of each attribute: missing on both sides, and on one."""

PEOPLE = (
    (2, 2, "2"),
    (3, 3, "3"),
    (4, 4, "4"),
    (5, 5, "5"),
    (6, 9, "6 to 9"),
    (10, 19, "10 to 19"),
    (20, 99, "20 to 99"),
    (100, 10**9, "100 or more"),
)
"""Grades of an identifier by how many people hold it: (from, to, in words)."""

_EQ, _CL, _DI = Relation.EQUAL, Relation.CLOSE, Relation.DIFFERENT
_Row = tuple[str, Relation, str]


def _with_gaps(what: str, *rows: _Row) -> tuple[Level, ...]:
    """The levels of an attribute: nothing on either side, a value on one side only, then ``rows``."""
    gaps: tuple[_Row, ...] = (
        ("missing", Relation.MISSING, f"no {what} on either side"),
        ("one-sided", Relation.ONE_SIDED, f"{what} on one side only"),
    )
    return tuple(Level(code, *row) for code, row in enumerate(gaps + rows))


def _identifier(what: str, *near: _Row) -> tuple[Level, ...]:
    """The levels of an identifier that may be shared: graded by people, and by what stewards ruled."""
    ruled = tuple(
        (f"ruled {kind.value}", _EQ, f"same {what}, ruled {_RULED[kind]}")
        for kind in RulingKind
        if kind is not RulingKind.PERSONAL
    )
    graded = tuple((f"shared by {words}", _EQ, f"same {what}, shared by {words} people") for _, _, words in PEOPLE)
    return _with_gaps(
        what,
        ("different", _DI, f"different {what}s"),
        *near,
        ("own", _EQ, f"same {what}, held by nobody else"),
        ("unnamed", _EQ, f"same {what}, but who uses it is not told by a name on both sides"),
        ("ruled personal", _EQ, f"same {what}, ruled personal"),
        ("role", _EQ, f"same {what}, by its name for a role, not for a person"),
        *ruled,
        *graded,
    )


_RULED = {
    RulingKind.HOUSEHOLD: "shared by a household",
    RulingKind.DESK: "shared by a desk",
    RulingKind.ROLE_MAILBOX: "a role mailbox",
    RulingKind.SWITCHBOARD: "a switchboard",
    RulingKind.RECYCLED: "recycled",
}

LEVELS: Mapping[Attribute, tuple[Level, ...]] = MappingProxyType(
    {
        Attribute.GIVEN: _with_gaps(
            "given name",
            ("exact", _EQ, "same given name"),
            ("nickname", _CL, "given names are forms of one name"),
            ("slip", _CL, "given names differ by a slip: one of them is found nowhere else"),
            ("near", _CL, "given names differ by very little"),
            ("part", _CL, "one given name is part of the other"),
            ("short", _CL, "one given name seems to be short for the other"),
            ("initial", _CL, "an initial that fits the given name"),
            ("swapped", _CL, "given name and surname are swapped"),
            ("script", _CL, "given names in two scripts, which cannot be held against each other"),
            ("loose", _CL, "given names are loosely alike"),
            ("crossed", _CL, "a name that is the given name of one and the surname of the other"),
            ("unlike", _DI, "different given names"),
        ),
        Attribute.SURNAME: _with_gaps(
            "surname",
            ("exact", _EQ, "same surname"),
            ("near", _CL, "surnames differ by a slip"),
            ("part", _CL, "one surname is part of the other"),
            ("initial", _CL, "an initial that fits the surname"),
            ("swapped", _CL, "surname and given name are swapped"),
            ("script", _CL, "surnames in two scripts, which cannot be held against each other"),
            ("loose", _CL, "surnames are loosely alike"),
            ("crossed", _CL, "a name that is the surname of one and the given name of the other"),
            ("unlike", _DI, "different surnames"),
        ),
        Attribute.MIDDLE: _with_gaps(
            "middle name",
            ("exact", _EQ, "same middle name"),
            ("initial", _CL, "a middle initial that fits"),
            ("unlike", _DI, "different middle names"),
        ),
        Attribute.NAMESAKES: _with_gaps(
            "full name",
            ("rare", _EQ, "a full name that chance would hardly give to two contacts here"),
            ("unusual", _EQ, "a full name that chance would seldom give to two contacts here"),
            ("usual", _EQ, "a full name that another contact here may well have by chance"),
            ("common", _EQ, "a common full name: a few contacts here have it by chance"),
            ("very common", _EQ, "a very common full name: many contacts here have it by chance"),
        ),
        Attribute.SUFFIX: _with_gaps(
            "suffix (Jr, Sr)",
            ("same", _EQ, "same suffix"),
            ("conflict", _DI, "suffixes of two generations (Jr, Sr)"),
        ),
        Attribute.BORN: _with_gaps(
            "date of birth",
            ("exact", _EQ, "same date of birth"),
            ("slip", _CL, "dates of birth differ by one slip"),
            ("day-month", _CL, "day and month of birth are swapped"),
            ("weeks", _CL, "dates of birth at most a month apart"),
            ("year", _CL, "same year of birth, one date is not known in full"),
            ("common", _EQ, "same date of birth, one that suspiciously many contacts here have"),
            ("two parts", _DI, "two of day, month and year of birth are the same, the third is not"),
            ("generation", _DI, "dates of birth a generation apart: perhaps parent and child"),
            ("different", _DI, "different dates of birth"),
        ),
        Attribute.PHONE: _identifier(
            "phone",
            ("near", _CL, "phones differ by one digit, or one is the local part of the other"),
        ),
        Attribute.EMAIL: _identifier(
            "email",
            ("similar", _CL, "emails differ by slips on both sides of the @"),
            ("alike", _CL, "same first part of the email, at another provider"),
            ("near", _CL, "emails differ by a slip"),
        ),
        Attribute.ADDRESS: _with_gaps(
            "address",
            ("exact", _EQ, "same address"),
            ("near", _CL, "addresses differ by a slip"),
            ("common", _EQ, "same address, one that suspiciously many contacts here have"),
            ("unit", _CL, "same house, but another flat"),
            ("street", _CL, "another house in the same street"),
            ("other town", _CL, "same house number and street, but in another place"),
            ("place", _CL, "same postcode and town"),
            ("postcode", _CL, "same postcode"),
            ("near place", _CL, "same town, postcodes differ by a slip"),
            ("near postcode", _CL, "postcodes differ by a slip"),
            ("town", _CL, "same town"),
            ("different", _DI, "different addresses"),
        ),
        Attribute.ANCHOR: _with_gaps(
            "anchor",
            ("equal", _EQ, "same anchor in the system of record"),
            ("overlap", _CL, "some anchors are the same, others are not"),
            ("disjoint", _DI, "different anchors in the system of record"),
        ),
        Attribute.SOCIAL: _with_gaps(
            "social id",
            ("same", _EQ, "same social id"),
            ("different", _DI, "different accounts on the same channel"),
        ),
        Attribute.HANDLE: _with_gaps(
            "display name",
            ("full", _EQ, "the display name is the person's full name"),
            ("part", _CL, "the display name is made of parts of the person's name"),
            ("given", _CL, "the display name is the person's given name"),
            ("same", _EQ, "same display name"),
            ("unlike", _DI, "the display name does not resemble the person's name"),
        ),
        Attribute.CREATED: _with_gaps(
            "time of creation",
            ("race", _CL, "created within seconds of each other"),
            ("apart", _DI, "created at different times"),
        ),
    }
)
"""Every level of every attribute; a level's place in its tuple is its code."""

ORDER = tuple(Attribute)


@cache
def level(attribute: Attribute, name: str) -> Level:
    """The level of that name. Raises ``KeyError`` if the attribute has none."""
    for candidate in LEVELS[attribute]:
        if candidate.name == name:
            return candidate
    raise KeyError(f"{attribute} has no level {name!r}")


def pack(codes: Sequence[int]) -> bytes:
    """One byte for each attribute. Raises ``ValueError`` unless there is one code for each, each known."""
    if len(codes) != len(ORDER):
        raise ValueError(f"{len(ORDER)} codes are needed, {len(codes)} were given")
    for attribute, code in zip(ORDER, codes, strict=True):
        if not 0 <= code < len(LEVELS[attribute]):
            raise ValueError(f"{attribute} has no level {code}")
    return bytes(codes)


def unpack(blob: bytes) -> dict[Attribute, Level]:
    """The level of each attribute, in the order of the waterfall. Raises ``ValueError`` as ``pack``."""
    pack(blob)
    return {attribute: LEVELS[attribute][code] for attribute, code in zip(ORDER, blob, strict=True)}


LARGEST = 60.0
"""Match weights end at plus and minus this: beyond it a probability cannot be told from 0 or 1."""


def probability(weight: float) -> float:
    """The probability that belongs to a match weight."""
    if weight > LARGEST:
        return 1.0
    odds: float = 2.0**weight
    return odds / (1.0 + odds)


def weight_of(chance: float) -> float:
    """The match weight that belongs to a probability; probabilities of 0 and 1 give the smallest and the largest."""
    if chance <= 0.0:
        return -LARGEST
    return LARGEST if chance >= 1.0 else log2(chance / (1.0 - chance))
