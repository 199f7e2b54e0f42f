"""The model before any contact was seen: what each kind of pair looks like, set by hand.

Each kind is told by where it differs from chance. A level that a row does not name gets its part of what the row leaves
over, in proportion to chance. ``detect.fitting`` moves these numbers towards the data, slowly.
"""

from collections.abc import Mapping
from functools import cache

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import GAPS, LEVELS, ORDER, Attribute
from reviewer.domain.model import SILENT, Component, Model

PRIOR_VERSION = "prior-11"
"""Names the tables below; a change of them is a new version."""

_A = Attribute
Row = Mapping[str, float]
Rows = Mapping[Attribute, Row]

_PHONE: dict[str, float] = {
    "near": 4e-4, "own": 2e-5, "unnamed": 2e-5, "ruled personal": 2e-5, "role": 1e-5,
    "shared by 2": 2e-5, "shared by 3": 1e-5, "shared by 4": 1e-5, "shared by 5": 1e-5,
    "shared by 6 to 9": 2e-5, "shared by 10 to 19": 2e-5, "shared by 20 to 99": 5e-5, "shared by 100 or more": 1e-3,
}  # fmt: skip

LEAST = 1e-5
"""What is left to the levels that a row does not name, at least: nothing is impossible."""

CHANCE: Rows = {
    _A.GIVEN: {
        "exact": 0.012, "nickname": 0.004, "slip": 0.0005, "near": 0.006, "part": 0.002, "short": 0.001,
        "initial": 0.004, "swapped": 1e-4, "script": 0.01, "loose": 0.02, "crossed": 0.004,
    },
    _A.SURNAME: {
        "exact": 0.006, "near": 0.003, "part": 0.001, "initial": 0.002, "swapped": 1e-4, "script": 0.01, "loose": 0.015,
        "crossed": 0.004,
    },
    _A.MIDDLE: {"exact": 0.03, "initial": 0.06},
    _A.NAMESAKES: {"rare": 0.05, "unusual": 0.15, "usual": 0.35, "common": 0.30},
    _A.SUFFIX: {"same": 0.5},
    _A.BORN: {
        "exact": 1e-4, "slip": 6e-4, "day-month": 1e-4, "weeks": 0.0015, "year": 0.001, "common": 0.001,
        "generation": 0.001, "two parts": 0.004,
    },
    _A.PHONE: _PHONE,
    _A.EMAIL: _PHONE | {"role": 1e-4, "alike": 4e-4, "similar": 0.001},
    _A.ADDRESS: {
        "exact": 1e-4, "near": 2e-4, "common": 0.001, "unit": 3e-5, "street": 2e-4, "other town": 3e-4, "place": 0.002,
        "postcode": 0.002, "near place": 0.002, "near postcode": 0.003, "town": 0.03,
    },
    _A.ANCHOR: {"equal": 1e-5, "overlap": 1e-5},
    _A.SOCIAL: {"same": 1e-5},
    _A.HANDLE: {"full": 1e-5, "part": 5e-5, "given": 0.01, "same": 1e-5},
    _A.CREATED: {"race": 2e-5},
}  # fmt: skip
"""Two contacts taken by chance. The level that a row leaves out is what most of them are at."""

_SAME: Rows = {
    _A.GIVEN: {
        "exact": 0.74, "nickname": 0.06, "slip": 0.03, "near": 0.04, "part": 0.015, "short": 0.01, "initial": 0.03,
        "swapped": 0.02, "script": 0.01, "loose": 0.015, "crossed": 0.01, "unlike": 0.02,
    },
    _A.SURNAME: {
        "exact": 0.80, "near": 0.07, "part": 0.02, "initial": 0.01, "swapped": 0.02, "script": 0.01, "loose": 0.015,
        "crossed": 0.01, "unlike": 0.045,
    },
    _A.MIDDLE: {"exact": 0.70, "initial": 0.24, "unlike": 0.06},
    _A.NAMESAKES: {"rare": 0.50, "unusual": 0.30, "usual": 0.15, "common": 0.04, "very common": 0.01},
    _A.SUFFIX: {"same": 0.98, "conflict": 0.02},
    _A.BORN: {
        "exact": 0.86, "slip": 0.06, "day-month": 0.02, "weeks": 0.01, "year": 0.01, "common": 0.01,
        "generation": 0.001, "two parts": 0.008, "different": 0.021,
    },
    _A.PHONE: {
        "own": 0.37, "unnamed": 0.08, "near": 0.04,
        "shared by 2": 0.07, "shared by 3": 0.02, "shared by 4": 0.01, "shared by 5": 0.005,
        "shared by 6 to 9": 0.005, "shared by 10 to 19": 0.001, "shared by 20 to 99": 0.001, "ruled personal": 0.05,
        "different": 0.32,
    },
    _A.EMAIL: {
        "own": 0.42, "unnamed": 0.08, "near": 0.05, "alike": 0.03, "similar": 0.02,
        "shared by 2": 0.03, "shared by 3": 0.01,
        "role": 0.005, "ruled personal": 0.05, "different": 0.28,
    },
    _A.ADDRESS: {
        "exact": 0.43, "near": 0.20, "common": 0.02, "unit": 0.01, "street": 0.04, "other town": 0.005, "place": 0.09,
        "postcode": 0.03, "near place": 0.02, "near postcode": 0.005, "town": 0.06, "different": 0.09,
    },
    _A.ANCHOR: {"equal": 0.93, "overlap": 0.02, "disjoint": 0.05},
    _A.SOCIAL: {"same": 0.40, "different": 0.60},
    _A.HANDLE: {"full": 0.001, "part": 0.002, "given": 0.06, "same": 2e-4, "unlike": 0.9368},
    _A.CREATED: {"race": 0.08},
}  # fmt: skip
"""Two records that both name a person compare a display name only where one has no more than the initial of the given
name; one that is not the person's says nothing beside an identifier in common."""

_NOT_COMPARED: Rows = {
    _A.GIVEN: {
        "nickname": 0.29, "slip": 0.15, "near": 0.19, "part": 0.07, "short": 0.05, "initial": 0.15, "swapped": 0.10,
    },
    _A.SURNAME: {"near": 0.70, "part": 0.20, "initial": 0.10},
}  # fmt: skip
"""For kinds of pairs in which one side has no name: what two names seldom are both, so that no pair of full names is
taken for such a pair."""

_ON_A_CHANNEL: Rows = {
    **_SAME,
    **_NOT_COMPARED,
    _A.HANDLE: {"full": 0.50, "part": 0.25, "given": 0.08, "same": 0.03, "unlike": 0.14},
    _A.NAMESAKES: {"rare": 0.362, "unusual": 0.30, "usual": 0.24, "common": 0.09, "very common": 0.008},
}
"""A nameless contact and its person: a kind of its own, for such pairs are few, and chance brings about as many."""

_DISPLAY_NAME: Rows = {
    **_NOT_COMPARED,
    _A.HANDLE: {"full": 0.5, "part": 0.27, "given": 0.05, "same": 0.16},
    _A.NAMESAKES: {"rare": 0.02, "unusual": 0.1, "usual": 0.2, "common": 0.38, "very common": 0.3},
}
"""A nameless contact and somebody whose name it shows by chance: the more have that name, the more often."""

_HOUSEHOLD: Rows = {
    _A.GIVEN: {"exact": 0.01, "nickname": 0.006, "initial": 0.02, "loose": 0.03, "near": 0.006},
    _A.SURNAME: {"exact": 0.75, "near": 0.02, "part": 0.02, "loose": 0.01},
    _A.SUFFIX: {"same": 0.6},
    _A.BORN: {"exact": 0.03, "slip": 0.003, "generation": 0.01, "common": 0.001},
    _A.PHONE: {
        "own": 0.003, "unnamed": 0.008, "shared by 2": 0.42, "shared by 3": 0.08,
        "shared by 4": 0.03, "shared by 5": 0.01,
        "shared by 6 to 9": 0.005, "different": 0.37,
    },
    _A.EMAIL: {"own": 0.002, "unnamed": 0.002, "shared by 2": 0.15, "shared by 3": 0.02},
    _A.ADDRESS: {
        "exact": 0.74, "near": 0.10, "unit": 0.005, "street": 0.005, "place": 0.04, "postcode": 0.01, "town": 0.03,
        "different": 0.07,
    },
    _A.CREATED: {"race": 0.001},
}  # fmt: skip

_FATHER_AND_SON: Rows = {
    _A.NAMESAKES: _SAME[_A.NAMESAKES],  # the name is inherited: that it is rare says nothing
    _A.GIVEN: {"exact": 0.93, "initial": 0.03},
    _A.SURNAME: {"exact": 0.97, "near": 0.01},
    _A.SUFFIX: {"same": 0.05},
    _A.BORN: {"exact": 0.0005, "generation": 0.15, "slip": 0.001},
    _A.PHONE: {"own": 0.45, "shared by 2": 0.05, "shared by 3": 0.01},
    _A.EMAIL: {"own": 0.02},
    _A.ADDRESS: {"exact": 0.80, "near": 0.08, "place": 0.03, "postcode": 0.01, "town": 0.03},
    _A.ANCHOR: {"equal": 0.001},
}  # fmt: skip

_DESK: Rows = {
    _A.PHONE: {
        "shared by 2": 0.03, "shared by 3": 0.06, "shared by 4": 0.09, "shared by 5": 0.12, "shared by 6 to 9": 0.25,
        "shared by 10 to 19": 0.12, "shared by 20 to 99": 0.10, "shared by 100 or more": 0.05,
    },
    _A.EMAIL: {"role": 0.15, "shared by 3": 0.02, "shared by 4": 0.02, "shared by 5": 0.02, "shared by 6 to 9": 0.03},
    _A.ADDRESS: {
        "exact": 0.25, "near": 0.03, "common": 0.10, "unit": 0.03, "place": 0.03, "postcode": 0.02, "town": 0.1,
    },
    _A.CREATED: {"race": 0.001},
}  # fmt: skip

_MAILBOX: Rows = {
    _A.PHONE: {"shared by 5": 0.01, "shared by 6 to 9": 0.02},
    _A.EMAIL: {
        "role": 0.72, "shared by 2": 0.03, "shared by 3": 0.05, "shared by 4": 0.05, "shared by 5": 0.04,
        "shared by 6 to 9": 0.05,
    },
    _A.ADDRESS: {"exact": 0.10, "near": 0.02},
}  # fmt: skip

_RECYCLED: Rows = {
    _A.PHONE: {"own": 0.003, "unnamed": 0.01, "shared by 2": 0.87, "shared by 3": 0.05},
    _A.ADDRESS: {"exact": 0.0005},
}

_COMMON_NAME: Rows = {
    _A.GIVEN: {"exact": 0.86, "nickname": 0.04, "slip": 0.02, "near": 0.02, "initial": 0.02, "swapped": 0.01},
    _A.SURNAME: {"exact": 0.92, "near": 0.04, "part": 0.01},
    _A.NAMESAKES: {"rare": 0.04, "unusual": 0.18, "usual": 0.38, "common": 0.28, "very common": 0.12},
    _A.HANDLE: {"given": 0.02},
    _A.ADDRESS: {"town": 0.15, "postcode": 0.01},
    _A.EMAIL: {"near": 0.004, "alike": 0.01},
}


def _chance(**levels: Row) -> Rows:
    return {Attribute[name.upper()]: row for name, row in levels.items()}


_GIVEN: Row = {"exact": 0.85, "nickname": 0.05, "slip": 0.01, "near": 0.05}
_SURNAME: Row = {"exact": 0.85, "near": 0.10}
_BIRTHDAY: Row = {"exact": 0.95, "common": 0.03}
_NEARLY: Row = {"slip": 0.30, "day-month": 0.05, "weeks": 0.05, "year": 0.05, "generation": 0.05, "two parts": 0.45}
_PLACE: Row = {"place": 0.3, "postcode": 0.1, "near place": 0.05, "town": 0.45}

_KINDS: tuple[tuple[str, PairClass, float, Rows], ...] = (
    ("one person", PairClass.SAME, 0.15, _SAME),
    ("one person on a channel", PairClass.SAME, 0.02, _ON_A_CHANNEL),
    ("one household", PairClass.HOUSEHOLD, 0.05, _HOUSEHOLD),
    ("one desk or switchboard", PairClass.DESK, 0.04, _DESK),
    ("one mailbox for a role", PairClass.DESK, 0.02, _MAILBOX),
    ("one number after the other", PairClass.RECYCLED, 0.015, _RECYCLED),
    ("one name in one family", PairClass.NAMESAKE, 0.012, _FATHER_AND_SON),
    ("one common name", PairClass.NAMESAKE, 0.08, _COMMON_NAME),
    ("one birthday", PairClass.COINCIDENCE, 0.05, _chance(born=_BIRTHDAY)),
    ("one birthday and one given name", PairClass.COINCIDENCE, 0.03, _chance(born=_BIRTHDAY, given=_GIVEN)),
    ("one birthday and one surname", PairClass.COINCIDENCE, 0.02, _chance(born=_BIRTHDAY, surname=_SURNAME)),
    ("one birthday and one place", PairClass.COINCIDENCE, 0.02, _chance(born=_BIRTHDAY, address=_PLACE)),
    ("nearly one birthday", PairClass.COINCIDENCE, 0.03, _chance(born=_NEARLY)),
    ("nearly one birthday and one given name", PairClass.COINCIDENCE, 0.05, _chance(born=_NEARLY, given=_GIVEN)),
    ("nearly one birthday and one surname", PairClass.COINCIDENCE, 0.04, _chance(born=_NEARLY, surname=_SURNAME)),
    ("one surname", PairClass.COINCIDENCE, 0.12, _chance(surname=_SURNAME)),
    ("one given name", PairClass.COINCIDENCE, 0.12, _chance(given=_GIVEN)),
    ("one surname in one place", PairClass.COINCIDENCE, 0.06, _chance(surname=_SURNAME, address=_PLACE)),
    ("one given name in one place", PairClass.COINCIDENCE, 0.06, _chance(given=_GIVEN, address=_PLACE)),
    ("one place", PairClass.COINCIDENCE, 0.02, _chance(address=_PLACE)),
    ("one street", PairClass.COINCIDENCE, 0.03,
     _chance(
         address={"exact": 0.42, "near": 0.1, "common": 0.03, "unit": 0.1, "street": 0.15, "place": 0.1, "town": 0.05}
     )),
    ("numbers that are alike", PairClass.COINCIDENCE, 0.03, _chance(phone={"near": 0.97})),
    ("addresses that are alike", PairClass.COINCIDENCE, 0.02,
     _chance(email={"similar": 0.15, "alike": 0.4, "near": 0.4})),
    ("a display name", PairClass.COINCIDENCE, 0.03, _DISPLAY_NAME),
    ("nothing", PairClass.COINCIDENCE, 0.02, {}),
)  # fmt: skip


@cache
def prior_model() -> Model:
    """The model by hand."""
    whole = sum(share for _, _, share, _ in _KINDS)
    return Model(
        PRIOR_VERSION,
        tuple(
            Component(name, pair_class, share / whole, tuple(_filled(attribute, rows) for attribute in ORDER))
            for name, pair_class, share, rows in _KINDS
        ),
    )


def _filled(attribute: Attribute, rows: Rows) -> tuple[float, ...]:
    """The chance of each level: as the row says, and the rest as chance would have it."""
    chance = _row(attribute, CHANCE[attribute])
    row = rows.get(attribute)
    if row is None:
        return chance
    names = [level.name for level in LEVELS[attribute]]
    left = max(1.0 - sum(row.values()), LEAST)
    others = sum(chance[code] for code, name in enumerate(names) if code >= GAPS and name not in row)
    found = [row[name] if name in row else left * chance[code] / (others or 1.0) for code, name in enumerate(names)]
    whole = sum(found[GAPS:])
    return tuple(1.0 if code < GAPS else share / whole for code, share in enumerate(found))


def _row(attribute: Attribute, row: Row) -> tuple[float, ...]:
    """All levels of a row of chance; the levels that it does not name share what is left.

    Those that say nothing get next to none of it: what is taken away from *different* would speak for two persons.
    """
    silent = {level.name: LEAST for level in LEVELS[attribute][GAPS:] if (attribute, level.code) in SILENT}
    row = silent | dict(row)
    unnamed = [level.name for level in LEVELS[attribute][GAPS:] if level.name not in row]
    left = (1.0 - sum(row.values())) / max(1, len(unnamed))
    return tuple(1.0 if level.code < GAPS else row.get(level.name, left) for level in LEVELS[attribute])
