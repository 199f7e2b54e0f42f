"""The one evaluator of comparison levels: any pairs of contacts, whole columns at a time."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reviewer.detect import likeness
from reviewer.detect.columns import Columns, Flags, Ints, Several
from reviewer.detect.handles import Handles
from reviewer.detect.holders import Naming, common_values, sharing_of
from reviewer.detect.level_columns import (
    Levels,
    by_name,
    code,
    coded,
    identifier_levels,
    relations,
    text_levels,
    with_gaps,
)
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.names import is_known, suffixes_conflict
from reviewer.domain.rulings import Ruling

RACE_SECONDS = 10
"""Two creations at most this far apart may be one event that made two contacts."""

RACE_CROWD = 6
"""With more contacts than this created around the same moment it was an import, which proves nothing."""

ESTABLISHED = 3
"""Contacts with a given name from which it is a name and no slip, besides those that the nicknames package lists."""

COMMON_DATE = 10
"""Contacts with a date of birth (or one in 500, if that is more) over which it looks like a default of some form."""

NAMESAKE_GRADES = ((0.0, "rare"), (0.01, "unusual"), (0.1, "usual"), (1.0, "common"), (6.0, "very common"))
"""Grades of a full name by how many contacts are expected to have it by chance (from, level)."""

_MISSING, _ONE_SIDED = 0, 1


class Evaluator:
    """Compares pairs of the contacts in ``columns``, with the rulings that are in force.

    What depends on the whole set (who else holds a phone, how many have a name) is counted once, here; so a pair
    gets the same levels whether it is scored alone or among millions.
    """

    def __init__(self, columns: Columns, rulings: Sequence[Ruling] = ()) -> None:
        self._columns = columns
        self._full_names = columns.given.astype(np.int64) * len(columns.names) + columns.surname
        self._full_name_holders = _occurrences(self._full_names)
        self._given_holders = _occurrences(columns.given)
        names = columns.names.values
        self._established = np.bincount(columns.given, minlength=len(names)) >= ESTABLISHED
        self._established |= np.array([is_known(name) for name in names], dtype=np.bool_)
        born = np.bincount(columns.born, minlength=len(columns.dates))
        self._common_dates = born > max(COMMON_DATE, len(columns) // 500)
        self._surname_holders = _occurrences(columns.surname)
        self._handles = Handles(columns)
        self._moments = np.sort(columns.created[columns.created > 0])
        telling = np.array([len(name) > 1 for name in names], dtype=np.bool_)[columns.given]
        self.telling = telling
        """Contacts that name a person, with more than an initial."""
        naming = Naming(telling, self._full_names, self._agree)
        self.phones = sharing_of(columns.phones, naming, rulings, ("Phone", "SocialWhatsapp"))
        self.emails = sharing_of(columns.emails, naming, rulings, ("Email",))

    def levels(self, a: Ints, b: Ints) -> Levels:
        """A row of codes for each pair of places, a column for each attribute in the order of the waterfall."""
        found = np.zeros((len(a), len(ORDER)), dtype=np.uint8)
        given, surname = self._names(a, b)
        handle = self._handles.levels(a, b)
        columns = self._columns
        by_attribute = {
            Attribute.GIVEN: given,
            Attribute.SURNAME: surname,
            Attribute.MIDDLE: text_levels(
                Attribute.MIDDLE, columns.names, columns.middle[a], columns.middle[b], likeness.middle_levels
            ),
            Attribute.NAMESAKES: self._namesake_levels(a, b, given, surname, handle),
            Attribute.SUFFIX: self._suffixes(a, b),
            Attribute.BORN: self._born(a, b),
            Attribute.PHONE: identifier_levels(
                Attribute.PHONE, columns.phones, self.phones, a, b, likeness.phone_levels
            ),
            Attribute.EMAIL: identifier_levels(
                Attribute.EMAIL, columns.emails, self.emails, a, b, likeness.email_levels
            ),
            Attribute.ADDRESS: self._addresses(a, b),
            Attribute.ANCHOR: self._anchors(a, b),
            Attribute.SOCIAL: self._socials(a, b),
            Attribute.HANDLE: handle,
            Attribute.CREATED: self._created(a, b),
        }
        for place, attribute in enumerate(ORDER):
            found[:, place] = by_attribute[attribute]
        return found

    def _names(self, a: Ints, b: Ints) -> tuple[Levels, Levels]:
        """Levels of given name and surname; where the two are swapped, both say so."""
        columns = self._columns
        names = columns.names
        given = text_levels(Attribute.GIVEN, names, columns.given[a], columns.given[b], likeness.given_levels)
        surname = text_levels(Attribute.SURNAME, names, columns.surname[a], columns.surname[b], likeness.surname_levels)
        swapped = self._swapped(a, b, given, surname)
        given[self._is_plain_slip(a, b, given)] = code(Attribute.GIVEN, "slip")
        given[swapped] = code(Attribute.GIVEN, "swapped")
        surname[swapped] = code(Attribute.SURNAME, "swapped")
        return given, surname

    def _is_plain_slip(self, a: Ints, b: Ints, given: Levels) -> Flags:
        """Given names that differ by little, one of them established, the other found nowhere else."""
        first, second = self._columns.given[a], self._columns.given[b]
        near = given == code(Attribute.GIVEN, "near")
        established, unheard = self._established, self._given_holders <= 1
        found: Flags = near & ((established[first] & unheard[b]) | (established[second] & unheard[a]))
        return found

    def _swapped(self, a: Ints, b: Ints, given: Levels, surname: Levels) -> Ints:
        """Which pairs agree, but for a slip, if given name and surname of one side change places."""
        names, columns = self._columns.names, self._columns
        unlike = np.isin(given, coded(Attribute.GIVEN, ("loose", "unlike")))
        where = np.flatnonzero(unlike & np.isin(surname, coded(Attribute.SURNAME, ("loose", "unlike"))))
        first, second = a[where], b[where]
        agreeing = coded(Attribute.SURNAME, ("exact", "near"))
        crossed = np.ones(len(where), dtype=np.bool_)
        for mine, theirs in ((columns.given, columns.surname), (columns.surname, columns.given)):
            found = text_levels(Attribute.SURNAME, names, mine[first], theirs[second], likeness.surname_levels)
            crossed &= np.isin(found, agreeing)
        return where[crossed]

    def _agree(self, a: Ints, b: Ints) -> Flags:
        """Whether two contacts may bear one person's name, by names alone."""
        given, surname = self._names(a, b)
        other_given = np.isin(given, coded(Attribute.GIVEN, ("unlike", "loose")))
        agree: Flags = ~other_given & (surname != code(Attribute.SURNAME, "unlike"))
        return agree

    def _namesake_levels(self, a: Ints, b: Ints, given: Levels, surname: Levels, handle: Levels) -> Levels:
        """How many others could be meant: by the full name of both, or by what one shows of the other's."""
        agreeing = np.isin(
            given, coded(Attribute.GIVEN, ("exact", "nickname", "slip", "near", "short", "swapped"))
        ) & np.isin(surname, coded(Attribute.SURNAME, ("exact", "near", "swapped")))
        codes = coded(Attribute.NAMESAKES, (name for _, name in NAMESAKE_GRADES))
        found = np.where(agreeing, codes[_grades(self._expected_namesakes(a, b))], _MISSING).astype(np.uint8)
        shown = np.flatnonzero(np.isin(handle, coded(Attribute.HANDLE, ("full", "part", "same"))))
        found[shown] = codes[_grades(self._handles.others(a[shown], b[shown]))]
        return found

    def _expected_namesakes(self, a: Ints, b: Ints) -> NDArray[np.float64]:
        """How many contacts chance alone would give the pair's full name.

        What given name and surname would have if they were independent, or a quarter of the other contacts that do
        have it, if that is more: names go together, but duplicates must not make a name common. The pair itself does
        not count, which matters where there are few contacts.
        """
        given, surname, others = (
            np.maximum(np.maximum(holders[a], holders[b]) - 2, 0).astype(np.float64)
            for holders in (self._given_holders, self._surname_holders, self._full_name_holders)
        )
        expected: NDArray[np.float64] = np.maximum(given * surname / max(len(self._columns), 1), others / 4)
        return expected

    def _suffixes(self, a: Ints, b: Ints) -> Levels:
        def compare(first: Sequence[str], second: Sequence[str]) -> list[str]:
            pairs = zip(first, second, strict=True)
            return ["conflict" if suffixes_conflict(x, y) else "same" for x, y in pairs]

        suffix, words = self._columns.suffix, self._columns.suffixes
        return text_levels(Attribute.SUFFIX, words, suffix[a], suffix[b], compare, equal="same")

    def _born(self, a: Ints, b: Ints) -> Levels:
        born, dates = self._columns.born, self._columns.dates
        found = text_levels(Attribute.BORN, dates, born[a], born[b], likeness.born_levels)
        exact = found == code(Attribute.BORN, "exact")
        only_year = np.array([len(text) == 4 for text in dates.values], dtype=np.bool_)
        found[exact & only_year[born[a]]] = code(Attribute.BORN, "year")
        found[exact & self._common_dates[born[a]]] = code(Attribute.BORN, "common")
        return found

    def _addresses(self, a: Ints, b: Ints) -> Levels:
        columns = self._columns
        street = relations(columns.streets, columns.street[a], columns.street[b], likeness.street_levels)
        code = relations(columns.postcodes, columns.postcode[a], columns.postcode[b], likeness.place_levels)
        town = relations(columns.cities, columns.city[a], columns.city[b], likeness.place_levels)
        same_place = (code >= 3) | (town >= 3)
        elsewhere = ~same_place & ((code == 2) | (town == 2))
        name = np.full(len(a), "missing", dtype="<U10")
        seen_a = (columns.street[a] > 0) | (columns.postcode[a] > 0) | (columns.city[a] > 0)
        seen_b = (columns.street[b] > 0) | (columns.postcode[b] > 0) | (columns.city[b] > 0)
        name[seen_a != seen_b] = "one-sided"
        name[(street == 2) | elsewhere] = "different"
        name[(town >= 3) & (street < 3)] = "town"
        name[(code == 4) & (street < 3)] = "postcode"
        name[(street == 3) & ~elsewhere] = "near"
        name[(street == 4) & ~elsewhere] = "exact"
        return by_name(Attribute.ADDRESS, name)

    def _anchors(self, a: Ints, b: Ints) -> Levels:
        anchors = self._columns.anchors
        common = np.bincount(common_values(anchors, a, b)[0], minlength=len(a))
        first, second = anchors.counts[a], anchors.counts[b]
        found = np.full(len(a), code(Attribute.ANCHOR, "overlap"), dtype=np.uint8)
        found[(common == first) & (common == second)] = code(Attribute.ANCHOR, "equal")
        found[common == 0] = code(Attribute.ANCHOR, "disjoint")
        return with_gaps(found, first, second)

    def _socials(self, a: Ints, b: Ints) -> Levels:
        socials = self._columns.socials
        common = np.bincount(common_values(socials, a, b)[0], minlength=len(a))
        found = np.where(
            common > 0,
            code(Attribute.SOCIAL, "same"),
            np.where(self._same_channel(a, b), code(Attribute.SOCIAL, "different"), _ONE_SIDED),
        ).astype(np.uint8)
        return with_gaps(found, socials.counts[a], socials.counts[b])

    def _same_channel(self, a: Ints, b: Ints) -> Flags:
        socials = self._columns.socials
        channels: dict[str, int] = {}
        kinds = [channels.setdefault(text.partition(":")[0], len(channels)) for text in socials.vocabulary.values]
        by_channel = Several(socials.starts, np.array(kinds, dtype=np.int32)[socials.codes], socials.vocabulary)
        return np.bincount(common_values(by_channel, a, b)[0], minlength=len(a)) > 0

    def _created(self, a: Ints, b: Ints) -> Levels:
        first, second = self._columns.created[a], self._columns.created[b]
        earlier, later = np.minimum(first, second), np.maximum(first, second)
        crowd = np.searchsorted(self._moments, later + RACE_SECONDS, side="right") - np.searchsorted(
            self._moments, earlier - RACE_SECONDS, side="left"
        )
        race = (later - earlier <= RACE_SECONDS) & (crowd <= RACE_CROWD)
        found = np.where(race, code(Attribute.CREATED, "race"), code(Attribute.CREATED, "apart")).astype(np.uint8)
        return with_gaps(found, first, second)


def _grades(chance: NDArray[np.float64]) -> NDArray[np.intp]:
    """The place in ``NAMESAKE_GRADES`` of each number of contacts."""
    return np.searchsorted([low for low, _ in NAMESAKE_GRADES], chance, side="right") - 1


def _occurrences(codes: NDArray[np.integer]) -> Ints:
    """How often each element's value occurs."""
    _, back, counts = np.unique(codes, return_inverse=True, return_counts=True)
    found: Ints = counts[back].astype(np.int64)
    return found
