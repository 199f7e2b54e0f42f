"""Taking decisions back: the candidate returns as it was, until its merge is sent."""

import random
from collections.abc import Callable
from datetime import timedelta

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.rulings import RulingKind
from reviewer.review import auto, candidate, decide, queue, rule, stage
from reviewer.review.decide import Decided
from reviewer.review.defer import defer
from reviewer.review.undo import undo, undo_all
from reviewer.store import derivation, operations
from reviewer.store.transaction import transaction
from tests.review.conftest import FAMILY
from tests.review.people import TWO_FACTORS, World, acts_of, person

Act = Callable[[World, int], Decided]


def merge(world: World, number: int) -> Decided:
    return decide.merge(world.desk, candidate.view(world.desk, number))


def distinct(world: World, number: int) -> Decided:
    return decide.distinct(world.desk, candidate.view(world.desk, number))


def put_off(world: World, number: int) -> Decided:
    return defer(world.desk, candidate.view(world.desk, number), world.today + timedelta(days=5))


def rule_on_the_phone(world: World, number: int) -> Decided:
    return rule.rule(world.desk, Identifier("Phone", FAMILY), RulingKind.HOUSEHOLD, candidate=number)


ACTS: dict[str, Act] = {"merge": merge, "distinct": distinct, "defer": put_off, "rule": rule_on_the_phone}


@pytest.mark.parametrize("name", sorted(ACTS))
def test_the_same_candidate_returns_with_the_same_weight(world: World, name: str) -> None:
    before, number = world.snapshot(), world.candidate("a", "b")
    decided = ACTS[name](world, number)
    undone = undo(world.desk)
    assert (undone.decision, undone.candidate) == (decided.decision, number)
    assert world.snapshot() == before
    assert acts_of(world.database, f"decision:{decided.decision}")[-1].startswith("took back")


def test_taking_back_a_staged_merge_withdraws_it_and_lets_go_of_its_contacts(world: World) -> None:
    decided = merge(world, world.candidate("a", "b"))
    undo(world.desk, decided.decision)
    assert world.operation(decided.decision).state is State.WITHDRAWN
    assert operations.holder_of(world.database, "contact:a") is None
    assert stage.staged(world.desk) == [] and stage.release(world.desk) == 0
    assert merge(world, world.candidate("a", "b")).operation != decided.operation


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (State.SENDING, "is being sent"),
        (State.UNCLEAR, "is being sent"),
        (State.CONFIRMED, "is being sent"),
        (State.FOLLOWING_UP, "is being sent"),
        (State.DONE, "was carried out"),
        (State.DONE_WITH_DIFFERENCES, "was carried out"),
        (State.PARTIAL, "was carried out"),
    ],
)
def test_what_was_sent_cannot_be_taken_back(world: World, state: State, said: str) -> None:
    decided = merge(world, world.candidate("a", "b"))
    world.database.connection.execute("UPDATE operation SET state = ?", (state.value,))
    with pytest.raises(RefusedError, match=said):
        undo(world.desk, decided.decision)
    assert world.operation(decided.decision).state is state


@pytest.mark.parametrize("state", [State.VOID, State.FAILED, State.MERGED_ELSEWHERE])
def test_what_has_ended_is_not_taken_back_and_what_came_of_it_is_said(world: World, state: State) -> None:
    number = world.candidate("a", "b")
    decided = merge(world, number)
    with transaction(world.database) as connection:
        operations.move(connection, decided.operation or 0, state, world.clock(), outcome="somebody was quicker")
    world.score()
    again = merge(world, number)
    with pytest.raises(RefusedError, match=rf"ended {state} \(somebody was quicker\): there is nothing to take back"):
        undo(world.desk, decided.decision)
    assert acts_of(world.database, f"decision:{decided.decision}") == ["decided merge"]
    assert world.state(number) == "staged", "the newer decision stands"
    assert undo(world.desk).decision == again.decision


def test_where_the_candidate_is_after_all_is_told(world: World) -> None:
    number = world.candidate("a", "b")
    older = distinct(world, number)
    world.write(person("b", firstName="Roberta", personalEmail="bob@mail.example"))
    merge(world, number)
    assert undo(world.desk, older.decision).state == "staged"
    assert undo(world.desk).state == "open"


def test_a_decision_is_taken_back_once_and_only_if_it_is_there(world: World) -> None:
    decided = distinct(world, world.candidate("a", "b"))
    undo(world.desk, decided.decision)
    with pytest.raises(RefusedError, match="taken back already"):
        undo(world.desk, decided.decision)
    with pytest.raises(RefusedError, match="no decision of yours"):
        undo(world.desk)
    with pytest.raises(NotFoundError):
        undo(world.desk, 99)


def test_without_a_number_a_steward_takes_back_only_their_own(world: World) -> None:
    distinct(world, world.candidate("a", "b"))
    with pytest.raises(RefusedError, match="no decision of yours"):
        undo(world.desk_of("bea"))


def test_taking_back_the_older_of_two_decisions_keeps_the_newer_one(world: World) -> None:
    number = world.candidate("a", "b")
    older = distinct(world, number)
    world.write(person("b", firstName="Roberta", personalEmail="bob@mail.example"))
    newer = merge(world, number)
    undo(world.desk, older.decision)
    assert world.state(number) == "staged"
    with transaction(world.database) as connection:
        operations.move(connection, newer.operation or 0, State.VOID, world.clock())
    world.score()
    assert world.mark(number) == f"operation {newer.operation} ended void"


def test_the_automatic_rung_does_not_approve_again_what_a_steward_took_back(world: World) -> None:
    number = world.candidate("c", "d")
    approved = auto.approve(world.desk, number)
    assert approved is not None
    undo(world.desk, approved.decision)
    assert number in world.open() and auto.automatic(world.desk) == []
    assert auto.approve(world.desk, number) is None
    assert merge(world, number).operation, "a steward may"


@pytest.mark.parametrize("seed", range(8))
def test_any_decisions_taken_back_in_reverse_leave_the_queue_as_it_was(world: World, seed: int) -> None:
    chance = random.Random(seed)
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"), person("z", title="Dr"))
    together = [("a", "b2"), ("b", "b2"), ("c", "z")]
    world.score(*((first, second, "duplicate", TWO_FACTORS) for first, second in together))
    before, order, decided = world.snapshot(), world.open(), []
    for _ in range(chance.randint(2, 7)):
        opened = world.open()
        if not opened:
            break
        number = chance.choice(opened)
        view = candidate.view(world.desk, number)
        if view.shared:
            decided.append(ACTS[chance.choice(["defer", "rule"])](world, number))
        else:
            decided.append(_decide_somehow(world, number, chance))
    for one in reversed(decided):
        undo(world.desk, one.decision)
    assert world.snapshot() == before
    assert world.open() == order


@pytest.mark.parametrize("seed", range(4))
def test_after_any_decision_the_queue_is_what_deriving_it_anew_gives(world: World, seed: int) -> None:
    chance = random.Random(seed)
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"))
    world.score(("a", "b2", "duplicate", TWO_FACTORS), ("b", "c", "duplicate", TWO_FACTORS))
    for _ in range(4):
        opened = [number for number in world.open() if queue.row(world.desk, number).kind != "shared"]
        if opened:
            _decide_somehow(world, chance.choice(opened), chance)
        after = world.snapshot()
        derivation.rebuild(world.database, world.today)
        assert world.snapshot() == after


def _decide_somehow(world: World, number: int, chance: random.Random) -> Decided:
    name = chance.choice(["merge", "distinct", "defer", "rule", "some"])
    return _some(world, number) if name == "some" else ACTS[name](world, number)


def _some(world: World, number: int) -> Decided:
    """Keep two of a group apart, or all of a pair."""
    view = candidate.view(world.desk, number)
    others = [column.contact_id for column in view.columns[2:]]
    return decide.distinct(world.desk, candidate.view(world.desk, number, left_out=others))


def test_decisions_taken_back_leave_the_candidate_counts_right(world: World) -> None:
    before = queue.open_counts(world.desk)
    for number in world.open():
        if queue.row(world.desk, number).kind != "shared":
            distinct(world, number)
    assert queue.open_counts(world.desk) == {"shared": 1}
    for _ in range(4):
        undo(world.desk)
    assert queue.open_counts(world.desk) == before


def test_taking_back_says_what_and_whose_it_was(world: World) -> None:
    distinct(world, world.candidate("a", "b"))
    rule_on_the_phone(world, world.candidate("g", "h"))
    assert undo(world.desk).sentence == f"ruling of {FAMILY} as household taken back"
    assert undo(world.desk).sentence == "distinct of Bob Doe ≈ Rob Doe taken back"


def test_where_the_newest_was_carried_out_the_one_that_can_be_taken_back_is_named(world: World) -> None:
    older = distinct(world, world.candidate("a", "b"))
    newer = merge(world, world.candidate("c", "d"))
    world.database.connection.execute("UPDATE operation SET state = 'done'")
    with pytest.raises(RefusedError, match=rf"carried out.*`reviewer undo {older.decision}`.*distinct of Bob Doe"):
        undo(world.desk)
    with pytest.raises(RefusedError, match=r"re-creating somebody would take$"):
        undo(world.desk, newer.decision)
    undo(world.desk, older.decision)
    with pytest.raises(RefusedError, match=r"re-creating somebody would take$"):
        undo(world.desk)


def test_several_are_taken_back_one_by_one_and_only_the_stewards_own(world: World) -> None:
    before = world.snapshot()
    mine = [distinct(world, world.candidate("a", "b")).decision, merge(world, world.candidate("c", "d")).decision]
    other = world.desk_of("bea")
    theirs = decide.merge(other, candidate.view(other, world.candidate("e", "f"))).decision
    kept = rule_on_the_phone(world, world.candidate("g", "h")).decision
    undone, left = undo_all(world.desk, mine[0], theirs)
    assert ([one.decision for one in undone], left) == (mine[::-1], [])
    for number in mine:
        assert acts_of(world.database, f"decision:{number}")[-1].startswith("took back")
    assert world.operation(theirs).state is State.STAGED
    assert undo(world.desk).decision == kept and undo(other).decision == theirs
    assert world.snapshot() == before
    with pytest.raises(RefusedError, match="no decision of yours to take back from 1 to 9"):
        undo_all(world.desk, 1, 9)


def test_of_several_those_that_cannot_be_taken_back_are_named_and_the_rest_is(world: World) -> None:
    sent, staged = merge(world, world.candidate("a", "b")), merge(world, world.candidate("c", "d"))
    world.database.connection.execute("UPDATE operation SET state = 'done' WHERE id = ?", (sent.operation,))
    undone, left = undo_all(world.desk, sent.decision, staged.decision)
    assert [one.decision for one in undone] == [staged.decision]
    assert [one.decision for one in left] == [sent.decision] and "carried out" in left[0].reason
