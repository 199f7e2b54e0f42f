"""Who is not in a candidate although a pair links them to it: what speaks against them stands inside."""

from collections.abc import Mapping, Sequence

from reviewer.domain.group_evidence import joins
from reviewer.domain.policy import Verdict
from reviewer.review import standing
from reviewer.review.desk import Desk
from reviewer.review.links import reasons_of
from reviewer.store import constraints, contacts, decisions, near_pairs, pairs
from reviewer.store.deriving import JudgedPair

MOST_TOLD = 5
"""Contacts that are told one by one."""


def sentences(desk: Desk, letters: Mapping[int, str]) -> tuple[str, ...]:
    """One sentence for each contact that a joining pair links to one of these, and a veto or a steward to none.

    So a veto is in sight too where another pair, which is stronger, stands for all between two groups. ``letters`` are
    the contacts by their numbers. The sentences hold record text.
    """
    apart = {
        (limit.a, limit.b): limit.decision
        for limit in constraints.in_force(desk.database.connection, letters)
        if limit.kind == "cannot" and not limit.stale
    }
    outside: dict[int, list[JudgedPair]] = {}
    for pair in near_pairs.touching(desk.database.connection, letters):
        ends = [number for number in (pair.a, pair.b) if number not in letters]
        if len(ends) == 1:
            outside.setdefault(ends[0], []).append(pair)
    linked = {
        number: links
        for number, found in outside.items()
        if (links := [pair for pair in found if joins(pair) and pair[:2] not in apart])
    }
    against = {
        number: _vetoed(desk, outside[number], letters) or _said(desk, number, apart, letters) for number in linked
    }
    kept = sorted(number for number, said in against.items() if said)
    known = contacts.by_numbers(desk.database, kept[:MOST_TOLD])
    told = [
        f"{known[number].name or known[number].id} is linked to {_strongest(linked[number], letters)}, "
        f"but {against[number]}"
        for number in kept[:MOST_TOLD]
    ]
    more = len(kept) - MOST_TOLD
    return (*told, f"{more:,} more are linked and kept out in the same way") if more > 0 else tuple(told)


def _strongest(links: Sequence[JudgedPair], letters: Mapping[int, str]) -> str:
    pair = min(links, key=lambda one: (-one.weight, one.a, one.b))
    return f"{letters.get(pair.a) or letters[pair.b]} ({pair.weight:+.1f})"


def _vetoed(desk: Desk, found: Sequence[JudgedPair], letters: Mapping[int, str]) -> str:
    """What speaks against a contact outside; empty where nothing does."""
    for pair in sorted(found):
        if pair.verdict == Verdict.VETO:
            reasons = "; ".join(reasons_of(pairs.between(desk.database, [pair.a, pair.b])[0]).get("reasons", ()))
            return f"{letters.get(pair.a) or letters[pair.b]} speaks against it: {reasons or 'a veto'}"
    return ""


def _said(desk: Desk, outside: int, apart: Mapping[tuple[int, int], int], letters: Mapping[int, str]) -> str:
    """The steward's decision that keeps a contact outside apart from one of these; empty where there is none."""
    for number, letter in letters.items():
        decision = apart.get((min(number, outside), max(number, outside)))
        if decision is not None:
            return f"{standing.who_decided(decisions.read(desk.database, decision))} keeps it apart from {letter}"
    return ""
