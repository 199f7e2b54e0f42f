"""What holds a group together and what speaks against it: its links, the weakest first, its weight and its verdict."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar

from reviewer.domain.grouping import JOIN_WEIGHT, Forest
from reviewer.domain.policy import MOST_AUTOMATIC, Verdict, groupable


class Link(Protocol):
    """A judged pair of contact numbers ``a < b``; ``weight`` is log2 odds."""

    @property
    def a(self) -> int: ...

    @property
    def b(self) -> int: ...

    @property
    def weight(self) -> float: ...

    @property
    def verdict(self) -> str: ...


L = TypeVar("L", bound=Link)


class Spanning(NamedTuple, Generic[L]):
    """The links that hold contacts together, the weakest first: as few and as strong as connect all that is connected.

    ``parts`` are the contacts that these links connect, each part in order: one, unless nothing links them all.
    """

    links: tuple[L, ...]
    parts: tuple[tuple[int, ...], ...]

    @property
    def whole(self) -> bool:
        """Whether the links connect all contacts."""
        return len(self.parts) == 1

    def without(self, link: L) -> tuple[tuple[int, ...], ...]:
        """Into which two parts the contacts fall that this link holds together, the larger first."""
        held = next(part for part in self.parts if link.a in part)
        rest = [other for other in self.links if other != link and other.a in held]
        return tuple(sorted(_parts(held, rest), key=lambda part: (-len(part), part)))


def joins(link: Link) -> bool:
    """Whether a pair may pull contacts into one group."""
    return groupable(link.verdict) and link.weight >= JOIN_WEIGHT


def spanning(numbers: Collection[int], inside: Iterable[L]) -> Spanning[L]:
    """The maximum spanning tree of contacts under the pairs among them.

    Pairs that join come first, as in the making of groups; then those too weak or shared to join, and a vetoed one
    last: so contacts that a steward put together by hand show what holds them. Ties are broken by the numbers.
    """
    forest = Forest((), len(numbers))
    links = [link for link in sorted(inside, key=_strength) if forest.unite(link.a, link.b) is not None]
    return Spanning(tuple(reversed(links)), _parts(numbers, links))


def _strength(link: Link) -> tuple[int, float, int, int]:
    tier = 0 if joins(link) else 2 if link.verdict == Verdict.VETO else 1
    return tier, -link.weight, link.a, link.b


def _parts(numbers: Collection[int], links: Sequence[Link]) -> tuple[tuple[int, ...], ...]:
    forest = Forest((), len(numbers))
    for link in links:
        forest.unite(link.a, link.b)
    trees = [tuple(sorted(members)) for _, members in forest.trees()]
    connected = {number for tree in trees for number in tree}
    return tuple(sorted((*trees, *((number,) for number in numbers if number not in connected))))


def weight_of_group(tree: Spanning[L], unlinked: float) -> float:
    """The match weight of contacts as one candidate: their weakest link's, an upper bound on all being one person.

    ``unlinked`` is the weight of contacts that no pair links.
    """
    return min((link.weight for link in tree.links), default=unlinked) if tree.whole else unlinked


def verdict_of_group(numbers: Collection[int], inside: Sequence[Link]) -> Verdict:
    """What the rules say of contacts as one candidate, from the pairs among them.

    It is automatic only if automatic pairs alone connect it, every two of it were judged, nothing inside speaks
    against it, and it is small enough. What is not judged could be a veto.
    """
    if len(numbers) == 2:
        return Verdict(inside[0].verdict) if inside else Verdict.REVIEW
    judged = len(inside) == len(numbers) * (len(numbers) - 1) // 2
    if len(numbers) > MOST_AUTOMATIC or not judged or next(against(inside), None) is not None:
        return Verdict.REVIEW
    certain = [link for link in inside if link.verdict == Verdict.AUTO]
    return Verdict.AUTO if len(_parts(numbers, certain)) == 1 else Verdict.REVIEW


def against(inside: Iterable[L]) -> Iterator[L]:
    """The pairs that speak against one person: a veto, nothing but shared evidence, or a chance below a half."""
    return (link for link in inside if link.verdict in (Verdict.VETO, Verdict.SHARED) or link.weight < 0)
