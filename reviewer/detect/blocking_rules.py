"""The blocking rules: what two contacts must have in common to be compared, as tables.

A rule that proves something (a name and a date of birth) is there for any number of contacts; a group that is too
large is refined. One that proves little (a street, a name) finds what has little else. Chance makes its pairs grow
with the square of the contacts, so the more there are, the rarer a value must be, and the weakest rules end.
"""

from collections.abc import Callable, Iterator
from enum import Enum
from typing import NamedTuple

import numpy as np

from reviewer.detect.columns import Columns, Flags, Ints, Several
from reviewer.detect.facts import Fact, Facts, derived_values, local_part, values
from reviewer.detect.sorting import together
from reviewer.detect.stitching import display_name_keys

LARGEST_GROUP = 30
"""Contacts with one key up to which every two are compared: 435 pairs."""

LARGEST_NAME_GROUP = 10
"""The same for display names."""

WEAK_GROUPS = ((2_000, 100), (10_000, 30), (25_000, 10), (50_000, 5), (200_000, 3))
"""The same for keys that prove little: up to so many contacts in all, a group of this size."""

RAREST = 2
"""The same for more contacts than that."""

FEW_CONTACTS = 50_000
"""Contacts up to which the weakest rules propose anything."""


class Naming(Enum):
    """How much of two names must sound alike."""

    NOTHING = ()
    EITHER = ((Fact.GIVEN,), (Fact.SURNAME,))
    """A given name or surname of the one is a given name or surname of the other, so that swapped names meet."""
    WITH_INITIAL = ((Fact.SURNAME, Fact.GIVEN_INITIAL), (Fact.GIVEN, Fact.SURNAME_INITIAL))
    """One of the names, and the initial of the other."""
    FULL = ((Fact.GIVEN, Fact.SURNAME),)
    """Both names, in either order."""
    INITIALS = ((Fact.GIVEN_INITIAL, Fact.SURNAME_INITIAL),)
    """Both initials, in either order."""
    SPELT = ((Fact.GIVEN_SPELT,), (Fact.SURNAME_SPELT,))
    """As ``EITHER``, letter by letter."""
    FULL_SPELT = ((Fact.GIVEN_SPELT, Fact.SURNAME_SPELT),)
    """As ``FULL``, letter by letter."""


IN_EITHER_ORDER = (Naming.FULL, Naming.INITIALS, Naming.FULL_SPELT)
"""Of these the two names may be swapped."""


class Rule(NamedTuple):
    """Contacts are compared if their names are alike so far, and all the other facts are the same."""

    name: str
    naming: Naming
    facts: tuple[Fact, ...] = ()


_N, _F = Naming, Fact

PROVING = (
    Rule("name and date of birth", _N.EITHER, (_F.BORN,)),
    Rule("name, initial, year and month of birth", _N.WITH_INITIAL, (_F.YEAR_MONTH,)),
    Rule("name, initial, year and day of birth", _N.WITH_INITIAL, (_F.YEAR_DAY,)),
    Rule("full name and birthday", _N.FULL, (_F.BIRTHDAY,)),
    Rule("initials and date of birth", _N.INITIALS, (_F.BORN_UNORDERED,)),
    Rule("date of birth and postcode", _N.NOTHING, (_F.BORN, _F.POSTCODE)),
    Rule("date of birth and town", _N.NOTHING, (_F.BORN, _F.TOWN)),
    Rule("date of birth and street's name", _N.NOTHING, (_F.BORN, _F.STREET_WORD)),
    Rule("name and street", _N.EITHER, (_F.STREET,)),
    Rule("name, initial and postcode", _N.WITH_INITIAL, (_F.POSTCODE,)),
    Rule("name, initial, house number and town", _N.WITH_INITIAL, (_F.HOUSE_NUMBER, _F.TOWN_START)),
    Rule("initials, house number and postcode", _N.INITIALS, (_F.HOUSE_NUMBER, _F.POSTCODE)),
    Rule("full name and house number", _N.FULL, (_F.HOUSE_NUMBER,)),
    Rule("full name and street's name", _N.FULL, (_F.STREET_WORD,)),
    Rule("full name and town", _N.FULL, (_F.TOWN,)),
    Rule("house number, street's name and postcode", _N.NOTHING, (_F.HOUSE_NUMBER, _F.STREET_WORD, _F.POSTCODE)),
)
"""What several facts prove that have nothing to do with each other."""

WEAK = (Rule("street", _N.NOTHING, (_F.STREET,)),)
"""What is evidence where it is rare."""

WEAKEST = (
    Rule("full name", _N.FULL),
    Rule("spelling of the full name", _N.FULL_SPELT),
    Rule("spelling of a name", _N.SPELT),
    Rule("date of birth", _N.NOTHING, (_F.BORN,)),
    Rule("name", _N.EITHER),
    Rule("name and initial", _N.WITH_INITIAL),
    Rule("name and year of birth", _N.EITHER, (_F.YEAR,)),
    Rule("name, year and month of birth", _N.EITHER, (_F.YEAR_MONTH,)),
    Rule("name and birthday", _N.EITHER, (_F.BIRTHDAY,)),
    Rule("name and postcode", _N.EITHER, (_F.POSTCODE,)),
    Rule("name and town", _N.EITHER, (_F.TOWN,)),
    Rule("name, initial and town", _N.WITH_INITIAL, (_F.TOWN,)),
    Rule("name, house number and town", _N.EITHER, (_F.HOUSE_NUMBER, _F.TOWN_START)),
    Rule("name and house number", _N.EITHER, (_F.HOUSE_NUMBER,)),
    Rule("name, initial and house number", _N.WITH_INITIAL, (_F.HOUSE_NUMBER,)),
    Rule("name and street's name", _N.EITHER, (_F.STREET_WORD,)),
    Rule("name, initial and street's name", _N.WITH_INITIAL, (_F.STREET_WORD,)),
    Rule("house number and postcode", _N.NOTHING, (_F.HOUSE_NUMBER, _F.POSTCODE)),
    Rule("house number and street's name", _N.NOTHING, (_F.HOUSE_NUMBER, _F.STREET_WORD)),
    Rule("street's name and postcode", _N.NOTHING, (_F.STREET_WORD, _F.POSTCODE)),
)
"""What is worth a look only where contacts are few: among many a bare name proves nothing."""


class Key(NamedTuple):
    """The keys that one blocking rule gives: contact ``places[i]`` has ``keys[i]``, a code that ``shown`` explains.

    Groups over ``largest`` are refined; a weak rule, which is not ``refined``, passes them over.
    """

    name: str
    places: Ints
    keys: Ints
    largest: int
    shown: Callable[[int], str] | None = None
    refined: bool = True
    made_by: Flags | None = None
    """The entries that make their key one; without any it is none (None: all do)."""


def weak_group(contacts: int) -> int:
    """The largest group that a rule that proves little may bring together among so many contacts."""
    return next((largest for up_to, largest in WEAK_GROUPS if contacts <= up_to), RAREST)


def regime(contacts: int) -> tuple[int, bool]:
    """What of the rules depends on how many contacts there are in all."""
    return weak_group(contacts), contacts <= FEW_CONTACTS


def rules(columns: Columns, contacts: int, around: Flags | None = None) -> Iterator[Callable[[], Key]]:
    """The blocking rules, each made when its turn comes, so that only one is in memory.

    ``contacts`` is how many there are in all, where ``columns`` has only some of them. ``around`` says of which
    contacts the company is sought: keys that none of those has may be left out.
    """
    facts, weak = Facts(columns, around), weak_group(contacts)
    yield lambda: _values("phone", columns.phones, around)
    yield lambda: _values("email", columns.emails, around)
    yield lambda: _values("anchor", columns.anchors, around)
    yield lambda: _values("social id", columns.socials, around)
    yield lambda: Key("end of a phone number", *derived_values(columns.phones, end_of_number, around), LARGEST_GROUP)
    yield lambda: _display_names(columns)
    for rule in PROVING:
        yield lambda rule=rule: Key(rule.name, *keys_of(rule, facts), LARGEST_GROUP)  # type: ignore[misc]
    yield lambda: Key(
        "first part of an email", *derived_values(columns.emails, local_part, around), weak, refined=False
    )
    for rule in (*WEAK, *WEAKEST) if contacts <= FEW_CONTACTS else WEAK:
        yield lambda rule=rule: Key(rule.name, *keys_of(rule, facts), weak, refined=False)  # type: ignore[misc]


def keys_of(rule: Rule, facts: Facts) -> tuple[Ints, Ints]:
    """The places and keys that a rule gives; a contact may have two keys."""
    each = [(*names, *rule.facts) for names in rule.naming.value or ((),)]
    found = [facts.known(needed) for needed in each]
    places = np.concatenate(found)
    codes = [[facts[fact][some] for fact in needed] for needed, some in zip(each, found, strict=True)]
    parts = [np.concatenate(part).astype(np.int64) for part in zip(*codes, strict=True)]
    if rule.naming in IN_EITHER_ORDER:
        parts[:2] = np.minimum(parts[0], parts[1]), np.maximum(parts[0], parts[1])
    return places, together(*parts)


def _values(name: str, column: Several, around: Flags | None) -> Key:
    return Key(name, *values(column, column.codes, around), LARGEST_GROUP, lambda code: column.vocabulary.values[code])


def _display_names(columns: Columns) -> Key:
    places, keys, shown = display_name_keys(columns)
    return Key("display name", places, keys, LARGEST_NAME_GROUP, refined=False, made_by=shown)


def end_of_number(phone: str) -> str:
    """What is left of a phone number without what comes before a subscriber's."""
    return phone[-7:]
