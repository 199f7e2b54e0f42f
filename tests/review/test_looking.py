"""What is shown of a candidate: how values stand to each other, what cannot be merged, and how far a decision is."""

from datetime import timedelta
from itertools import pairwise

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.domain.golden_record import NOTHING
from reviewer.domain.levels import Attribute, Relation
from reviewer.review import candidate, decide
from reviewer.review.defer import defer
from reviewer.review.screen_text import screen_text
from reviewer.store import contacts, pairs
from reviewer.store.transaction import transaction
from tests.review.people import CERTAIN, TWO_FACTORS, World, person

NICKNAME = {**TWO_FACTORS, Attribute.GIVEN: "nickname"}
UNLIKE = {**CERTAIN, Attribute.GIVEN: "unlike"}


def relation(world: World, number: int, path: str) -> Relation:
    return next(row.relation for row in candidate.view(world.desk, number).rows if row.path == path)


def three(world: World, *names: str | None) -> int:
    world.write(*(person(f"t{index}", firstName=name) for index, name in enumerate(names)))
    world.score(
        ("t0", "t1", "duplicate", NICKNAME), ("t1", "t2", "duplicate", NICKNAME), ("t0", "t2", "duplicate", UNLIKE)
    )
    return world.candidate("t0", "t1", "t2")


def test_contacts_of_a_file_are_never_merged_but_can_be_kept_apart_or_put_off(world: World) -> None:
    world.write(person("p", firstName="Bob"), person("q", firstName="Bobby"), origin="file:old.jsonl")
    world.score(("p", "q", "duplicate", NICKNAME))
    view = candidate.view(world.desk, world.candidate("p", "q"))
    assert view.refusal.startswith("p came from file:old.jsonl") and "never sent" in view.refusal
    with pytest.raises(RefusedError, match="came from file:old"):
        decide.merge(world.desk, view)
    defer(world.desk, view, world.today + timedelta(days=1))
    assert decide.distinct(world.desk, view).decision


def test_values_of_a_group_stand_to_each_other_as_the_worst_pair_inside_that_differs(world: World) -> None:
    assert relation(world, three(world, "Bob", "Robert", "Robert"), "lastName") is Relation.EQUAL
    assert relation(world, three(world, "Bob", "Robert", "Bob"), "firstName") is Relation.CLOSE
    assert relation(world, three(world, "Bob", "Robert", "Ann"), "firstName") is Relation.DIFFERENT
    assert relation(world, three(world, "Bob", "Bob", None), "firstName") is Relation.ONE_SIDED
    assert relation(world, three(world, "Bob", "Robert", None), "firstName") is Relation.CLOSE


def test_a_pair_that_waits_to_be_scored_again_is_compared_by_its_values_alone(world: World) -> None:
    number = world.candidate("a", "b")
    assert relation(world, number, "firstName") is Relation.CLOSE
    world.write(person("b", firstName="Zoe", personalEmail="bob@mail.example"))
    with transaction(world.database) as connection:
        pairs.distrust(connection, world.numbers("b"))
    assert relation(world, number, "firstName") is Relation.DIFFERENT
    assert "to be judged again" in screen_text(candidate.view(world.desk, number))


def test_a_candidate_says_what_was_decided_on_it_and_by_whom(world: World) -> None:
    number = world.candidate("a", "b")
    assert candidate.view(world.desk, number).standing == ""
    decide.merge(world.desk, candidate.view(world.desk, number))
    staged = (
        "staged as operation 1, sent from 2026-11-23 12:10 UTC, by decision 1 (merge) of ada at 2026-11-23 12:00 UTC"
    )
    assert candidate.view(world.desk, number).standing == staged
    assert staged in screen_text(candidate.view(world.desk, number))
    apart = world.candidate("c", "d")
    decide.distinct(world.desk, candidate.view(world.desk, apart))
    said = candidate.view(world.desk, apart).standing
    assert said == "settled by decision 2 (distinct) of ada at 2026-11-23 12:00 UTC"
    later = world.candidate("e", "f")
    defer(world.desk, candidate.view(world.desk, later), world.today + timedelta(days=3))
    assert candidate.view(world.desk, later).standing.startswith(
        "put off until 2026-11-26 by decision 3 (defer) of ada"
    )


def test_who_comes_second_is_told_who_decided_before(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    decide.distinct(world.desk_of("bea"), view)
    with pytest.raises(RefusedError, match=r"settled by decision 1 \(distinct\) of bea at 2026-11-23 12:00 UTC"):
        decide.merge(world.desk, view)


def test_a_part_of_a_larger_group_says_how_many_hang_together(world: World) -> None:
    many = [person(f"m{index:02}", firstName="Bob") for index in range(60)]
    world.write(*many)
    ids = [one["id"] for one in many]
    world.score(*((a, b, "duplicate", CERTAIN) for a, b in pairwise(ids)))
    views = [candidate.view(world.desk, number) for number in world.open()]
    parts = [view for view in views if len(view.columns) > 2 and not view.shared]
    assert sorted(len(view.columns) for view in parts) == [11, 49]
    assert all("larger group: 60 contacts hang together" in " ".join(view.after) for view in parts)
    pair = candidate.view(world.desk, world.candidate("a", "b"))
    assert "larger group" not in " ".join(pair.after)


def test_nothing_of_a_shared_identifier_is_lost_for_nothing_is_merged(world: World) -> None:
    (number,) = [one for one in world.open() if candidate.view(world.desk, one).shared]
    view = candidate.view(world.desk, number)
    assert view.rows and not any(row.loses or row.result for row in view.rows)
    assert " !" not in screen_text(view)


def test_a_probability_is_never_rounded_up_to_certainty(world: World) -> None:
    assert "(> 99.99 %)" in screen_text(candidate.view(world.desk, world.candidate("c", "d")))


def test_a_contact_without_a_type_says_so(world: World) -> None:
    world.write(person("p", type=None), person("q"))
    world.score(("p", "q", "duplicate", CERTAIN))
    columns = candidate.view(world.desk, world.candidate("p", "q")).columns
    assert [column.type for column in columns] == ["no type", "Curated"]
    assert contacts.by_ids(world.database, ["p"])["p"].type is None


def test_a_contact_keeps_its_letter_when_another_is_left_out(world: World) -> None:
    number = three(world, "Bob", "Robert", "Rob")
    letters = {column.contact_id: column.letter for column in candidate.view(world.desk, number).columns}
    shorter = candidate.view(world.desk, number, left_out=["t0"], picks={"firstName": "t2"})
    assert {column.contact_id: column.letter for column in shorter.columns} == {
        id_: letter for id_, letter in letters.items() if id_ != "t0"
    }
    assert next(row.source for row in shorter.rows if row.path == "firstName") == letters["t2"]


def test_each_field_that_is_emptied_is_marked_and_a_person_is_never_emptied_wholly(world: World) -> None:
    number = world.candidate("a", "b")
    held = [row.path for row in candidate.view(world.desk, number).rows if any(row.values)]
    for path in held:
        view = candidate.view(world.desk, number, picks={path: NOTHING})
        assert next(row for row in view.rows if row.path == path).loses, path
    emptied = candidate.view(world.desk, number, picks=dict.fromkeys(held, NOTHING))
    assert "nothing would be left that tells who" in emptied.refusal
    with pytest.raises(RefusedError, match="nothing would be left"):
        decide.merge(world.desk, emptied)
