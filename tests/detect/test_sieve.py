"""A sieve lets through every pair of values that is given another level than the plain one."""

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from reviewer.detect import likeness, sieve
from reviewer.detect.columns import Vocabulary, columns_of_comparables
from reviewer.detect.sieve import Sieve
from reviewer.domain.contact import decode_contact
from reviewer.domain.normalise import comparable
from reviewer.domain.wire import encode
from reviewer.simulator.population import population

ALPHABET = "abcdeorst jr0123456789-@."
HOSTILE = ("a" * 1000, "~sato", "m", "li", "josé", "اسم", "de la cruz", "+1", "+", "1978", "0001-01-01", "x@", "@x")


def slipped(value: str, chance: random.Random) -> str:
    """The value with a letter changed, left out, put in, or exchanged with its neighbour."""
    at = chance.randrange(len(value))
    letter = chance.choice(ALPHABET)
    return chance.choice(
        (
            value[:at] + letter + value[at + 1 :],
            value[:at] + value[at + 1 :],
            value[:at] + letter + value[at:],
            value[:at] + value[at + 1 : at + 2] + value[at : at + 1] + value[at + 2 :],
        )
    ).strip() or value  # fmt: skip


def some_values(name: str) -> list[str]:
    """Values of a column as they are, and with slips; dates stay dates."""
    people = [decode_contact(encode(one.contact)) for one in population(400, 6)]
    rows = [
        comparable(one, anchor_source="crm", born_path="customFields.dateOfBirth", default_country="US")
        for one in people
    ]
    columns = columns_of_comparables(enumerate(rows))
    values = columns.vocabularies[name].values[1:]
    if name == "dates":
        return [*values, *(f"{int(value[:4]) - 30}{value[4:]}" for value in values[::3]), "1978", "1960"]
    chance = random.Random(7)
    return [*values, *(slipped(value, chance) for value in values for _ in range(2)), *HOSTILE]


@pytest.mark.parametrize(
    ("column", "compare", "sieves", "plain"),
    [
        ("names", likeness.given_levels, sieve.given_names, "unlike"),
        ("names", likeness.surname_levels, sieve.surnames, "unlike"),
        ("names", likeness.middle_levels, sieve.given_names, "unlike"),
        ("dates", likeness.born_levels, sieve.dates, "different"),
        ("phones", likeness.phone_levels, sieve.phones, "different"),
        ("emails", likeness.email_levels, sieve.emails, "different"),
        ("streets", likeness.street_levels, sieve.streets, "different"),
        ("cities", likeness.place_levels, sieve.places, "different"),
        ("postcodes", likeness.place_levels, sieve.places, "different"),
    ],
)
def test_no_pair_that_is_alike_is_stopped(
    column: str, compare: Callable[[Sequence[str], Sequence[str]], list[str]], sieves: Sieve, plain: str
) -> None:
    words = Vocabulary()
    for value in some_values(column):
        words.code(value)
    chance = np.random.default_rng(3)
    first, second = (chance.integers(1, len(words), 60_000).astype(np.int32) for _ in range(2))
    near = np.arange(1, len(words) - 1, dtype=np.int32)  # slips of one value are beside each other
    first, second = np.concatenate([first, near]), np.concatenate([second, near + 1])
    different = first != second
    first, second = first[different], second[different]
    levels = compare([words.values[code] for code in first], [words.values[code] for code in second])
    alike = np.array([level != plain for level in levels])
    passed = sieves(words, first, second)
    stopped = np.flatnonzero(alike & ~passed)
    assert not [(words.values[first[n]], words.values[second[n]], levels[n]) for n in stopped[:5]]
    assert alike.any()
    assert passed.mean() < 0.5
