"""The automatic rung: only what the policy calls auto, and never against what a steward said."""

from datetime import timedelta

import pytest

from reviewer.domain.levels import Attribute
from reviewer.review import auto, candidate, decide
from reviewer.review.defer import defer
from reviewer.store import decisions
from tests.review.people import CERTAIN, World, person


def test_only_what_the_policy_calls_auto_is_approved_and_it_says_by_which_rung(world: World) -> None:
    number = world.candidate("c", "d")
    assert auto.automatic(world.desk) == [number]
    assert auto.approve(world.desk, world.candidate("a", "b")) is None
    decided = auto.approve(world.desk, number)
    assert decided is not None and world.state(number) == "staged"
    assert decisions.read(world.database, decided.decision).rung == "auto"
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, number) is None


def test_contacts_that_a_steward_called_distinct_are_never_merged_automatically(world: World) -> None:
    number = world.candidate("c", "d")
    decide.distinct(world.desk, candidate.view(world.desk, number))
    world.write(person("d", firstName="Eva", personalEmail="eva@mail.example", title="Dr"))
    assert number in world.open(), "it is back, because a contact changed"
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, number) is None


@pytest.mark.parametrize("scored", [True, False])
def test_nor_in_a_group_that_a_third_contact_holds_together(world: World, scored: bool) -> None:
    decide.distinct(world.desk, candidate.view(world.desk, world.candidate("c", "d")))
    world.write(
        person("d", firstName="Eva", personalEmail="eva@mail.example", title="Dr"),
        person("t", firstName="Eva", personalEmail="eva@mail.example"),
    )
    if not scored:
        world.database.connection.execute("DELETE FROM pair WHERE (a, b) = (?, ?)", world.numbers("c", "d"))
    world.score(("c", "t", "duplicate", CERTAIN), ("d", "t", "duplicate", CERTAIN))
    for number in world.open():
        together = {column.contact_id for column in candidate.view(world.desk, number).columns}
        assert not ({"c", "d"} <= together and auto.approve(world.desk, number)), "they stay apart"


def test_what_was_put_off_is_not_approved_when_a_contact_changes(world: World) -> None:
    number = world.candidate("c", "d")
    defer(world.desk, candidate.view(world.desk, number), world.today + timedelta(days=9))
    world.write(person("d", firstName="Eva", personalEmail="eva@mail.example", title="Dr"))
    assert number in world.open()
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, number) is None


def test_what_was_put_off_is_not_approved_in_a_larger_group(world: World) -> None:
    defer(world.desk, candidate.view(world.desk, world.candidate("c", "d")), world.today + timedelta(days=9))
    world.write(person("t", firstName="Eva", personalEmail="eva@mail.example"))
    world.score(("c", "t", "duplicate", CERTAIN), ("d", "t", "duplicate", CERTAIN))
    group = world.candidate("c", "d", "t")
    assert group in world.open() and candidate.view(world.desk, group).verdict == "auto"
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, group) is None


def test_what_ended_badly_waits_for_a_steward(world: World) -> None:
    number = world.candidate("c", "d")
    decided = auto.approve(world.desk, number)
    assert decided is not None
    connection = world.database.connection
    connection.execute("UPDATE operation SET state = 'failed'")
    connection.execute("UPDATE operation_hold SET live = 0")
    world.score()
    assert number in world.open()
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, number) is None


def test_between_two_whom_a_veto_keeps_apart_a_steward_chooses(world: World) -> None:
    number = world.candidate("c", "d")
    assert auto.automatic(world.desk) == [number]
    world.write(person("t", firstName="Eva", personalEmail="eva@mail.example"))
    world.score(("d", "t", "duplicate", CERTAIN), ("c", "t", "duplicate", {**CERTAIN, Attribute.BORN: "different"}))
    assert {
        candidate.view(world.desk, number).verdict,
        candidate.view(world.desk, world.candidate("d", "t")).verdict,
    } == {"auto"}
    assert auto.automatic(world.desk) == [] and auto.approve(world.desk, number) is None
    decide.distinct(world.desk, candidate.view(world.desk, world.candidate("d", "t")))
    assert auto.automatic(world.desk) == [number]
