"""The level of two addresses, from how their street lines, postcodes and towns stand to each other."""

import numpy as np

from reviewer.detect import likeness, sieve
from reviewer.detect.columns import Columns, Flags, Ints
from reviewer.detect.level_columns import Levels, by_name, relations
from reviewer.domain.levels import Attribute

COMMON_STREET = 20
"""Contacts with a street line (or one in 500, if that is more) over which it says little."""

_STREETS = ("different", "other number", "other unit", "near")
_PLACES = ("different", "near")
_DIFFERENT = 2
_OTHER_NUMBER, _OTHER_UNIT, _NEAR_STREET, _ONE_STREET = 3, 4, 5, 6
_NEAR_PLACE, _ONE_PLACE = 3, 4


def common_streets(columns: Columns) -> Flags:
    """For each street line whether suspiciously many contacts have it: a tower, a firm, what a form was filled with."""
    holders = np.bincount(columns.street, minlength=len(columns.streets))
    found: Flags = holders > max(COMMON_STREET, len(columns) // 500)
    return found


def address_levels(columns: Columns, common: Flags, a: Ints, b: Ints) -> Levels:
    """The level of the addresses of each pair of places; ``common`` is what ``common_streets`` says.

    Street lines are held against each other first; if they cannot be, or differ, the place is what is left.
    """
    street = relations(
        columns.streets, columns.street[a], columns.street[b], likeness.street_levels, sieve.streets, _STREETS
    )
    code, town = (
        relations(words, codes[a], codes[b], likeness.place_levels, sieve.places, _PLACES)
        for words, codes in ((columns.postcodes, columns.postcode), (columns.cities, columns.city))
    )
    here = (code >= _NEAR_PLACE) | (town >= _NEAR_PLACE)
    elsewhere = ~here & ((code == _DIFFERENT) | (town == _DIFFERENT))
    compared = (street >= _DIFFERENT) | (code >= _DIFFERENT) | (town >= _DIFFERENT)
    seen = [(columns.street[x] > 0) | (columns.postcode[x] > 0) | (columns.city[x] > 0) for x in (a, b)]
    names = np.select(
        [
            (street == _ONE_STREET) & ~elsewhere & common[columns.street[a]],
            (street == _ONE_STREET) & ~elsewhere,
            (street == _NEAR_STREET) & ~elsewhere,
            (street == _OTHER_UNIT) & ~elsewhere,
            (street >= _NEAR_STREET) & elsewhere,
            (street == _OTHER_NUMBER) & here,
            (code == _ONE_PLACE) & (town >= _NEAR_PLACE),
            code == _ONE_PLACE,
            (code == _NEAR_PLACE) & (town >= _NEAR_PLACE),
            town >= _NEAR_PLACE,
            code == _NEAR_PLACE,
            compared,
            seen[0] | seen[1],
        ],
        [
            "common", "exact", "near", "unit", "other town", "street", "place", "postcode", "near place", "town",
            "near postcode", "different", "one-sided",
        ],
        "missing",
    )  # fmt: skip
    return by_name(Attribute.ADDRESS, names)
