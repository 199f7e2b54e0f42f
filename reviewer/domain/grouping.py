"""Groups: which contacts hang together, derived from pairs and from what stewards have said.

Edges are taken by falling weight; a union is refused where it would put two contacts together that a
decision or a veto keeps apart. So the strongest evidence decides who joins first, and the result does not
depend on the order in which pairs were found.
"""

from collections.abc import Iterable
from typing import NamedTuple

from reviewer.domain.merge_set import MOST_TOGETHER

JOIN_WEIGHT = 3.17
"""Match weight (log2 odds; a probability of 0.9) from which a pair may pull contacts into one group."""

MAX_GROUP = MOST_TOGETHER
"""Most contacts that can become one person (the service's limit); a larger group is left as several."""


class Edge(NamedTuple):
    """A pair as grouping sees it: contact numbers ``a < b``, match weight, whether it may join."""

    a: int
    b: int
    weight: float
    joins: bool


class Group(NamedTuple):
    """Two or more contacts, in order, and the weight of the weakest link that holds them together.

    The links are those that united the group, which are the edges of its maximum spanning tree: no other way to
    connect its contacts has a stronger weakest link. All contacts are one person only if both ends of that link are,
    so the chance that the group is right is at most that link's.
    """

    members: tuple[int, ...]
    weakest: float


def groups(edges: Iterable[Edge], apart: Iterable[tuple[int, int]]) -> list[Group]:
    """The groups of two or more contacts, in the order of their first contact.

    ``apart`` are pairs of contacts that must not come together. Takes time in proportion to the edges, sorting aside.
    """
    forest = Forest(apart, MAX_GROUP)
    joining = sorted((-edge.weight, edge.a, edge.b) for edge in edges if edge.joins)
    weakest: dict[int, float] = {}
    for minus_weight, a, b in joining:
        root = forest.unite(a, b)
        if root is not None:
            weakest[root] = -minus_weight
    return sorted(Group(tuple(sorted(members)), weakest[root]) for root, members in forest.trees())


class Forest:
    """Union-find over contact numbers, whose trees know from which contacts they are kept apart.

    What a tree knows is taken over into the larger one, so that a contact's own is copied seldom however many there
    are: its members at most ``MAX_GROUP`` times, those it is kept apart from once for each doubling.
    """

    def __init__(self, apart: Iterable[tuple[int, int]], most: int) -> None:
        """``apart`` are pairs that must not come together, ``most`` the contacts that a tree may have."""
        self._most = most
        self._root: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._foes: dict[int, set[int]] = {}
        for a, b in apart:
            self._foes.setdefault(a, set()).add(b)
            self._foes.setdefault(b, set()).add(a)

    def unite(self, a: int, b: int) -> int | None:
        """Put the trees of two contacts together; the root of what they are now.

        None where they were together already, and where they must not be: one contact of each is kept apart, or the
        tree would have too many contacts.
        """
        first, second = self._root.get(a, a), self._root.get(b, b)
        if first == second:
            return None
        ours, theirs = self._members.get(first, [first]), self._members.get(second, [second])
        if len(ours) + len(theirs) > self._most or self._kept_apart(first, theirs):
            return None
        if len(ours) < len(theirs):
            first, second, ours, theirs = second, first, theirs, ours
        for number in theirs:
            self._root[number] = first
        if len(ours) == 1:
            self._root[first], self._members[first] = first, ours
        ours += theirs
        self._members.pop(second, None)
        self._take_over_foes(first, second)
        return first

    def _kept_apart(self, root: int, members: list[int]) -> bool:
        foes = self._foes.get(root)
        return foes is not None and not foes.isdisjoint(members)

    def _take_over_foes(self, first: int, second: int) -> None:
        ours, theirs = self._foes.get(first), self._foes.pop(second, None)
        if theirs is None:
            return
        if ours is None:
            self._foes[first] = theirs
            return
        small, large = sorted((ours, theirs), key=len)
        large |= small
        self._foes[first] = large

    def trees(self) -> Iterable[tuple[int, list[int]]]:
        """Root and members of each tree of two or more contacts."""
        return self._members.items()
