"""Warnings about identifiers that several persons hold: what they are is what their holders are to each other."""

import numpy as np
import pytest

from reviewer.detect.class_chances import CLASSES, class_chances
from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.compared import compare_all
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.run import silent
from reviewer.detect.shared import shared_identifiers
from reviewer.domain.comparable import Comparable
from reviewer.domain.identifiers import Identifier
from reviewer.domain.levels import LEVELS, ORDER
from reviewer.domain.prior_model import prior_model
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store.shared_identifiers import SharedRow
from tests.detect.people import person

PHONE = "+17029191300"
GIVEN = ("anna", "carl", "susan", "kevin", "moritz", "brandon", "chloe", "diego", "yusuf", "heidi")
SURNAMES = ("doe", "fox", "aydin", "klein", "moreau", "jackson", "petit", "suarez", "brandt", "lehmann")
HOME = {"phones": PHONE, "street": "1 main st", "postcode": "89101", "city": "las vegas"}
AWAY = {"phones": PHONE, "street": "9 other rd", "postcode": "10115", "city": "berlin"}
INFO = {"emails": "info@hub.example"}


def warnings(*contacts: Comparable, rulings: tuple[Ruling, ...] = ()) -> list[SharedRow]:
    columns = columns_of_comparables(enumerate(contacts))
    return list(shared_identifiers(columns, Evaluator(columns, rulings), prior_model()))


def strangers(count: int, **held: object) -> list[Comparable]:
    """People who have nothing in common but what they hold."""
    return [person(given, surname, **held) for given, surname in zip(GIVEN[:count], SURNAMES[:count], strict=True)]


def test_the_classes_of_whole_columns_are_those_of_the_model() -> None:
    random = np.random.default_rng(5)
    levels = np.stack([random.integers(0, len(LEVELS[one]), 200) for one in ORDER], axis=1).astype(np.uint8)
    for row, chances in zip(levels, class_chances(prior_model(), levels), strict=True):
        assert dict(zip(CLASSES, chances, strict=True)) == pytest.approx(prior_model().classes(row.tolist()))


def test_a_phone_of_one_person_is_no_warning() -> None:
    assert warnings(person("bob", "doe", phones=PHONE), person("robert", "doe", phones=PHONE)) == []


def test_a_person_of_two_surnames_is_no_warning() -> None:
    """By their names they are two, by all that is known one: the model has the last word."""
    assert (
        warnings(person("anna", "doe", born="1980-03-01", **HOME), person("anna", "fox", born="1980-03-01", **HOME))
        == []
    )


FAMILIES = {
    "couple of two surnames": (person("anna", "doe", **HOME), person("carl", "fox", **HOME)),
    "three generations": tuple(
        person(name, "doe", born=born, **HOME)
        for name, born in (("anna", "1940-03-01"), ("susan", "1965-07-09"), ("kevin", "1990-01-30"))
    ),
    "three generations, a daughter married": (
        person("anna", "doe", born="1940-03-01", **HOME),
        person("susan", "miller", born="1965-07-09", **HOME),
        person("kevin", "miller", born="1990-01-30", **HOME),
    ),
    "a number that went from father to son": (
        person("carl", "doe", born="1950-03-01", **HOME),
        person("kevin", "doe", born="1980-04-02", **AWAY),
    ),
}


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_a_family_phone_is_a_household(family: tuple[Comparable, ...]) -> None:
    (found,) = warnings(*family)
    assert (found.kind, found.value, found.holders, found.guess) == ("Phone", PHONE, len(family), "household")
    assert found.persons == len(family)
    assert found.certainty > 0.8
    assert found.shared > 0.99


def test_father_and_son_of_one_name_are_two_whom_the_names_cannot_tell_apart() -> None:
    others = [person("carl", f"{letter}olm") for letter in "bdfghkl"] + [person(name, "doe") for name in GIVEN]
    father, son = (person("carl", "doe", suffix=suffix, born=born, **HOME) for suffix, born in (
        ("sr", "1950-03-01"), ("jr", "1980-04-02")
    ))  # fmt: skip
    (found,) = warnings(father, son, *others)
    assert (found.guess, found.persons) == ("household", 2)


def test_the_reason_says_what_the_pairs_show() -> None:
    (found,) = warnings(*(person(name, "doe", **HOME) for name in ("anna", "susan", "kevin")))
    assert found.reason == "3 people, most pairs look like one household: same surname, same address"


def test_strangers_with_two_addresses_had_the_number_one_after_the_other() -> None:
    (found,) = warnings(person("anna", "doe", **HOME), person("carl", "fox", **AWAY))
    assert (found.guess, found.certainty > 0.8) == ("recycled", True)
    assert found.reason == "2 people, who look like strangers: different surnames, different addresses"


def test_where_nothing_tells_a_couple_from_strangers_both_are_named() -> None:
    (found,) = warnings(person("anna", "doe", phones=PHONE), person("carl", "fox", phones=PHONE))
    assert found.certainty < 0.8
    assert "like strangers (" in found.reason
    assert "or like one household (" in found.reason


def test_a_role_mailbox_is_told_by_its_name_and_by_its_crowd() -> None:
    freelancers = [
        person(given, surname, street=f"{place} {given} st", city=given, **INFO)
        for place, (given, surname) in enumerate(zip(GIVEN[:4], SURNAMES, strict=False))
    ]
    (found,) = warnings(*freelancers)
    assert (found.kind, found.guess, found.certainty > 0.8) == ("Email", "role mailbox", True)
    assert "names a role" in found.reason
    (found,) = warnings(*strangers(6, emails="studio17@hub.example"))
    assert found.guess == "role mailbox"
    assert "names a role" not in found.reason


@pytest.mark.parametrize(("people", "guess"), [(4, "desk"), (5, "switchboard"), (10, "switchboard")])
def test_the_phone_of_a_firm_is_a_desk_or_a_switchboard_by_its_people(people: int, guess: str) -> None:
    (found,) = warnings(*strangers(people, phones=PHONE))
    assert (found.guess, found.certainty > 0.8) == (guess, True)


def test_a_crowd_of_strangers_did_not_have_a_number_one_after_the_other() -> None:
    """They have a given name in common each, as chance has it in a crowd: nothing that a firm's people would share."""
    (found,) = warnings(*(person("anna", surname, phones=PHONE) for surname in SURNAMES[:6]))
    assert (found.persons, found.guess) == (6, "switchboard")


def test_a_stranger_among_a_family_makes_it_less_sure() -> None:
    family = [person(name, "doe", **HOME) for name in ("anna", "susan", "kevin")]
    (alone,), (found,) = warnings(*family), warnings(*family, person("yusuf", "aydin", **AWAY))
    assert found.certainty < 0.8 < alone.certainty
    assert "one household (" in found.reason


def test_a_ruling_settles_most_where_pairs_could_be_one_person_or_two() -> None:
    """First father and son, then a switchboard of hundreds, then a couple that nobody would confuse."""
    father, son = (person("carl", "doe", born=born, **HOME) for born in ("1950-03-01", "1980-04-02"))
    turned = [SURNAMES[(place + place // 10) % 10] for place in range(100)]
    staff = [person(given, surname, phones="+4930123456") for given, surname in zip(GIVEN * 10, turned, strict=True)]
    couple = [
        person("anna", "meyer", born="1970-05-05", emails="meyers@x.example"),
        person("paul", "meyer", born="1968-11-21", emails="meyers@x.example"),
    ]
    found = sorted(warnings(father, son, *staff, *couple), key=lambda row: -row.weight)
    assert [(row.guess, row.persons) for row in found] == [("household", 2), ("switchboard", 100), ("household", 2)]
    assert found[-1].weight >= 0.0
    assert "each held against the next only" in found[1].reason


def test_a_warning_is_the_same_in_a_full_run_and_for_some_contacts_alone() -> None:
    contacts = [
        *(person(name, "doe", emails="does@x.example", **HOME) for name in GIVEN[:3]),
        *strangers(5, phones="+4930123456"),
        *strangers(3, **INFO),
    ]
    columns = columns_of_comparables(enumerate(contacts))
    evaluator = Evaluator(columns)
    compared = compare_all(columns, evaluator, np.zeros(0, dtype=np.int64), silent)
    whole = list(shared_identifiers(columns, evaluator, prior_model(), compared=compared))
    assert whole == list(shared_identifiers(columns, evaluator, prior_model()))
    some = list(shared_identifiers(columns, evaluator, prior_model(), touched=np.array([1])))
    assert some == [row for row in whole if row.value in (PHONE, "does@x.example")]
    assert len(some) == 2 < len(whole)


def test_what_is_ruled_is_no_warning() -> None:
    ruling = Ruling(Identifier("Phone", PHONE), RulingKind.HOUSEHOLD, None)
    assert warnings(person("anna", "doe", phones=PHONE), person("carl", "fox", phones=PHONE), rulings=(ruling,)) == []


def test_contacts_without_a_name_are_no_further_person() -> None:
    assert warnings(person("anna", "doe", phones=PHONE), person(phones=PHONE), person(phones=PHONE)) == []


def test_a_contact_without_a_name_or_with_an_initial_does_not_make_two_persons_one() -> None:
    found = warnings(
        person("anna", "doe", phones=PHONE),
        person("carl", "doe", phones=PHONE),
        person(phones=PHONE),
        person("", "doe", phones=PHONE),
        person("a", "doe", phones=PHONE),
        person("c", "doe", phones=PHONE),
    )
    assert [(row.holders, row.persons) for row in found] == [(6, 2)]


def test_in_a_large_crowd_equal_names_are_one_person() -> None:
    names = [f"{first}{second}{first}" for first in "bdfghklmnp" for second in "bdfghklmnp"]
    (found,) = warnings(*(person(f"{name}{name}", "doe", phones=PHONE) for name in names * 2))
    assert found.holders == 200
    assert 80 <= found.persons <= 100
