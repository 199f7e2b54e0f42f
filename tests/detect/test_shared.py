"""Warnings about identifiers that several persons hold."""

import pytest

from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.shared import shared_identifiers
from reviewer.domain.comparable import Comparable
from reviewer.domain.identifiers import Identifier
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store.shared_identifiers import SharedRow
from tests.detect.people import person

PHONE = "+17029191300"
GIVEN = ("anna", "carl", "susan", "kevin", "moritz", "brandon", "chloe", "diego", "yusuf", "heidi")


def warnings(*contacts: Comparable, rulings: tuple[Ruling, ...] = ()) -> list[SharedRow]:
    columns = columns_of_comparables(enumerate(contacts))
    return list(shared_identifiers(columns, Evaluator(columns, rulings)))


def test_a_phone_of_one_person_is_no_warning() -> None:
    assert warnings(person("bob", "doe", phones=PHONE), person("robert", "doe", phones=PHONE)) == []


def test_a_family_phone_is_guessed_by_the_surname() -> None:
    family = [person(name, "doe", phones=PHONE) for name in ("anna", "carl", "susan", "anna")]
    (found,) = warnings(*family)
    assert (found.kind, found.value, found.holders, found.persons, found.guess) == ("Phone", PHONE, 4, 3, "household")
    assert found.reason == "most of its holders have one surname"


def test_a_home_is_guessed_by_the_street() -> None:
    (found,) = warnings(
        person("anna", "doe", phones=PHONE, street="1 main st"), person("carl", "fox", phones=PHONE, street="1 main st")
    )
    assert (found.guess, found.reason) == ("household", "most of its holders have one street")


def test_a_role_mailbox_is_guessed_by_its_name() -> None:
    (found,) = warnings(person("anna", "doe", emails="info@x.example"), person("carl", "fox", emails="info@x.example"))
    assert (found.kind, found.guess) == ("Email", "role mailbox")


def test_a_switchboard_is_guessed_by_its_crowd() -> None:
    (found,) = warnings(*(person(name, f"{name}son", phones=PHONE) for name in GIVEN))
    assert (found.guess, found.reason) == ("switchboard", "10 people have it")


@pytest.mark.parametrize(("people", "guess"), [(3, "desk"), (5, "switchboard")])
def test_a_desk_or_a_switchboard_is_guessed_by_the_firm(people: int, guess: str) -> None:
    staff = [person(name, f"{name}son", phones=PHONE, emails=f"{name}@acme.example") for name in GIVEN[:people]]
    (found,) = warnings(*staff)
    assert (found.guess, found.reason) == (guess, "most of its holders write from one firm")


def test_a_mail_provider_is_no_firm() -> None:
    users = [person(emails=f"user{chr(97 + n)}@acme.example") for n in range(20)]
    pair = [person(name, f"{name}son", phones=PHONE, emails=f"{name}@acme.example") for name in GIVEN[:2]]
    assert [found.guess for found in warnings(*pair, *users)] == ["recycled"]


def test_a_recycled_number_is_guessed_by_two_strangers() -> None:
    (found,) = warnings(person("anna", "doe", phones=PHONE), person("carl", "fox", phones=PHONE))
    assert found.guess == "recycled"


def test_the_more_people_the_higher_in_the_queue() -> None:
    few = warnings(*(person(name, "doe", phones=PHONE) for name in GIVEN[:2]))
    many = warnings(*(person(name, "doe", phones=PHONE) for name in GIVEN[:6]))
    assert many[0].weight > few[0].weight


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
