"""What decisions teach: which of them count, and the pairs as they were when they were decided on."""

import json
from typing import Any

import pytest

from reviewer.detect.decided import lessons_of
from reviewer.detect.learning import Lessons
from reviewer.domain.classes import PairClass
from reviewer.domain.identifiers import Identifier
from reviewer.domain.levels import ORDER, Attribute, unpack
from reviewer.domain.prior_model import prior_model
from reviewer.domain.rulings import Ruling, RulingKind
from reviewer.store import contacts, decisions, operations, recreations
from reviewer.store.database import Database
from reviewer.store.transaction import transaction
from tests.detect.test_run import BORN, JANE, NOW, PHONE, RULES, TODAY, database, fill, rule

__all__ = ["database"]

CARL = {"firstName": "Carl", "lastName": "Doe"}
PAIR = (JANE | PHONE | BORN, JANE | PHONE | BORN)


def decide(database: Database, kind: str, *records: dict[str, Any], rung: str = "steward") -> int:
    """A decision on these records, as they were shown."""
    with transaction(database) as connection:
        return decisions.write(
            connection,
            kind=kind,
            candidate=1,
            document=json.dumps({"members": records}).encode(),
            fingerprint="",
            rung=rung,
            steward="ada",
            sudo_user=None,
            note="",
            at=NOW,
        )


def numbered(*records: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": f"c{number}", **record} for number, record in enumerate(records, 1)]


def taught(database: Database) -> Lessons:
    return lessons_of(database, RULES, TODAY, prior_model())


def level_names(lessons: Lessons, place: int = 0) -> dict[Attribute, str]:
    return {attribute: level.name for attribute, level in unpack(bytes(lessons.levels[place])).items()}


def classes(lessons: Lessons, place: int = 0) -> list[PairClass]:
    return [one for one, left in zip(PairClass, lessons.classes[place], strict=True) if left]


def test_a_merge_says_one_person_and_distinct_any_other_class(database: Database) -> None:
    fill(database, *PAIR)
    first = decide(database, "merge", *numbered(*PAIR))
    assert classes(taught(database)) == [PairClass.SAME]
    second = decide(database, "distinct", *numbered(*PAIR))
    lessons = taught(database)
    assert classes(lessons) == [one for one in PairClass if one is not PairClass.SAME]
    assert lessons.decisions.tolist() == [second] and second > first  # of one pair the later word counts


def test_the_levels_are_those_of_what_was_shown_not_of_what_came_of_it(database: Database) -> None:
    """The merged contact holds the phone too, and both names; a third holder makes the phone a shared one."""
    shown = (JANE | PHONE, JANE | PHONE | BORN)
    fill(database, *shown, CARL | PHONE)
    decide(database, "merge", *numbered(*shown))
    with transaction(database) as connection:
        contacts.mark_merged(connection, ["c1"], "c2")
    found = level_names(taught(database))
    assert found[Attribute.BORN] == "one-sided"
    assert found[Attribute.PHONE] == "shared by 2"
    assert set(found) == set(ORDER)


def test_a_contact_that_was_decided_on_is_not_there_a_second_time_as_it_is_now(database: Database) -> None:
    """Else the new name would be one more person with that phone."""
    fill(database, *PAIR)
    decide(database, "distinct", *numbered(*PAIR))
    assert level_names(taught(database))[Attribute.PHONE] == "own"
    fill(database, PAIR[0], {"firstName": "Carl", "lastName": "Fox"} | PHONE)
    assert level_names(taught(database))[Attribute.PHONE] == "own"


@pytest.mark.parametrize("kind", ["merge", "stitch", "distinct"])
def test_what_was_taken_back_or_made_by_an_automatic_rung_says_nothing(database: Database, kind: str) -> None:
    fill(database, *PAIR)
    decide(database, kind, *numbered(*PAIR), rung="auto")
    assert len(taught(database).decisions) == 0
    number = decide(database, kind, *numbered(*PAIR))
    assert len(taught(database).decisions) == 1
    with transaction(database) as connection:
        decisions.undo(connection, number, "ada", NOW)
    assert len(taught(database).decisions) == 0


def test_a_merge_that_waits_for_a_second_steward_or_was_compensated_says_nothing(database: Database) -> None:
    fill(database, *PAIR)
    number = decide(database, "merge", *numbered(*PAIR))
    with transaction(database) as connection:
        operation = operations.write(
            connection, decision=number, kind="merge", steps=[], calls=1, holds=[], send_after=NOW, at=NOW
        )
    assert len(taught(database).decisions) == 0
    with transaction(database) as connection:
        operations.stage(connection, operation, NOW, NOW)
    assert len(taught(database).decisions) == 1
    with transaction(database) as connection:
        recreations.write(connection, operation, operation, ["c1"])
    assert len(taught(database).decisions) == 0


def test_a_ruling_names_the_class_of_two_persons_and_does_not_silence_the_phone(database: Database) -> None:
    home = {"address": {"address1": "12 Elm Street", "city": "Reno", "postalCode": "89501"}}
    shown = (JANE | PHONE | home, {"firstName": "J", "lastName": "Doe"} | PHONE | home)
    fill(database, *shown)
    rule(database, Ruling(Identifier("Phone", "+17029191300"), RulingKind.HOUSEHOLD, None))
    decide(database, "distinct", *numbered(*shown))
    lessons = taught(database)
    assert classes(lessons) == [PairClass.HOUSEHOLD, PairClass.NAMESAKE]
    assert not level_names(lessons)[Attribute.PHONE].startswith("ruled")
    decide(database, "merge", *numbered(*shown))
    assert classes(taught(database)) == [PairClass.SAME]


def test_the_ends_of_a_chain_and_pairs_too_weak_to_be_shown_are_no_lessons(database: Database) -> None:
    email = {"personalEmail": "jane@doe.example"}
    chain = (JANE | PHONE | BORN, JANE | PHONE | BORN | email, {"firstName": "Eve", "lastName": "Fox"} | email)
    fill(database, *chain)
    decide(database, "merge", *numbered(*chain))
    lessons = taught(database)
    assert len(lessons.decisions) == 1
    assert level_names(lessons)[Attribute.BORN] == "exact"


def test_decisions_on_one_contact_hang_together(database: Database) -> None:
    people = [JANE | PHONE | BORN | {"personalEmail": f"jane{number}@doe.example"} for number in range(1, 6)]
    fill(database, *people)
    told = numbered(*people)
    numbers = [decide(database, "merge", told[a], told[b]) for a, b in ((0, 1), (3, 4), (1, 2))]
    lessons = taught(database)
    clusters = dict(zip(lessons.decisions.tolist(), lessons.clusters.tolist(), strict=True))
    assert [clusters[number] for number in numbers] == [numbers[0], numbers[1], numbers[0]]


def test_a_decision_whose_persons_were_erased_says_nothing(database: Database) -> None:
    fill(database, *PAIR)
    decide(database, "merge")
    decide(database, "distinct", *numbered(JANE)[:1], {"firstName": "without an id"})
    assert len(taught(database).decisions) == 0
