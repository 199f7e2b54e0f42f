"""The one evaluator of comparison levels: any pairs of contacts, whole columns at a time."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from reviewer.detect import likeness, sieve
from reviewer.detect.address_levels import address_levels, common_streets
from reviewer.detect.columns import Columns, Flags, Ints, Several
from reviewer.detect.handles import Handles
from reviewer.detect.holders import Counts, Naming, common_values, sharing_of
from reviewer.detect.level_columns import (
    Levels,
    code,
    coded,
    identifier_levels,
    text_levels,
    value_levels,
    with_gaps,
)
from reviewer.detect.sorting import occurrences
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.names import GUESSED, is_known, suffixes_conflict
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


def may_be_races(moments: Ints, at: Ints) -> Flags:
    """At which times a creation could be one of a race: few of all ``moments`` of creation, sorted, are around it."""
    crowd = np.searchsorted(moments, at + RACE_SECONDS, side="right") - np.searchsorted(moments, at - RACE_SECONDS)
    found: Flags = crowd <= RACE_CROWD
    return found


class Counted(NamedTuple):
    """What an earlier evaluator counted of phones and emails, where most of it still holds."""

    phones: Counts | None = None
    emails: Counts | None = None


class Evaluator:
    """Compares pairs of the contacts in ``columns``, with the rulings that are in force.

    What depends on the whole set (who else holds a phone, how many have a name) is counted once, here; so a pair
    gets the same levels whether it is scored alone or among millions.
    """

    def __init__(self, columns: Columns, rulings: Sequence[Ruling] = (), counted: "Counted | None" = None) -> None:
        self._columns = columns
        self._full_names = columns.given.astype(np.int64) * len(columns.names) + columns.surname
        self._full_name_holders = occurrences(self._full_names)
        self._given_holders = occurrences(columns.given)
        self._established = np.bincount(columns.given, minlength=len(columns.names)) >= ESTABLISHED
        self._established |= columns.names.flagged("known", is_known)
        born = np.bincount(columns.born, minlength=len(columns.dates))
        self._common_dates = born > max(COMMON_DATE, len(columns) // 500)
        self._common_streets = common_streets(columns)
        self._surname_holders = occurrences(columns.surname)
        self._handles = Handles(columns)
        self._moments = np.sort(columns.created[columns.created > 0])
        telling = columns.names.flagged("no initial", lambda name: len(name) > 1)[columns.given]
        self.telling = telling
        """Contacts that name a person, with more than an initial."""
        naming = Naming(telling, self._full_names, self._agree)
        counted = counted or Counted()
        self.phones = sharing_of(columns.phones, naming, rulings, ("Phone", "SocialWhatsapp"), counted.phones)
        self.emails = sharing_of(columns.emails, naming, rulings, ("Email",), counted.emails)
        self.held_phones = value_levels(Attribute.PHONE, self.phones)
        self.held_emails = value_levels(Attribute.EMAIL, self.emails)

    @property
    def standing(self) -> NDArray[np.uint8]:
        """For each contact what counts in ``levels`` of how many others share its given name, its date of birth
        and its street line.

        With ``held_phones``, ``held_emails``, the times of creation and ``namesakes`` this is all in which the levels
        of a pair rest on other contacts.
        """
        columns = self._columns
        established = self._established[columns.given].astype(np.uint8)
        unheard, common = self._given_holders <= 1, self._common_dates[columns.born]
        found: NDArray[np.uint8] = established + 2 * unheard.astype(np.uint8) + 4 * common.astype(np.uint8)
        found += 8 * self._common_streets[columns.street].astype(np.uint8)
        return found

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
                Attribute.MIDDLE,
                columns.names,
                columns.middle[a],
                columns.middle[b],
                likeness.middle_levels,
                sieve.given_names,
            ),
            Attribute.NAMESAKES: self.namesakes(a, b, given, surname, handle),
            Attribute.SUFFIX: self._suffixes(a, b),
            Attribute.BORN: self._born(a, b),
            Attribute.PHONE: identifier_levels(
                Attribute.PHONE, columns.phones, self.held_phones, a, b, likeness.phone_levels, sieve.phones
            ),
            Attribute.EMAIL: identifier_levels(
                Attribute.EMAIL, columns.emails, self.held_emails, a, b, likeness.email_levels, sieve.emails
            ),
            Attribute.ADDRESS: address_levels(columns, self._common_streets, a, b),
            Attribute.ANCHOR: self._anchors(a, b),
            Attribute.SOCIAL: self._socials(a, b),
            Attribute.HANDLE: handle,
            Attribute.CREATED: self._created(a, b),
        }
        for attribute in (Attribute.PHONE, Attribute.EMAIL):
            self._mark_unnamed(attribute, by_attribute[attribute], given)
        for place, attribute in enumerate(ORDER):
            found[:, place] = by_attribute[attribute]
        return found

    @staticmethod
    def _mark_unnamed(attribute: Attribute, held: Levels, given: Levels) -> None:
        """Tell where an identifier seems to be one person's only since no two names can be held against each other."""
        untold = np.isin(given, coded(Attribute.GIVEN, ("missing", "one-sided", "script")))
        held[untold & (held == code(attribute, "own"))] = code(attribute, "unnamed")

    def _names(self, a: Ints, b: Ints) -> tuple[Levels, Levels]:
        """Levels of given name and surname; where the two are swapped, both say so."""
        columns = self._columns
        names = columns.names
        given = text_levels(
            Attribute.GIVEN, names, columns.given[a], columns.given[b], likeness.given_levels, sieve.given_names
        )
        surname = text_levels(
            Attribute.SURNAME, names, columns.surname[a], columns.surname[b], likeness.surname_levels, sieve.surnames
        )
        swapped, crossed = self._in_each_other_s_place(a, b, given, surname)
        given[self._is_plain_slip(a, b, given)] = code(Attribute.GIVEN, "slip")
        for name, places in (("swapped", swapped), ("crossed", crossed)):
            given[places] = code(Attribute.GIVEN, name)
            surname[places] = code(Attribute.SURNAME, name)
        return given, surname

    def _is_plain_slip(self, a: Ints, b: Ints, given: Levels) -> Flags:
        """Given names that differ by little, one of them established, the other found nowhere else.

        Of a name whose letters are a guess, that they are found nowhere else says nothing.
        """
        first, second = self._columns.given[a], self._columns.given[b]
        guessed = self._columns.names.flagged("guessed", lambda name: name.startswith(GUESSED))
        near = (given == code(Attribute.GIVEN, "near")) & ~guessed[first] & ~guessed[second]
        established, unheard = self._established, self._given_holders <= 1
        found: Flags = near & ((established[first] & unheard[b]) | (established[second] & unheard[a]))
        return found

    def _in_each_other_s_place(self, a: Ints, b: Ints, given: Levels, surname: Levels) -> tuple[Ints, Ints]:
        """Which pairs agree, but for a slip, if given name and surname of one side change places.

        First those that do so in both names, then those that do in one where the other is not known of both.
        """
        names, columns = self._columns.names, self._columns
        nothing = np.isin(given, coded(Attribute.GIVEN, ("missing", "one-sided", "script", "loose", "unlike")))
        nothing &= np.isin(surname, coded(Attribute.SURNAME, ("missing", "one-sided", "script", "loose", "unlike")))
        where = np.flatnonzero(nothing)
        first, second = a[where], b[where]
        one, other = (
            text_levels(Attribute.SURNAME, names, mine[first], theirs[second], likeness.surname_levels, sieve.surnames)
            for mine, theirs in ((columns.given, columns.surname), (columns.surname, columns.given))
        )
        agreeing = coded(Attribute.SURNAME, ("exact", "near"))
        unknown = coded(Attribute.SURNAME, ("missing", "one-sided"))
        both = (np.isin(one, agreeing) & np.isin(other, agreeing)) | self._same_words(first, second)
        either = (np.isin(one, agreeing) & np.isin(other, unknown)) | (np.isin(other, agreeing) & np.isin(one, unknown))
        return where[both], where[either]

    def _same_words(self, a: Ints, b: Ints) -> Flags:
        """Which pairs have the same words in their names, parted elsewhere: Nguyen / Van An, An / Nguyen Van."""
        columns, values = self._columns, self._columns.names.values
        several = columns.names.flagged("several words", lambda name: " " in name)
        found = np.zeros(len(a), dtype=np.bool_)
        wordy = several[columns.given] | several[columns.surname]
        for place in np.flatnonzero(wordy[a] & wordy[b]).tolist():
            first, second = (
                sorted(f"{values[columns.given[one]]} {values[columns.surname[one]]}".split())
                for one in (a[place], b[place])
            )
            found[place] = first == second
        return found

    def _agree(self, a: Ints, b: Ints) -> Flags:
        """Whether two contacts may bear one person's name, by names alone."""
        given, surname = self._names(a, b)
        other_given = np.isin(given, coded(Attribute.GIVEN, ("unlike", "loose")))
        agree: Flags = ~other_given & (surname != code(Attribute.SURNAME, "unlike"))
        return agree

    def namesakes(self, a: Ints, b: Ints, given: Levels, surname: Levels, handle: Levels) -> Levels:
        """How many others could be meant: by the full name of both, or by what one shows of the other's.

        From the levels of given name, surname and handle.
        """
        agreeing = np.isin(
            given, coded(Attribute.GIVEN, ("exact", "nickname", "slip", "near", "short", "swapped"))
        ) & np.isin(surname, coded(Attribute.SURNAME, ("exact", "near", "swapped")))
        codes = coded(Attribute.NAMESAKES, (name for _, name in NAMESAKE_GRADES))
        found = np.where(agreeing, codes[_grades(self._expected_namesakes(a, b))], _MISSING).astype(np.uint8)
        spelt_out = (given == code(Attribute.GIVEN, "initial")) & (handle == code(Attribute.HANDLE, "given"))
        shown = np.flatnonzero(spelt_out | np.isin(handle, coded(Attribute.HANDLE, ("full", "part", "same"))))
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
        found = text_levels(
            Attribute.BORN, dates, born[a], born[b], likeness.born_levels, sieve.dates, plain="different"
        )
        exact = found == code(Attribute.BORN, "exact")
        only_year = dates.flagged("only a year", lambda text: len(text) == 4)
        found[exact & only_year[born[a]]] = code(Attribute.BORN, "year")
        found[exact & self._common_dates[born[a]]] = code(Attribute.BORN, "common")
        return found

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
        channels = socials.vocabulary.derived("channel", lambda text: text.partition(":")[0])
        by_channel = Several(socials.starts, channels[socials.codes].astype(np.int32), socials.vocabulary)
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
