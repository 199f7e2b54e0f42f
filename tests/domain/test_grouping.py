"""Groups: who hangs together, whatever the order in which the pairs were found."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.grouping import MAX_GROUP, Edge, Forest, groups

Two = tuple[int, int]

NUMBERS = range(1, 9)
TWO = st.lists(st.sampled_from(NUMBERS), min_size=2, max_size=2, unique=True).map(lambda two: (min(two), max(two)))
WEIGHT = st.sampled_from((9.0, 7.0, 5.0))
EDGES = st.lists(
    st.builds(lambda two, weight, joins: Edge(two[0], two[1], weight, joins), TWO, WEIGHT, st.booleans()),
    max_size=14,
    unique_by=lambda edge: (edge.a, edge.b),
)
APART = st.lists(TWO, max_size=5)


def members(edges: list[Edge], apart: list[Two]) -> list[tuple[int, ...]]:
    return [group.members for group in groups(edges, apart)]


def reference(edges: list[Edge], apart: list[Two], most: int) -> set[frozenset[int]]:
    """The rule as the design says it, in the plainest way: by falling weight, a union refused across what is apart."""
    parts = {number: frozenset([number]) for number in range(1, 200)}
    for edge in sorted(edges, key=lambda one: (-one.weight, one.a, one.b)):
        union = parts[edge.a] | parts[edge.b]
        if edge.joins and len(union) <= most and not any({a, b} <= union for a, b in apart):
            parts.update(dict.fromkeys(union, union))
    return {part for part in parts.values() if len(part) > 1}


@given(edges=EDGES, apart=APART, most=st.integers(2, 8))
def test_groups_are_what_the_rule_says(edges: list[Edge], apart: list[Two], most: int) -> None:
    forest = Forest(apart, most)
    for edge in sorted(edges, key=lambda one: (-one.weight, one.a, one.b)):
        if edge.joins:
            forest.unite(edge.a, edge.b)
    assert {frozenset(tree) for _, tree in forest.trees()} == reference(edges, apart, most)
    assert {frozenset(one) for one in members(edges, apart)} == reference(edges, apart, MAX_GROUP)


@given(edges=EDGES, apart=APART, data=st.data())
def test_the_order_of_pairs_does_not_matter(edges: list[Edge], apart: list[Two], data: st.DataObject) -> None:
    found = groups(edges, apart)
    turned = [(b, a) for a, b in data.draw(st.permutations(apart))]
    assert groups(data.draw(st.permutations(edges)), turned) == found


@given(edges=EDGES, apart=APART)
def test_nobody_is_in_two_groups_or_with_whom_they_are_kept_apart_from(edges: list[Edge], apart: list[Two]) -> None:
    found = members(edges, apart)
    assert len({number for group in found for number in group}) == sum(map(len, found))
    assert all(len(group) > 1 and list(group) == sorted(group) for group in found)
    assert not {two for group in found for two in combinations(group, 2)} & set(apart)


@given(edges=EDGES, apart=APART)
def test_two_groups_that_a_joining_pair_connects_could_not_be_one(edges: list[Edge], apart: list[Two]) -> None:
    group_of = {number: group for group in members(edges, apart) for number in group}
    for edge in edges:
        union = {*group_of.get(edge.a, (edge.a,)), *group_of.get(edge.b, (edge.b,))}
        together = group_of.get(edge.a) == group_of.get(edge.b) and edge.a in group_of
        assert together or not edge.joins or any({a, b} <= union for a, b in apart)


@given(edges=EDGES, apart=APART)
def test_a_group_weighs_what_its_weakest_link_does_by_the_strongest_way_to_connect_it(
    edges: list[Edge], apart: list[Two]
) -> None:
    for group in groups(edges, apart):
        within = [edge for edge in edges if edge.joins and {edge.a, edge.b} <= set(group.members)]
        connected = [
            floor
            for floor in {edge.weight for edge in within}
            if members([edge for edge in within if edge.weight >= floor], []) == [group.members]
        ]
        assert group.weakest == max(connected)


def test_the_strongest_evidence_decides_who_joins_first() -> None:
    edges = [Edge(1, 2, 5.0, True), Edge(2, 3, 9.0, True)]
    assert members(edges, [(1, 3)]) == [(2, 3)]


def test_of_two_equal_pairs_the_one_of_lower_numbers_joins() -> None:
    edges = [Edge(2, 3, 9.0, True), Edge(1, 2, 9.0, True)]
    assert members(edges, [(1, 3)]) == [(1, 2)]


def test_what_is_kept_apart_from_one_is_kept_apart_from_its_whole_group() -> None:
    edges = [Edge(1, 2, 9.0, True), Edge(3, 4, 8.0, True), Edge(2, 3, 7.0, True)]
    assert members(edges, [(1, 4)]) == [(1, 2), (3, 4)]
    assert members(edges, [(5, 6)]) == [(1, 2, 3, 4)]


def test_a_group_is_never_larger_than_one_person_can_be() -> None:
    assert MAX_GROUP == 49
    chain = [Edge(number, number + 1, 9.0, True) for number in range(1, 60)]
    assert max(map(len, members(chain, []))) == MAX_GROUP
