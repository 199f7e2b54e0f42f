"""What is decided stays decided: distinct, put off, and what brings a candidate back."""

from datetime import date, timedelta
from typing import Any

import pytest

from reviewer.domain.errors import RefusedError
from reviewer.review import candidate, decide, queue
from reviewer.review.defer import defer
from reviewer.store import contacts, derivation, merges, pairs
from tests.review.people import RULES, TWO_FACTORS, World, acts_of, person

BOB: dict[str, Any] = {"firstName": "Rob", "personalEmail": "bob@mail.example"}


def distinct(world: World, *ids: str) -> int:
    return decide.distinct(world.desk, candidate.view(world.desk, world.candidate(*ids))).decision


def test_distinct_contacts_stay_apart_however_often_they_are_found_again(world: World) -> None:
    number = world.candidate("a", "b")
    decision = distinct(world, "a", "b")
    assert number not in world.open() and world.state(number) == "settled"
    found = [world.scored("a", "b", "duplicate", TWO_FACTORS), world.scored("c", "d", "duplicate", TWO_FACTORS)]
    for _ in range(2):
        pairs.update_scores(world.database, found, "again")
        derivation.rebuild(world.database, world.today)
    world.write(person("b", modifyDate="2026-11-01T00:00:00Z", **BOB))
    assert number not in world.open() and world.state(number) == "settled"
    assert acts_of(world.database, f"decision:{decision}") == ["decided distinct"]


def test_distinct_contacts_come_back_marked_with_what_changed(world: World) -> None:
    number = world.candidate("a", "b")
    decision = distinct(world, "a", "b")
    world.write(person("b", firstName="Roberta", personalEmail="bob@mail.example", title="Dr"))
    assert number in world.open()
    assert world.mark(number) == f"changed since decision {decision}"
    assert candidate.view(world.desk, number).mark == f"changed since decision {decision}: first name, title"


def test_distinct_keeps_contacts_out_of_one_group(world: World) -> None:
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"))
    world.score(("a", "b2", "duplicate", TWO_FACTORS), ("b", "b2", "duplicate", TWO_FACTORS))
    view = candidate.view(world.desk, world.candidate("a", "b", "b2"), left_out=["b2"])
    decide.distinct(world.desk, view)
    for number in world.open():
        shown = {column.contact_id for column in candidate.view(world.desk, number).columns}
        assert not {"a", "b"} <= shown


def test_distinct_is_carried_through_a_merge(world: World) -> None:
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"))
    world.score(("b", "b2", "duplicate", TWO_FACTORS))
    view = candidate.view(world.desk, world.candidate("a", "b", "b2"), left_out=["b2"])
    decide.distinct(world.desk, view)
    import json

    from reviewer.domain.record import make_record

    merged = make_record(json.dumps(person("m", mergedFrom=[{"id": "b"}, {"id": "b2"}], **BOB)).encode(), RULES)
    merges.take_in(world.database, [], dict.fromkeys(["b", "b2"], merged), at=world.clock(), today=world.today)
    world.score(("a", "m", "duplicate", TWO_FACTORS))
    shown = [{c.contact_id for c in candidate.view(world.desk, number).columns} for number in world.open()]
    assert {"a", "m"} not in shown


def test_a_shared_identifier_is_not_called_distinct(world: World) -> None:
    warning = next(number for number in world.open() if queue.row(world.desk, number).kind == "shared")
    with pytest.raises(RefusedError, match="use `rule`"):
        decide.distinct(world.desk, candidate.view(world.desk, warning))


def test_what_is_put_off_comes_back_on_its_day(world: World) -> None:
    number, until = world.candidate("a", "b"), world.today + timedelta(days=3)
    defer(world.desk, candidate.view(world.desk, number), until)
    assert number not in world.open() and world.state(number) == "deferred"
    world.clock.move(days=2)
    queue.wake(world.desk)
    derivation.rebuild(world.database, world.today)
    assert number not in world.open()
    world.clock.move(days=1)
    queue.wake(world.desk)
    assert number in world.open() and world.state(number) == "open"


def test_a_warning_is_put_off_and_comes_back_on_its_day(world: World) -> None:
    number = next(number for number in world.open() if queue.row(world.desk, number).kind == "shared")
    defer(world.desk, candidate.view(world.desk, number), world.today + timedelta(days=1))
    derivation.rebuild(world.database, world.today)
    assert number not in world.open()
    world.clock.move(days=1)
    queue.wake(world.desk)
    assert number in world.open()


def test_a_warning_whose_holders_changed_is_shown_again_before_it_is_put_off(world: World) -> None:
    number = next(number for number in world.open() if queue.row(world.desk, number).kind == "shared")
    view = candidate.view(world.desk, number)
    world.write(person("z", workPhone={"e164": view.shared.value if view.shared else "", "display": "x"}))
    with pytest.raises(RefusedError, match="changed since it was shown"):
        defer(world.desk, view, world.today + timedelta(days=1))


@pytest.mark.parametrize("days", [0, -1])
def test_nothing_is_put_off_to_a_day_that_is_not_in_the_future(world: World, days: int) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    with pytest.raises(RefusedError, match="not in the future"):
        defer(world.desk, view, world.today + timedelta(days=days))


def test_what_is_put_off_comes_back_early_if_a_contact_changes(world: World) -> None:
    number = world.candidate("a", "b")
    defer(world.desk, candidate.view(world.desk, number), date(2027, 1, 1))
    world.write(person("b", firstName="Roberta", personalEmail="bob@mail.example"))
    assert number in world.open()


def test_the_mirror_is_not_changed_by_any_decision(world: World) -> None:
    before = contacts.by_ids(world.database, list("abcdefgh"))
    distinct(world, "a", "b")
    decide.merge(world.desk, candidate.view(world.desk, world.candidate("c", "d")))
    assert contacts.by_ids(world.database, list("abcdefgh")) == before
