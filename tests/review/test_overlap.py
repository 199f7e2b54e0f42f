"""Approving onto a contact that a live operation keeps: to join, to wait, or to take the other back."""

import json
from typing import Any

import pytest

from reviewer.domain.errors import HeldError, RefusedError
from reviewer.domain.golden_record import NOTHING
from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.review import candidate, decide, join, overlap, undo
from reviewer.review.decide import Decided
from reviewer.review.overlap import JOIN, TAKE_BACK, WAIT, Offer
from reviewer.review.screen_text import screen_text
from reviewer.review.views import CandidateView
from reviewer.store import audit_check, awaited, decisions, operations, queue
from reviewer.store.transaction import transaction
from tests.review.people import TWO_FACTORS, Levels, World, acts_of, person

NO_GROUP: Levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
"""Too weak to pull contacts into one group."""
VETOED: Levels = {**NO_GROUP, Attribute.BORN: "different"}
"""A date of birth that stands against it."""


@pytest.fixture
def overlapping(world: World) -> World:
    """``a``/``b`` and ``b``/``z`` are candidates of their own; bea has approved the first, with a pick."""
    world.write(person("z", firstName="Robin", title="Dr"))
    world.score(("b", "z", "duplicate", NO_GROUP))
    approve(world, "a", "b", steward="bea", picks={"firstName": "a"})
    assert world.state(world.candidate("b", "z")) == "waiting"
    return world


def approve(world: World, *ids: str, steward: str = "ada", picks: dict[str, str] | None = None) -> Decided:
    view = candidate.view(world.desk, world.candidate(*ids), picks=picks)
    return decide.merge(world.desk_of(steward), view)


def shown(world: World) -> CandidateView:
    return candidate.view(world.desk, world.candidate("b", "z"))


def offered(world: World) -> Offer:
    found = overlap.offer(world.desk, shown(world))
    assert found is not None
    return found


def begin(world: World, operation: int, state: State = State.SENDING) -> None:
    """The executor begins to send an operation."""
    with transaction(world.database) as connection:
        operations.move(connection, operation, State.SENDING, world.clock())
        sent = "2026-11-23T12:00:00.000000Z"
        operations.update_step(connection, operation, 1, state="sending", sent_at=sent)
        if state is not State.SENDING:
            operations.move(connection, operation, state, world.clock())
            operations.update_step(connection, operation, 1, state="unclear", answered_at=sent)


def end(world: World, operation: int, state: State, **columns: Any) -> None:
    """An operation ends, as the executor journals it."""
    from reviewer.execute.journaling import Journal

    members = [subject.partition(":")[2] for subject in ("contact:a", "contact:b")]
    Journal(world.database, world.desk.rules, clock=world.clock).end(operation, state, "said", members=members)


def document_of(world: World, decision: int) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(decisions.read(world.database, decision).document)
    return found


def test_a_merge_onto_a_kept_contact_is_refused_and_offers_three_ways(overlapping: World) -> None:
    with pytest.raises(HeldError, match="b is already part of operation 1"):
        decide.merge(overlapping.desk, shown(overlapping))
    found = offered(overlapping)
    (keeper,) = found.keepers
    assert (keeper.operation, keeper.decision, keeper.steward, keeper.keeps) == (1, 1, "bea", ("b",))
    assert keeper.contacts == ("a", "b") and keeper.state == "staged"
    said = "A is part of operation 1, staged, sent from 2026-11-23 12:10:00 UTC, by decision 1 (merge) of bea at"
    assert found.sentence.startswith(said)
    assert [(way.name, way.possible) for way in found.ways] == [(JOIN, True), (WAIT, True), (TAKE_BACK, True)]
    assert "all 3 contacts" in found.way(JOIN).sentence


def test_nothing_is_offered_where_nothing_is_kept(world: World) -> None:
    view = candidate.view(world.desk, world.candidate("a", "b"))
    assert overlap.offer(world.desk, view) is None
    with pytest.raises(RefusedError, match="no other operation keeps"):
        join.union(world.desk, view.id)
    with pytest.raises(RefusedError, match="nothing to wait for"):
        overlap.wait(world.desk, view)
    with pytest.raises(RefusedError, match="no other operation keeps"):
        overlap.take_back(world.desk, view)


def test_a_join_shows_all_contacts_with_the_carried_picks_and_the_arithmetic(overlapping: World) -> None:
    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    assert [column.contact_id for column in view.columns] == ["a", "b", "z"]
    assert view.basis.picks == {"firstName": "a"} and view.basis.promise["firstName"] == "Bob"
    assert {pair.letters for pair in view.pairs} == {("A", "B"), ("B", "C")}
    said = "\n".join(view.joining_said)
    assert "joins operation 1 (merge of Bob Doe + Rob Doe): decision 1 (merge) of bea" in said
    assert "one merge of 3 contacts, of at most 49: 2 of this candidate and 1 more" in said
    assert "will consist of 4 of at most 52" in said
    assert "carried over from decision 1: first name of A" in said
    assert "nothing was found that links A–C directly" in said
    assert f"join: {view.joining_said[0]}" in screen_text(view)


def test_a_join_is_approved_as_it_was_shown_and_takes_the_place_of_the_other(overlapping: World) -> None:
    number = overlapping.candidate("b", "z")
    overlapping.clock.move(minutes=5)
    decided = join.join(overlapping.desk, join.union(overlapping.desk, number))
    assert overlapping.operation(1).state is State.WITHDRAWN
    operation = overlapping.operation(decided.decision)
    assert operation.state is State.STAGED and decided.send_after == overlapping.clock() + overlapping.desk.cool_off
    (step,) = operations.steps(overlapping.database, operation.id)
    assert json.loads(step.request)["contactIds"] == ["a", "b", "z"]
    assert json.loads(step.request)["valueOverride"]["firstName"] == "Bob"
    first = decisions.read(overlapping.database, 1)
    assert first.undone_by == "ada"
    joined = document_of(overlapping, decided.decision)["joined"]
    assert joined == [{"operation": 1, "decision": 1, "candidate": overlapping.candidate("a", "b"), "steward": "bea"}]
    assert acts_of(overlapping.database, f"decision:{decided.decision}") == ["decided merge", "joined"]
    assert acts_of(overlapping.database, "decision:1") == ["decided merge", "took back merge"]
    assert audit_check.first_broken(overlapping.database) is None
    assert overlapping.state(number) == overlapping.state(overlapping.candidate("a", "b")) == "staged"
    assert "in the place of operation 1" in decided.sentence


def test_a_join_that_is_taken_back_gives_open_candidates_and_no_old_approval(overlapping: World) -> None:
    decided = join.join(overlapping.desk, join.union(overlapping.desk, overlapping.candidate("b", "z")))
    undone = undo.undo(overlapping.desk, decided.decision)
    pair = overlapping.candidate("a", "b")
    assert overlapping.state(overlapping.candidate("b", "z")) == overlapping.state(pair) == "open"
    assert queue.read(overlapping.database, pair).decision is None
    assert f"does not come back: candidate {pair} is to be decided again" in undone.sentence
    assert operations.in_states(overlapping.database, [State.STAGED]) == []


def test_both_candidates_of_a_join_say_how_its_operation_ended(overlapping: World) -> None:
    decided = join.join(overlapping.desk, join.union(overlapping.desk, overlapping.candidate("b", "z")))
    end(overlapping, decided.operation or 0, State.VOID)
    for ids in (("a", "b"), ("b", "z")):
        number = overlapping.candidate(*ids)
        assert (overlapping.state(number), overlapping.mark(number)) == ("open", "operation 2 ended void")


@pytest.mark.parametrize("way", [JOIN, TAKE_BACK])
def test_a_swap_fails_as_a_whole_if_the_other_began_to_be_sent_meanwhile(overlapping: World, way: str) -> None:
    number = overlapping.candidate("b", "z")
    view = join.union(overlapping.desk, number) if way == JOIN else shown(overlapping)
    begin(overlapping, 1)
    with pytest.raises(RefusedError, match=r"operation 1 cannot be taken back any more, it is being sent.* 12:02:00"):
        join.join(overlapping.desk, view) if way == JOIN else overlap.take_back(overlapping.desk, view)
    assert overlapping.operation(1).state is State.SENDING
    assert decisions.read(overlapping.database, 1).undone_at is None
    assert len(decisions.all_of(overlapping.database)) == 1


def test_a_swap_whose_last_part_fails_leaves_the_first_approval_standing(
    overlapping: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*given: object, **how: object) -> None:
        raise RefusedError("the disk")

    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    monkeypatch.setattr(operations, "write", fails)
    with pytest.raises(RefusedError, match="the disk"):
        join.join(overlapping.desk, view)
    with pytest.raises(RefusedError, match="the disk"):
        overlap.take_back(overlapping.desk, shown(overlapping))
    assert overlapping.operation(1).state is State.STAGED
    assert decisions.read(overlapping.database, 1).undone_at is None
    assert acts_of(overlapping.database, "decision:1") == ["decided merge"]


def test_a_join_is_refused_if_a_contact_of_the_other_approval_changed_since_it_was_shown(overlapping: World) -> None:
    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    overlapping.write(person("a", firstName="Boris", personalEmail="bob@mail.example"))
    with pytest.raises(RefusedError, match="the join changed since it was shown"):
        join.join(overlapping.desk, view)
    assert overlapping.operation(1).state is State.STAGED


def test_a_join_is_refused_if_the_other_was_approved_anew_since_it_was_shown(overlapping: World) -> None:
    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    undo.undo(overlapping.desk_of("bea"), 1)
    approve(overlapping, "a", "b", steward="bea")
    with pytest.raises(RefusedError, match="the join changed since it was shown"):
        join.join(overlapping.desk, view)


def test_what_a_steward_keeps_apart_is_not_joined(overlapping: World) -> None:
    overlapping.score(("a", "z", "duplicate", NO_GROUP))
    apart = candidate.view(overlapping.desk, overlapping.candidate("a", "z"))
    decided = decide.distinct(overlapping.desk_of("carl"), apart)
    number = overlapping.candidate("b", "z")
    view = join.union(overlapping.desk, number)
    assert f"decision {decided.decision} (distinct) of carl" in view.refusal
    assert (
        f"keeps A and C apart: to join them all, take it back first (`reviewer undo {decided.decision}`)"
        in view.refusal
    )
    assert not offered(overlapping).way(JOIN).possible
    with pytest.raises(RefusedError, match="keeps A and C apart"):
        join.join(overlapping.desk, view)
    assert overlapping.operation(1).state is State.STAGED
    undo.undo(overlapping.desk, decided.decision)
    assert join.union(overlapping.desk, number).refusal == ""


def test_a_veto_inside_a_join_is_said_and_leaves_it_to_the_steward(overlapping: World) -> None:
    overlapping.score(("a", "z", "duplicate", VETOED))
    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    assert any(said.startswith("a veto stands between A and C: ") for said in view.joining_said)
    assert view.refusal == "" and view.verdict == "review"


def test_a_pick_that_makes_no_sense_any_more_is_not_carried_over_and_that_is_said(overlapping: World) -> None:
    undo.undo(overlapping.desk, 1)
    approve(overlapping, "a", "b", picks={"title": "a", "firstName": NOTHING})
    overlapping.write(person("a", firstName="Bob", personalEmail="bob@mail.example"))
    view = join.union(overlapping.desk, overlapping.candidate("b", "z"))
    assert view.basis.picks == {"firstName": NOTHING}
    assert "carried over from decision 2: first name empty" in view.joining_said
    assert "not carried over from decision 2: title of A" in view.joining_said


def test_a_join_of_several_operations_takes_the_place_of_all(overlapping: World) -> None:
    overlapping.score(("d", "z", "duplicate", NO_GROUP))
    approve(overlapping, "c", "d", steward="carl", picks={"firstName": "c"})
    undo.undo(overlapping.desk, 1)
    approve(overlapping, "a", "b", picks={"firstName": "a"})
    overlapping.score(("b", "d", "duplicate", NO_GROUP))
    number = overlapping.candidate("b", "d")
    view = join.union(overlapping.desk, number)
    assert [column.contact_id for column in view.columns] == ["a", "b", "c", "d"]
    assert view.basis.picks == {}, "they contradict each other"
    assert [one.steward for one in view.joining] == ["carl", "ada"]
    decided = join.join(overlapping.desk, view)
    assert "in the place of operations 2 and 3" in decided.sentence
    states = [one.state for one in operations.in_states(overlapping.database, list(State))]
    assert states == [State.WITHDRAWN, State.WITHDRAWN, State.WITHDRAWN, State.STAGED]


def test_a_stitch_that_is_joined_is_still_proved_by_looking_the_identity_up(world: World) -> None:
    world.score(("a", "e", "duplicate", NO_GROUP))
    decide.stitch(world.desk, candidate.view(world.desk, world.candidate("e", "f")))
    number = world.candidate("a", "e")
    view = join.union(world.desk, number)
    assert view.kind == "stitch" and ("look up", {"type": "SocialInstagram", "value": "178"}) in view.basis.steps
    decided = join.join(world.desk, view, "stitch")
    assert operations.holder_of(world.database, "identifier:SocialInstagram:178") == decided.operation


def test_the_other_is_taken_back_and_this_one_approved_as_one_act(overlapping: World) -> None:
    decided = overlap.take_back(overlapping.desk, shown(overlapping))
    assert overlapping.operation(1).state is State.WITHDRAWN
    assert decisions.read(overlapping.database, 1).undone_by == "ada"
    assert document_of(overlapping, decided.decision)["took_back"] == [
        {"operation": 1, "decision": 1, "steward": "bea"}
    ]
    assert overlapping.state(overlapping.candidate("a", "b")) == "waiting"
    assert overlapping.state(overlapping.candidate("b", "z")) == "staged"
    assert "decision 1 (merge) of bea" in decided.sentence and "taken back" in decided.sentence


@pytest.mark.parametrize(
    ("state", "said"),
    [(State.SENDING, "being sent: without an answer it is read from"), (State.UNCLEAR, "unclear: no answer came")],
)
def test_while_the_other_is_on_its_way_only_waiting_is_possible_and_it_says_until_when(
    overlapping: World, state: State, said: str
) -> None:
    begin(overlapping, 1, state)
    found = offered(overlapping)
    assert [way.possible for way in found.ways] == [False, True, False]
    assert said in found.sentence and "12:02:00 UTC" in found.sentence
    assert "cannot be taken back any more" in found.way(JOIN).sentence


def test_what_waits_is_put_aside_and_comes_back_when_the_operation_has_ended(overlapping: World) -> None:
    number = overlapping.candidate("b", "z")
    decided = overlap.wait(overlapping.desk, shown(overlapping), note="the colleague first")
    row = decisions.read(overlapping.database, decided.decision)
    assert (row.kind, row.steward, row.note) == ("defer", "ada", "the colleague first")
    assert overlapping.state(number) == "deferred"
    assert "put off until operation 1 has ended by decision 2 (defer) of ada" in shown(overlapping).standing
    overlapping.write(person("z", firstName="Robina"))
    assert overlapping.state(number) == "deferred", "a change does not end the waiting"
    end(overlapping, 1, State.FAILED)
    assert overlapping.state(number) == "open"
    assert overlapping.mark(number) == "operation 1 has ended: failed (ada waited for it)"
    assert shown(overlapping).mark.endswith(": said")
    decide.distinct(overlapping.desk, shown(overlapping))
    assert overlapping.state(number) == "settled"


def test_what_waits_comes_back_when_the_operation_is_taken_back(overlapping: World) -> None:
    number = overlapping.candidate("b", "z")
    overlap.wait(overlapping.desk, shown(overlapping))
    undo.undo(overlapping.desk_of("bea"), 1)
    assert overlapping.state(number) == "open"
    assert shown(overlapping).mark == "operation 1 was taken back (ada waited for it)"


def test_waiting_is_taken_back_like_any_decision(overlapping: World) -> None:
    number = overlapping.candidate("b", "z")
    overlap.wait(overlapping.desk, shown(overlapping))
    undo.undo(overlapping.desk)
    assert overlapping.state(number) == "waiting"
    undo.undo(overlapping.desk_of("bea"), 1)
    assert (overlapping.state(number), overlapping.mark(number)) == ("open", "")


def test_what_waits_for_two_operations_waits_for_both(overlapping: World) -> None:
    approve(overlapping, "c", "d", steward="carl")
    overlapping.score(("b", "d", "duplicate", NO_GROUP))
    number = overlapping.candidate("b", "d")
    overlap.wait(overlapping.desk, candidate.view(overlapping.desk, number))
    undo.undo(overlapping.desk, 1)
    assert overlapping.state(number) == "deferred"
    overlapping.clock.move(minutes=1)
    undo.undo(overlapping.desk, 2)
    assert (overlapping.state(number), overlapping.mark(number)) == (
        "open",
        "operation 2 was taken back (ada waited for it)",
    )


@pytest.mark.parametrize("how", ["taken back", "ended"])
def test_what_waits_for_an_identity_alone_comes_back_too(world: World, how: str) -> None:
    """No contact of it is kept: it is found by the decision that waits."""
    decide.stitch(world.desk, candidate.view(world.desk, world.candidate("e", "f")))
    world.write(
        {**person("k", instagramId={"ids": [{"userId": "178"}]}, firstName=None, lastName=None), "type": "Ephemeral"}
    )
    world.score(("c", "k", "stitch", NO_GROUP))
    number = world.candidate("c", "k")
    with pytest.raises(HeldError, match="SocialInstagram:178"):
        decide.stitch(world.desk, candidate.view(world.desk, number))
    found = overlap.offer(world.desk, candidate.view(world.desk, number))
    assert found is not None and found.keepers[0].keeps == ("SocialInstagram 178",)
    overlap.wait(world.desk, candidate.view(world.desk, number))
    assert world.state(number) == "deferred"
    assert awaited.waiting_for(world.database.connection, 1) == set(world.numbers("c", "k"))
    if how == "ended":
        end(world, 1, State.FAILED)
    else:
        undo.undo(world.desk, 1)
    assert world.state(number) == "open"


def test_a_group_with_a_contact_left_out_is_judged_by_those_that_stay(world: World) -> None:
    world.write(person("b2", firstName="Robby", personalEmail="bob@mail.example"))
    world.score(
        ("a", "b2", "duplicate", TWO_FACTORS), ("b", "b2", "duplicate", {**TWO_FACTORS, Attribute.BORN: "exact"})
    )
    group = world.candidate("a", "b", "b2")
    whole, part = candidate.view(world.desk, group), candidate.view(world.desk, group, left_out=["a"])
    assert whole.verdict == part.verdict == "review"
    assert part.weight == max(link.weight for link in whole.pairs) > whole.weight
