"""Groups: which contacts hang together, derived from pairs and from what stewards have said.

Edges are taken by falling weight; a union is refused where it would put two contacts together that a
decision or a veto keeps apart. So the strongest evidence decides who joins first, and the result does not
depend on the order in which pairs were found.
"""

from collections.abc import Iterable, Iterator
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


def groups(edges: Iterable[Edge], apart: Iterable[tuple[int, int]]) -> list[tuple[int, ...]]:
    """The groups of two or more contacts, each sorted, in the order of their first contact.

    ``apart`` are pairs of contacts that must not come together.
    """
    forest = _Forest(apart)
    joining = sorted((edge for edge in edges if edge.joins), key=lambda edge: (-edge.weight, edge.a, edge.b))
    for edge in joining:
        forest.unite(edge.a, edge.b)
    return sorted(forest.trees())


class _Forest:
    """Union-find whose trees know from which other trees they are kept apart."""

    def __init__(self, apart: Iterable[tuple[int, int]]) -> None:
        self._parent: dict[int, int] = {}
        self._members: dict[int, list[int]] = {}
        self._foes: dict[int, set[int]] = {}
        for a, b in apart:
            self._foes.setdefault(a, set()).add(b)
            self._foes.setdefault(b, set()).add(a)

    def root(self, contact: int) -> int:
        self._parent.setdefault(contact, contact)
        while self._parent[contact] != contact:
            self._parent[contact] = self._parent[self._parent[contact]]
            contact = self._parent[contact]
        return contact

    def unite(self, a: int, b: int) -> bool:
        first, second = self.root(a), self.root(b)
        if first == second:
            return True
        ours, theirs = self._tree(first), self._tree(second)
        if len(ours) + len(theirs) > MAX_GROUP or not self._foes.get(first, set()).isdisjoint(theirs):
            return False
        self._parent[second] = first
        self._members[first] = ours + theirs
        self._members.pop(second, None)
        foes = self._foes.setdefault(first, set()) | self._foes.get(second, set())
        self._foes[first] = foes
        return True

    def _tree(self, root: int) -> list[int]:
        return self._members.get(root, [root])

    def trees(self) -> Iterator[tuple[int, ...]]:
        for members in self._members.values():
            if len(members) > 1:
                yield tuple(sorted(members))
