"""Which candidates come of pairs, of what stewards said of them, and of what operations keep: without the database."""

from collections.abc import Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from reviewer.domain.group_evidence import joins, verdict_of_group
from reviewer.domain.grouping import Edge, Group, groups
from reviewer.domain.policy import Verdict
from reviewer.store.constraints import Constraint
from reviewer.store.remainders import Remainder, mark_of


class JudgedPair(NamedTuple):
    """A pair of live contacts as it was judged; ``weight`` is log2 odds."""

    a: int
    b: int
    kind: str
    weight: float
    verdict: str


class Derived(NamedTuple):
    """A candidate as it follows from the truth. ``members`` are contact numbers in order.

    ``weight`` is that of the weakest link that holds it together: the chance that a group is right is at most that.
    """

    kind: str
    members: tuple[int, ...]
    weight: float
    verdict: str
    state: str
    mark: str


class _Said(NamedTuple):
    """What stewards said of pairs; ``marks`` are for those that come back: a contact changed, an operation ended."""

    apart: set[tuple[int, int]]
    deferred: set[tuple[int, int]]
    marks: dict[tuple[int, int], str]


class _Rest(NamedTuple):
    """What a candidate's state and mark follow from: what was said, contact → operation, what operations left."""

    said: _Said
    held: dict[int, int]
    left: Sequence[Remainder]


def derive(
    pairs: Iterable[JudgedPair], limits: Iterable[Constraint], held: dict[int, int], left: Sequence[Remainder]
) -> list[Derived]:
    """The groups; and between two of them, or a group and a contact, the strongest pair alone stands for all.

    ``pairs`` come in order of their contacts, and so does what is derived, groups first.
    """
    said = _said(limits)
    open_pairs = [pair for pair in pairs if pair[:2] not in said.apart] if said.apart else list(pairs)
    vetoes = [(pair.a, pair.b) for pair in open_pairs if pair.verdict == Verdict.VETO]
    edges = (Edge(pair.a, pair.b, pair.weight, True) for pair in open_pairs if joins(pair))
    found = groups(edges, [*said.apart, *vetoes])
    inside, between = _sorted_out(open_pairs, found)
    rest = _Rest(said, held, left)
    return [
        *(_group(group, pairs_of, rest) for group, pairs_of in zip(found, inside, strict=True)),
        *(_pair(pair, rest) for pair in between),
    ]


def _sorted_out(
    open_pairs: Iterable[JudgedPair], found: Sequence[Group]
) -> tuple[list[list[JudgedPair]], list[JudgedPair]]:
    """The pairs inside of each group, and those that stand for all between two."""
    tree_of = {number: index for index, group in enumerate(found) for number in group.members}
    inside: list[list[JudgedPair]] = [[] for _ in found]
    between: dict[tuple[int, int], JudgedPair] = {}
    for pair in open_pairs:
        first, second = tree_of.get(pair.a, -pair.a), tree_of.get(pair.b, -pair.b)
        if first == second:
            inside[first].append(pair)
            continue
        key = (first, second) if first < second else (second, first)
        if key not in between or pair.weight > between[key].weight:
            between[key] = pair
    return inside, list(between.values())


def apart(limits: Iterable[Constraint]) -> set[tuple[int, int]]:
    """The pairs that stewards keep apart."""
    return _said(limits).apart


def _said(limits: Iterable[Constraint]) -> _Said:
    said = _Said(set(), set(), {})
    for limit in sorted(limits):
        pair = (limit.a, limit.b)
        if limit.told:
            said.marks[pair] = limit.told
        elif limit.told == "":
            said.deferred.add(pair)
        elif limit.stale:
            said.marks[pair] = f"changed since decision {limit.decision}"
        elif limit.kind == "cannot":
            said.apart.add(pair)
        elif limit.kind == "defer":
            said.deferred.add(pair)
    return said


def _group(group: Group, inside: Sequence[JudgedPair], rest: _Rest) -> Derived:
    if len(inside) == 1:
        return _pair(inside[0], rest)
    return Derived(
        kind="stitch" if all(pair.kind == "stitch" for pair in inside) else "duplicate",
        members=group.members,
        weight=group.weakest,
        verdict=verdict_of_group(group.members, inside),
        state=_state(group.members, all(pair[:2] in rest.said.deferred for pair in inside), rest.held),
        mark=_mark(group.members, rest),
    )


def _pair(pair: JudgedPair, rest: _Rest) -> Derived:
    members = pair[:2]
    state = _state(members, members in rest.said.deferred, rest.held)
    return Derived(pair.kind, members, pair.weight, pair.verdict, state, _mark(members, rest))


def _mark(members: tuple[int, ...], rest: _Rest) -> str:
    marks = rest.said.marks
    mark = next((marks[two] for two in combinations(members, 2) if two in marks), "") if marks else ""
    return mark or (mark_of(members, rest.left) if rest.left else "")


def _state(members: Sequence[int], deferred: bool, held: dict[int, int]) -> str:
    keepers = {held.get(number) for number in members} if held else {None}
    if len(keepers) == 1 and keepers != {None}:
        return "staged"
    if deferred:
        return "deferred"
    return "open" if keepers == {None} else "waiting"
