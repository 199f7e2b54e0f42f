"""Overlapping approvals where a second steward has to approve."""

from dataclasses import replace

import pytest

from reviewer.domain.journal import State
from reviewer.domain.levels import Attribute
from reviewer.domain.risk import FourEyes, Thresholds
from reviewer.review import approving, candidate, decide, join, overlap
from reviewer.review.overlap import JOIN, TAKE_BACK
from reviewer.store import stamp
from tests.review.people import Levels, World, person
from tests.review.test_overlap import document_of, offered, overlapping, shown

NO_GROUP: Levels = {Attribute.GIVEN: "exact", Attribute.SURNAME: "exact"}
"""Too weak to pull contacts into one group."""
VETOED: Levels = {**NO_GROUP, Attribute.BORN: "different"}
"""A date of birth that stands against it."""

__all__ = ["overlapping"]
"""The fixture of the other file, used here too."""


@pytest.mark.parametrize("way", [JOIN, TAKE_BACK])
def test_what_waits_for_a_second_steward_is_told_so_and_can_be_joined_or_taken_back(world: World, way: str) -> None:
    world.write(person("z", firstName="Robin", title="Dr"))
    world.score(("b", "z", "duplicate", NO_GROUP))
    bea = replace(world.desk_of("bea"), four_eyes=Thresholds(FourEyes.ALWAYS))
    decide.merge(bea, candidate.view(bea, world.candidate("a", "b")))
    found = offered(world)
    assert found.keepers[0].state == "planned"
    assert found.sentence.startswith(
        "A is part of operation 1, proposed, and waits for a second steward, by decision 1"
    )
    assert [possible.possible for possible in found.ways] == [True, True, True]
    if way == JOIN:
        decided = join.join(world.desk, join.union(world.desk, world.candidate("b", "z")))
    else:
        decided = overlap.take_back(world.desk, shown(world))
    assert world.operation(1).state is State.WITHDRAWN
    assert world.operation(decided.operation or 0).state is State.STAGED


def test_a_join_is_as_risky_as_the_weakest_of_what_it_joins(overlapping: World) -> None:
    weak, strong = shown(overlapping).weight, float(document_of(overlapping, 1)["weight"])
    assert weak < strong
    desk = replace(overlapping.desk, four_eyes=Thresholds(FourEyes.RISKY, weight=(weak + strong) / 2))
    view = join.union(desk, overlapping.candidate("b", "z"))
    decided = join.join(desk, view)
    assert decided.why_two == view.why_two and decided.why_two[0].startswith(f"its weight {weak:+.1f} is below")
    assert overlapping.operation(decided.operation or 0).state is State.PLANNED


def test_a_join_over_a_veto_needs_a_second_steward_as_the_pair_would(overlapping: World) -> None:
    overlapping.score(("a", "z", "duplicate", VETOED))
    desk = replace(overlapping.desk, four_eyes=Thresholds(FourEyes.RISKY, weight=-100.0))
    view = join.union(desk, overlapping.candidate("b", "z"))
    assert join.join(desk, view).why_two == view.why_two == ("the rules veto it",)


def test_a_second_steward_sees_all_contacts_of_a_proposed_join(overlapping: World) -> None:
    desk = replace(overlapping.desk, four_eyes=Thresholds(FourEyes.ALWAYS))
    view = join.union(desk, overlapping.candidate("b", "z"))
    decided = join.join(desk, view)
    waits = approving.read(replace(overlapping.desk_of("bea"), four_eyes=desk.four_eyes), decided.decision)
    proposed = approving.proposed_view(desk, waits)
    assert [column.contact_id for column in proposed.columns] == [column.contact_id for column in view.columns]
    assert proposed.basis == view.basis and proposed.kind == view.kind


class _Asks:
    """A signer that asks a person first; says whether anybody could write meanwhile."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.locked: list[bool] = []

    def make_ready(self) -> None:
        self.locked.append(self.world.database.connection.in_transaction)

    def sign(self, text: bytes) -> str:
        return "signed"


@pytest.mark.parametrize("way", ["merge", JOIN, TAKE_BACK])
def test_a_passphrase_is_asked_for_while_others_can_write(overlapping: World, way: str) -> None:
    stamp.claim_organization(overlapping.database, "acme", "ACME")
    asks = _Asks(overlapping)
    desk = replace(overlapping.desk, signer=asks)
    if way == "merge":
        decide.merge(desk, candidate.view(desk, overlapping.candidate("c", "d")))
    elif way == JOIN:
        join.join(desk, join.union(desk, overlapping.candidate("b", "z")))
    else:
        overlap.take_back(desk, candidate.view(desk, overlapping.candidate("b", "z")))
    assert asks.locked == [False]
