"""The pairs inside a group, told one by one: the links that hold it together, weakest first, then the others."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reviewer.domain.errors import RefusedError
from reviewer.domain.group_evidence import Spanning, against
from reviewer.domain.levels import Bar
from reviewer.domain.policy import Verdict
from reviewer.review.desk import Desk
from reviewer.review.views import CandidateView, Column, PairLine
from reviewer.review.weighed import NOT_WEIGHED, weighed
from reviewer.store import models, pairs
from reviewer.store.pairs import StoredPair
from reviewer.text import visible

MOST_IN_FULL = 60
"""Pairs of a group that are told with their waterfall, besides the links that hold it; more would take too long."""

_MOST_WHY = 3
"""Sentences on why a pair weighs what it does."""


NOTHING_KNOWN = PairLine(("", ""), 0.0, "", False, False, (), (), NOT_WEIGHED, (), ())
"""What is told of contacts that no pair links."""


def link_of(desk: Desk, pair: StoredPair, letters: Mapping[int, str], *, in_full: bool = True) -> PairLine:
    """One pair in words; ``letters`` are those of its contacts by their numbers.

    Unless ``in_full``, without its waterfall and what the rules say of it.
    """
    told = reasons_of(pair)
    found = weighed(models.find(desk.database, pair.model), pair.levels) if pair.levels and in_full else NOT_WEIGHED
    why = _why(pair, found.bars, told)
    told = told if in_full else {}
    return PairLine(
        letters=(letters[pair.a], letters[pair.b]),
        weight=pair.weight,
        verdict=pair.verdict,
        holds=False,
        against=next(against([pair]), None) is not None,
        why=why,
        without=(),
        weighed=found,
        reasons=tuple(told.get("reasons", ())),
        factors=tuple(told.get("factors", ())),
    )


def links_of(
    desk: Desk, columns: Sequence[Column], inside: Sequence[StoredPair], tree: Spanning[StoredPair]
) -> tuple[PairLine, ...]:
    """The links that hold the contacts together, the weakest first; then those against it; then what else is for it."""
    letters = {column.number: column.letter for column in columns}
    found = []
    for pair in tree.links:
        sides = tuple(tuple(letters[number] for number in side) for side in tree.without(pair))
        found.append(link_of(desk, pair, letters)._replace(holds=True, without=sides))
    held = {(pair.a, pair.b) for pair in tree.links}
    others = [pair for pair in inside if (pair.a, pair.b) not in held]
    told = [link_of(desk, pair, letters, in_full=len(others) <= MOST_IN_FULL) for pair in others]
    return (*found, *sorted(told, key=lambda link: (not link.against, link.weight, link.letters)))


def reasons_of(pair: StoredPair) -> dict[str, Any]:
    """The policy's ``reasons`` and ``factors`` of a pair, as they were stored."""
    found: dict[str, Any] = json.loads(pair.reasons) if pair.reasons else {}
    return found


def _why(pair: StoredPair, bars: Sequence[Bar], told: Mapping[str, Any]) -> tuple[str, ...]:
    """What weighs most: of a pair that is judged against, the rule's reasons; else its strongest levels either way."""
    if not bars or pair.verdict in (Verdict.VETO, Verdict.SHARED):
        return tuple(told.get("reasons", ()))
    strongest = sorted((bar for bar in bars if bar.weight), key=lambda bar: -abs(bar.weight))[:_MOST_WHY]
    return tuple(bar.sentence for bar in sorted(strongest, key=lambda bar: -bar.weight))


def showing(view: CandidateView, link: PairLine) -> CandidateView:
    """The view with the waterfall and the reasons of another pair of it; for a screen only, never to decide on."""
    return replace(
        view,
        prior=link.weighed.prior,
        bars=link.weighed.bars,
        classes=link.weighed.classes,
        bars_of=link.letters,
        reasons=link.reasons,
        factors=link.factors,
        would_be=link.weighed.would_be.automatic,
        would_be_rejected=link.weighed.would_be.rejected,
    )


def link_between(desk: Desk, view: CandidateView, letters: Collection[str]) -> PairLine:
    """The pair of two contacts of a candidate, in full.

    Raises ``RefusedError`` for letters that are not those of two contacts, and where nothing was ever compared.
    """
    by_letter = {column.letter: column.number for column in view.columns}
    wanted = sorted({letter.strip().upper() for letter in letters}, key=lambda letter: by_letter.get(letter, 0))
    if len(wanted) != 2 or not set(wanted) <= set(by_letter):
        raise RefusedError(
            f"{'-'.join(letters)!r} names no pair of this candidate: write two of its contacts as in A-B; "
            f"they are {', '.join(by_letter)}"
        )
    known = next((link for link in view.pairs if link.letters == tuple(wanted) and link.weighed.bars), None)
    if known is not None:
        return known
    found = pairs.between(desk.database, [by_letter[letter] for letter in wanted])
    if not found:
        raise RefusedError(f"nothing links {wanted[0]} and {wanted[1]} directly: no rule proposed to compare them")
    return link_of(desk, found[0], {by_letter[letter]: letter for letter in wanted})


def parts_told(parts: Sequence[Sequence[int]], letters: Mapping[int, str]) -> str:
    """That nothing links all of the contacts, with who hangs together; empty where they do."""
    if len(parts) == 1:
        return ""
    return f"nothing links {sides_told([[letters[number] for number in part] for part in parts])}: no pair of the two"


def sides_told(sides: Sequence[Sequence[str]]) -> str:
    """Letters on either side: ``A B C | D``."""
    return " | ".join(" ".join(side) for side in sides)


def link_lines(view: CandidateView) -> Iterator[str]:
    """What holds a group together and what speaks against it, in lines of harmless text."""
    if view.unlinked:
        yield view.unlinked
    holding = [link for link in view.pairs if link.holds]
    if len(holding) > 1:
        yield f"held together by {len(holding)} links, the weakest first: it is one person only if each of them holds"
    for link in holding:
        yield f"{_told(link)}; without it: {sides_told(link.without)}"
    others = [link for link in view.pairs if not link.holds]
    yield from (f"{'against: ' if link.against else 'also: '}{_told(link)}" for link in others[:MOST_IN_FULL])
    yield from (f"kept out: {visible(sentence)}" for sentence in view.kept_out)
    if len(others) > MOST_IN_FULL:
        rest = others[MOST_IN_FULL:]
        yield f"also: {len(rest):,} more pairs, {rest[0].weight:+.1f} to {rest[-1].weight:+.1f}"


def _told(link: PairLine) -> str:
    why = " · ".join(visible(sentence) for sentence in link.why)
    return f"{link.name} {link.weight:+.1f} {link.verdict}{': ' if why else ''}{why}"
