"""What holds a group together: as few and as strong links as connect it, the weakest first."""

from itertools import combinations
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.group_evidence import against, joins, spanning, verdict_of_group, weight_of_group
from reviewer.domain.grouping import Edge, groups
from reviewer.domain.policy import MOST_AUTOMATIC

UNLINKED = -9.0


class Pair(NamedTuple):
    """A judged pair."""

    a: int
    b: int
    weight: float
    verdict: str = "review"


NUMBERS = tuple(range(1, 7))
PAIRS = st.lists(
    st.builds(
        lambda two, weight, verdict: Pair(min(two), max(two), weight, verdict),
        st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2, unique=True),
        st.sampled_from((12.0, 9.0, 5.0, 1.0, -2.0)),
        st.sampled_from(("auto", "review", "shared", "veto")),
    ),
    max_size=12,
    unique_by=lambda pair: (pair.a, pair.b),
)


@given(inside=PAIRS, data=st.data())
def test_links_are_as_few_as_connect_what_is_connected_whatever_the_order(
    inside: list[Pair], data: st.DataObject
) -> None:
    tree = spanning(NUMBERS, inside)
    assert tree == spanning(NUMBERS, data.draw(st.permutations(inside)))
    assert len(tree.links) == len(NUMBERS) - len(tree.parts)
    part_of = {number: part for part in tree.parts for number in part}
    assert sorted(part_of) == list(NUMBERS) and all(part_of[pair.a] == part_of[pair.b] for pair in inside)
    for link in tree.links:
        one, other = tree.without(link)
        assert (link.a in one) != (link.a in other) and (link.a in one) == (link.b in other)
        assert tuple(sorted((*one, *other))) == part_of[link.a] and len(one) >= len(other)
        across = [pair for pair in inside if (pair.a in one) != (pair.b in one) and {pair.a, pair.b} <= {*one, *other}]
        stronger = [pair for pair in across if joins(pair) and pair.weight > link.weight]
        assert not stronger, "a link is the strongest that joins what it holds together"


@given(inside=PAIRS)
def test_a_group_has_the_links_and_the_weight_that_made_it(inside: list[Pair]) -> None:
    vetoes = [(pair.a, pair.b) for pair in inside if pair.verdict == "veto"]
    for group in groups([Edge(pair.a, pair.b, pair.weight, joins(pair)) for pair in inside], vetoes):
        within = [pair for pair in inside if {pair.a, pair.b} <= set(group.members)]
        tree = spanning(group.members, within)
        assert tree.whole and all(map(joins, tree.links))
        assert weight_of_group(tree, UNLINKED) == group.weakest == tree.links[0].weight


def test_the_weakest_link_comes_first_with_who_would_be_on_each_side() -> None:
    inside = [Pair(1, 2, 12.0), Pair(2, 3, 9.0), Pair(1, 3, 8.0), Pair(3, 4, 5.0), Pair(2, 4, 4.0)]
    tree = spanning((1, 2, 3, 4), inside)
    assert tree.links == (Pair(3, 4, 5.0), Pair(2, 3, 9.0), Pair(1, 2, 12.0))
    assert tree.without(tree.links[0]) == ((1, 2, 3), (4,))
    assert tree.without(tree.links[1]) == ((1, 2), (3, 4))


def test_a_veto_holds_contacts_together_only_where_nothing_else_does() -> None:
    inside = [Pair(1, 2, 12.0, "veto"), Pair(1, 3, 5.0), Pair(2, 3, 0.5)]
    tree = spanning((1, 2, 3), inside)
    assert tree.links == (Pair(2, 3, 0.5), Pair(1, 3, 5.0))
    assert list(against(inside)) == [inside[0]]


def test_contacts_that_nothing_links_weigh_what_any_contacts_do() -> None:
    inside = [Pair(1, 2, 12.0)]
    assert spanning((1, 2, 3), inside).parts == ((1, 2), (3,))
    assert weight_of_group(spanning((1, 2, 3), inside), UNLINKED) == UNLINKED
    assert weight_of_group(spanning((1, 3), []), UNLINKED) == UNLINKED
    assert weight_of_group(spanning((1, 2), inside), UNLINKED) == 12.0


AUTO = [Pair(1, 2, 12.0, "auto"), Pair(2, 3, 9.0, "auto")]


@pytest.mark.parametrize(
    ("inside", "verdict"),
    [
        ([*AUTO, Pair(1, 3, 9.0, "auto")], "auto"),
        ([*AUTO, Pair(1, 3, 0.5)], "auto"),
        (AUTO, "review"),
        ([AUTO[0], Pair(2, 3, 9.0), Pair(1, 3, 9.0)], "review"),
        ([AUTO[0]], "review"),
        ([*AUTO, Pair(1, 3, -0.5)], "review"),
        ([*AUTO, Pair(1, 3, 8.0, "shared")], "review"),
        ([*AUTO, Pair(1, 3, 20.0, "veto")], "review"),
    ],
    ids=("auto alone", "weak inside", "not judged", "one is not", "not connected", "unlikely", "shared", "veto"),
)  # fmt: skip
def test_a_group_is_automatic_where_automatic_pairs_connect_it_and_every_pair_is_known_to_speak_for_it(
    inside: list[Pair], verdict: str
) -> None:
    assert verdict_of_group((1, 2, 3), inside) == verdict


def test_two_contacts_have_the_verdict_of_their_pair_and_many_are_never_automatic() -> None:
    assert verdict_of_group((1, 2), [Pair(1, 2, 9.0, "veto")]) == "veto"
    assert verdict_of_group((1, 2), []) == "review"
    most, more = range(1, MOST_AUTOMATIC + 1), range(1, MOST_AUTOMATIC + 2)
    assert verdict_of_group(most, [Pair(a, b, 20.0, "auto") for a, b in combinations(most, 2)]) == "auto"
    assert verdict_of_group(more, [Pair(a, b, 20.0, "auto") for a, b in combinations(more, 2)]) == "review"
