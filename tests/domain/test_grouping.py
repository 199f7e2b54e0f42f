"""Groups: who hangs together, whatever the order in which the pairs were found."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.grouping import MAX_GROUP, Edge, groups

TWO = st.lists(st.integers(1, 8), min_size=2, max_size=2, unique=True).map(lambda two: (min(two), max(two)))
WEIGHT = st.sampled_from((9.0, 7.0, 5.0))
EDGES = st.lists(
    st.builds(lambda two, weight, joins: Edge(two[0], two[1], weight, joins), TWO, WEIGHT, st.booleans()),
    max_size=14,
    unique_by=lambda edge: (edge.a, edge.b),
)
APART = st.lists(TWO, max_size=5)


@given(edges=EDGES, apart=APART, data=st.data())
def test_the_order_of_pairs_does_not_matter(
    edges: list[Edge], apart: list[tuple[int, int]], data: st.DataObject
) -> None:
    found = groups(edges, apart)
    turned = [(b, a) for a, b in data.draw(st.permutations(apart))]
    assert groups(data.draw(st.permutations(edges)), turned) == found


@given(edges=EDGES, apart=APART)
def test_nobody_is_in_two_groups_or_with_whom_they_are_kept_apart_from(
    edges: list[Edge], apart: list[tuple[int, int]]
) -> None:
    found = groups(edges, apart)
    assert len({number for group in found for number in group}) == sum(map(len, found))
    assert all(len(group) > 1 and list(group) == sorted(group) for group in found)
    assert not {two for group in found for two in combinations(group, 2)} & set(apart)


@given(edges=EDGES)
def test_without_anything_apart_groups_are_what_joining_pairs_connect(edges: list[Edge]) -> None:
    reached = {number: {number} for number in range(1, 9)}
    for edge in edges:
        if edge.joins:
            union = reached[edge.a] | reached[edge.b]
            for number in union:
                reached[number] = union
    assert groups(edges, ()) == sorted({tuple(sorted(one)) for one in reached.values() if len(one) > 1})


def test_the_strongest_evidence_decides_who_joins_first() -> None:
    edges = [Edge(1, 2, 5.0, True), Edge(2, 3, 9.0, True)]
    assert groups(edges, [(1, 3)]) == [(2, 3)]


def test_what_is_kept_apart_from_one_is_kept_apart_from_its_whole_group() -> None:
    edges = [Edge(1, 2, 9.0, True), Edge(3, 4, 8.0, True), Edge(2, 3, 7.0, True)]
    assert groups(edges, [(1, 4)]) == [(1, 2), (3, 4)]
    assert groups(edges, [(5, 6)]) == [(1, 2, 3, 4)]


def test_a_group_is_never_larger_than_one_person_can_be() -> None:
    assert MAX_GROUP == 49
    chain = [Edge(number, number + 1, 9.0, True) for number in range(1, 60)]
    assert max(map(len, groups(chain, ()))) == MAX_GROUP
