"""What holds a group together, told one link at a time, the weakest first; and what speaks against it."""

import json

import pytest

from reviewer.cli.output import named
from reviewer.domain.errors import RefusedError
from reviewer.domain.levels import Attribute
from reviewer.review import candidate, decide, undo
from reviewer.review.links import MOST_IN_FULL, link_between, showing
from reviewer.review.screen_text import screen_text
from reviewer.review.views import CandidateView
from tests.review.people import CERTAIN, TWO_FACTORS, Levels, World, person

WEAK: Levels = {Attribute.GIVEN: "initial", Attribute.SURNAME: "exact", Attribute.EMAIL: "own"}
AGAINST: Levels = {Attribute.GIVEN: "unlike", Attribute.SURNAME: "exact"}


@pytest.fixture
def group(world: World) -> CandidateView:
    """A chain of four, the last link of it weak: A–B, B–C strong, C–D weak, A–D against it."""
    world.write(*(person(f"g{index}") for index in range(4)))
    world.score(
        ("g0", "g1", "duplicate", CERTAIN),
        ("g1", "g2", "duplicate", TWO_FACTORS),
        ("g0", "g2", "duplicate", TWO_FACTORS),
        ("g2", "g3", "duplicate", WEAK),
        ("g0", "g3", "duplicate", AGAINST),
    )
    return candidate.view(world.desk, world.candidate("g0", "g1", "g2", "g3"))


def test_the_weakest_link_comes_first_and_says_who_would_be_on_each_side(group: CandidateView) -> None:
    assert [link.letters for link in group.pairs if link.holds] == [("C", "D"), ("A", "C"), ("A", "B")]
    weakest = group.pairs[0]
    assert weakest.without == (("A", "B", "C"), ("D",)) and not weakest.against
    assert weakest.why == ("same email, held by nobody else", "an initial that fits the given name", "same surname")
    assert group.weight == weakest.weight < group.pairs[1].weight


def test_the_waterfall_the_reasons_and_the_factors_are_those_of_the_weakest_link(group: CandidateView) -> None:
    assert group.bars_of == ("C", "D") and group.bars == group.pairs[0].weighed.bars
    assert group.prior + sum(bar.weight for bar in group.bars) == pytest.approx(group.weight)
    assert (group.reasons, group.factors) == (group.pairs[0].reasons, group.pairs[0].factors)


def test_what_speaks_against_the_group_is_told_next_with_its_reason(group: CandidateView) -> None:
    others = [(link.letters, link.against) for link in group.pairs if not link.holds]
    assert others == [(("A", "D"), True), (("B", "C"), False)]
    told = screen_text(group)
    assert "C–D -" not in told and "; without it: A B C | D" in told
    assert told.index("C–D +") < told.index("A–B +") < told.index("against: A–D -") < told.index("also: B–C +")
    assert "against: A–D -" in told


def test_every_link_is_in_the_json_with_its_waterfall(group: CandidateView) -> None:
    pairs = json.loads(json.dumps(named(group)))["pairs"]
    assert [pair["letters"] for pair in pairs][:2] == [["C", "D"], ["A", "C"]]
    assert all(len(pair["weighed"]["bars"]) == len(group.bars) for pair in pairs)


def test_the_evidence_of_any_two_is_shown_and_nothing_else_changes(world: World, group: CandidateView) -> None:
    link = link_between(world.desk, group, ("d", "a"))
    shown = showing(group, link)
    assert shown.bars_of == ("A", "D") and shown.bars == link.weighed.bars != group.bars
    assert (shown.weight, shown.seen, shown.basis) == (group.weight, group.seen, group.basis)
    with pytest.raises(RefusedError, match="nothing links B and D directly"):
        link_between(world.desk, group, ("B", "D"))
    for wrong in (("A",), ("A", "A"), ("A", "E"), ("A", "B", "C")):
        with pytest.raises(RefusedError, match="names no pair of this candidate"):
            link_between(world.desk, group, wrong)


def test_without_the_smaller_side_the_rest_is_as_sure_as_its_own_weakest_link(
    world: World, group: CandidateView
) -> None:
    part = candidate.view(world.desk, group.id, left_out=["g3"])
    assert part.weight == group.pairs[1].weight and part.bars_of == ("A", "C")
    assert not [link for link in part.pairs if link.against]


def test_contacts_that_nothing_links_are_told_and_weigh_what_any_two_do(world: World, group: CandidateView) -> None:
    part = candidate.view(world.desk, group.id, left_out=["g0", "g2"])
    assert part.unlinked == "nothing links B | D: no pair of the two"
    assert (part.weight, part.verdict, part.bars) == (part.prior, "review", ())
    assert "nothing links B | D" in screen_text(part)
    assert decide.merge(world.desk, part).decision, "a steward may know better"


def test_an_approved_group_is_judged_by_the_link_that_was_shown(world: World, group: CandidateView) -> None:
    from reviewer.execute.judgement import judged_now

    judged = judged_now(world.database, [column.contact_id for column in group.columns])
    assert judged is not None and (judged.verdict, judged.factors) == (group.verdict, group.factors)
    decided = decide.merge(world.desk, group)
    undo.undo(world.desk, decided.decision)
    assert candidate.view(world.desk, group.id).weight == group.weight


def test_who_is_linked_and_kept_out_is_told_with_what_speaks_against_it(world: World) -> None:
    world.write(*(person(f"k{index}", firstName=f"K{index}") for index in range(4)))
    veto: Levels = {**CERTAIN, Attribute.BORN: "different"}
    world.score(
        ("k0", "k1", "duplicate", CERTAIN),
        ("k1", "k2", "duplicate", TWO_FACTORS),
        ("k0", "k2", "duplicate", {**veto, Attribute.ANCHOR: "disjoint"}),
        ("k0", "k3", "duplicate", TWO_FACTORS),
    )
    group = candidate.view(world.desk, world.candidate("k0", "k1", "k3"))
    (said,) = group.kept_out
    assert said.startswith("K2 Doe is linked to B (+")
    assert "but A speaks against it: different anchors in the system of record; different dates of birth" in said
    assert "kept out: K2 Doe is linked to B" in screen_text(group)
    between = candidate.view(world.desk, world.candidate("k1", "k2"))
    (other,) = between.kept_out
    assert other.startswith("K0 Doe is linked to A (+"), "the veto is in sight where the stronger pair stands for both"
    assert "but B speaks against it" in other
    decide.distinct(world.desk, candidate.view(world.desk, group.id, left_out=["k1"]))
    rest = candidate.view(world.desk, world.candidate("k0", "k1"))
    assert rest.kept_out == group.kept_out, "what a steward said of the very pair that linked it is no news"
    world.score(("k1", "k3", "duplicate", TWO_FACTORS))
    told = candidate.view(world.desk, rest.id).kept_out[-1]
    assert told.startswith("K3 Doe is linked to B (+") and "but decision 1 (distinct) of ada at" in told
    assert told.endswith("keeps it apart from A")


def test_a_crowd_tells_in_full_what_holds_it_and_any_two_that_are_asked_for(world: World) -> None:
    size = 13
    world.write(*(person(f"w{index}") for index in range(size)))
    two = [(f"w{a}", f"w{b}", "duplicate", TWO_FACTORS) for a in range(size) for b in range(a + 1, size)]
    world.score(*two)
    view = candidate.view(world.desk, world.candidate(*(f"w{index}" for index in range(size))))
    full = [link for link in view.pairs if link.holds]
    assert len(view.pairs) == len(two) > MOST_IN_FULL + len(full)
    assert len(full) == size - 1 and list(view.in_full) == full and all(link.weighed.bars for link in full)
    plain = view.pairs[-1]
    assert link_between(world.desk, view, plain.letters).weighed.bars
