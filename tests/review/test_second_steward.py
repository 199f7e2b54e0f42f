"""The second pair of eyes: what is risky waits for another steward, who sees what the proposer saw."""

from dataclasses import replace
from datetime import timedelta

import pytest

from reviewer.domain.errors import NotFoundError, RefusedError
from reviewer.domain.identifiers import Identifier
from reviewer.domain.journal import State
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.domain.rulings import RulingKind
from reviewer.review import approving, auto, candidate, decide, rule, stage
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.progress import progress
from reviewer.review.screen_text import screen_text
from reviewer.review.steward import Steward
from reviewer.review.undo import undo
from reviewer.store import approvals, operations
from tests.review.conftest import FAMILY
from tests.review.people import World, acts_of, person

ALWAYS = Thresholds(FourEyes.ALWAYS, weight=-100.0)
RISKY = Thresholds(FourEyes.RISKY, weight=-100.0)


def desk_of(world: World, name: str, sudo_user: str | None = None, four_eyes: Thresholds = ALWAYS) -> Desk:
    return replace(world.desk, steward=Steward(name, sudo_user, 1000), four_eyes=four_eyes)


def proposed(world: World, first: str = "a", second: str = "b", note: str = "") -> Decided:
    """A merge that ada proposes."""
    desk = desk_of(world, "ada")
    return decide.merge(desk, candidate.view(desk, world.candidate(first, second)), note=note)


def test_what_needs_a_second_steward_is_planned_and_not_staged(world: World) -> None:
    decided = proposed(world)
    operation = world.operation(decided.decision)
    assert operation.state is State.PLANNED and operation.approvals_needed == 1
    assert decided.send_after is None and decided.why_two == ("the settings ask for two on every act",)
    assert "proposed" in decided.sentence
    assert stage.staged(world.desk) == [] and stage.release(world.desk) == 0
    assert operations.due(world.database, world.clock() + timedelta(days=9)) == []
    number = world.candidate("a", "b")
    assert world.state(number) == "staged" and number not in world.open()
    standing = candidate.view(world.desk, number).standing
    assert f"operation {operation.id} waits for a second steward (the settings" in standing
    assert acts_of(world.database, f"decision:{decided.decision}") == ["decided merge", "proposed merge"]


def test_without_four_eyes_it_is_staged_at_once_with_the_yes_of_who_decided(world: World) -> None:
    decided = decide.merge(world.desk, candidate.view(world.desk, world.candidate("a", "b")))
    assert world.operation(decided.decision).state is State.STAGED and decided.why_two == ()
    (yes,) = approvals.of_operation(world.database, decided.operation or 0)
    assert (yes.role, yes.steward, yes.signature) == ("proposer", "ada", "")
    assert acts_of(world.database, f"decision:{decided.decision}") == ["decided merge"]


def test_what_is_risky_is_said_before_it_is_decided(world: World) -> None:
    desk = desk_of(world, "ada", four_eyes=RISKY._replace(group_size=2))
    view = candidate.view(desk, world.candidate("a", "b"))
    assert view.why_two == ("2 contacts",)
    assert "needs a second steward: 2 contacts" in screen_text(view)
    assert candidate.view(desk_of(world, "ada", four_eyes=RISKY), world.candidate("a", "b")).why_two == ()
    assert decide.merge(desk, view).why_two == ("2 contacts",)


def test_another_steward_approves_and_the_cool_off_begins_then(world: World) -> None:
    decided = proposed(world)
    world.clock.move(hours=3)
    bob = desk_of(world, "bob")
    approved = approving.approve(bob, decided.decision, note="checked the CRM")
    assert approved.send_after == world.clock() + bob.cool_off
    operation = world.operation(decided.decision)
    assert operation.state is State.STAGED
    assert [row.send_after for row in stage.staged(bob)] == [approved.send_after]
    first, second = approvals.of_operation(world.database, operation.id)
    assert (first.role, second.role, second.steward, second.uid) == ("proposer", "approver", "bob", 1000)
    assert first.fingerprint == second.fingerprint != "" and second.note == "checked the CRM"
    assert acts_of(world.database, f"decision:{decided.decision}")[-1] == "approved merge"


@pytest.mark.parametrize("who", [Steward("ada"), Steward("root", "ada"), Steward("ada", "somebody")])
def test_nobody_approves_or_rejects_their_own(world: World, who: Steward) -> None:
    decided = proposed(world)
    desk = replace(world.desk, steward=who)
    with pytest.raises(RefusedError, match=r"is yours: another steward has to approve it; .reviewer undo"):
        approving.approve(desk, decided.decision)
    with pytest.raises(RefusedError, match=r"is yours: .reviewer undo"):
        approving.reject(desk, decided.decision, "no")
    assert world.operation(decided.decision).state is State.PLANNED


def test_an_approval_needs_something_that_waits(world: World) -> None:
    bob = desk_of(world, "bob")
    with pytest.raises(NotFoundError):
        approving.approve(bob, 99)
    decided = proposed(world)
    approving.approve(bob, decided.decision)
    for act in (approving.approve, lambda desk, number: approving.reject(desk, number, "no")):
        with pytest.raises(RefusedError, match=r"does not wait for a second steward: its operation \d+ is staged"):
            act(bob, decided.decision)
    apart = decide.distinct(bob, candidate.view(bob, world.candidate("c", "d")))
    with pytest.raises(RefusedError, match="needs no second steward"):
        approving.approve(desk_of(world, "cy"), apart.decision)


def test_what_changed_since_it_was_proposed_cannot_be_approved_and_is_named(world: World) -> None:
    decided = proposed(world)
    bob = desk_of(world, "bob")
    assert approving.changed_since(bob, decided.decision) == ""
    world.write(person("b", firstName="Mallory", personalEmail="bob@mail.example"))
    assert approving.changed_since(bob, decided.decision).startswith("first name")
    with pytest.raises(RefusedError, match=r"changed since it was proposed: first name.* of b"):
        approving.approve(bob, decided.decision)
    assert world.operation(decided.decision).state is State.PLANNED
    approving.reject(bob, decided.decision, "look again")
    again = decide.merge(bob, candidate.view(bob, world.candidate("a", "b")))
    assert approving.approve(desk_of(world, "ada"), again.decision).send_after


def test_a_ruling_that_was_made_since_counts_as_a_change(world: World) -> None:
    decided = proposed(world)
    bob = desk_of(world, "bob")
    rule.rule(bob, Identifier("Phone", FAMILY), RulingKind.HOUSEHOLD, candidate=world.candidate("g", "h"))
    with pytest.raises(RefusedError, match="a ruling on an identifier of theirs"):
        approving.approve(bob, decided.decision)


def test_a_contact_that_is_gone_since_cannot_be_approved(world: World) -> None:
    decided = proposed(world)
    world.database.connection.execute("UPDATE contact SET state = 'gone' WHERE id = 'b'")
    with pytest.raises(RefusedError, match="b was merged or removed in the service"):
        approving.approve(desk_of(world, "bob"), decided.decision)


def test_a_rejected_one_returns_marked_with_who_and_why(world: World) -> None:
    decided = proposed(world)
    number = world.candidate("a", "b")
    rejected = approving.reject(desk_of(world, "bob"), decided.decision, "two brothers")
    assert (rejected.candidate, rejected.state) == (number, "open")
    operation = world.operation(decided.decision)
    assert operation.state is State.WITHDRAWN and operation.outcome == "rejected by bob: two brothers"
    assert operations.holder_of(world.database, "contact:a") is None
    mark = candidate.view(world.desk, number).mark
    assert mark == f"operation {operation.id} was withdrawn: rejected by bob: two brothers"
    world.write(person("z"))
    assert world.mark(number), "deriving everything again keeps it"
    with pytest.raises(RefusedError, match="no decision of yours to take back"):
        undo(desk_of(world, "ada"))
    proposed(world)
    undo(desk_of(world, "ada"))
    assert world.mark(number) == "", "one's own taking back leaves no mark"


def test_a_rejection_says_why(world: World) -> None:
    decided = proposed(world)
    with pytest.raises(RefusedError, match="say in a note why"):
        approving.reject(desk_of(world, "bob"), decided.decision, "  ")


def test_its_proposer_takes_it_back_while_it_waits_and_after(world: World) -> None:
    for approved in (False, True):
        before = world.snapshot()
        decided = proposed(world)
        if approved:
            approving.approve(desk_of(world, "bob"), decided.decision)
        undo(desk_of(world, "ada"))
        assert world.operation(decided.decision).state is State.WITHDRAWN
        assert world.snapshot() == before
        with pytest.raises(RefusedError, match="does not wait"):
            approving.approve(desk_of(world, "bob"), decided.decision)


def test_the_list_says_who_proposed_what_and_why(world: World) -> None:
    decided = proposed(world, note="seen in the CRM")
    (row,) = approving.waiting(desk_of(world, "bob"))
    assert (row.decision, row.operation, row.candidate) == (
        decided.decision,
        decided.operation,
        world.candidate("a", "b"),
    )
    assert (row.proposer, row.note, row.contacts, row.yours) == ("ada", "seen in the CRM", ("a", "b"), False)
    assert row.why == "the settings ask for two on every act"
    assert approving.waiting(desk_of(world, "root", "ada"))[0].yours
    assert [(p.proposed, p.for_you) for p in map(progress, (desk_of(world, "bob"), world.desk))] == [(1, 1), (1, 0)]


def test_the_automatic_rung_proposes_in_the_name_of_who_runs_it(world: World) -> None:
    desk = desk_of(world, "ada", four_eyes=RISKY._replace(group_size=2))
    (number,) = auto.automatic(desk)
    decided = auto.approve(desk, number)
    assert decided is not None and decided.why_two == ("2 contacts",)
    with pytest.raises(RefusedError, match="is yours"):
        approving.approve(desk, decided.decision)
    assert approving.approve(desk_of(world, "bob"), decided.decision).send_after


def test_a_rejected_one_is_not_taken_up_by_the_automatic_rung(world: World) -> None:
    (number,) = auto.automatic(world.desk)
    decided = auto.approve(desk_of(world, "ada"), number)
    assert decided is not None
    approving.reject(desk_of(world, "bob"), decided.decision, "no")
    assert auto.automatic(world.desk) == []
