"""What holds a group together and what speaks against it: its pairs, what one should doubt first at the top."""

from collections.abc import Iterator, Sequence

from reviewer.review.views import CandidateView, PairLine
from reviewer.tui.lines import Line, Span, count, fold, joined, line, paragraph, shown

_MOST_LINKS = 30
"""Most links that hold a group, and most other pairs of it, that are told one by one."""

IN_FULL = "in full"
"""Stands behind the name of the pair whose evidence follows."""

_HERE = "▸"
"""Stands before it where it is told among the others."""

_INDENT = "     "
_ROLE = {"auto": "good", "review": "close", "shared": "close", "veto": "bad"}


def link_lines(view: CandidateView, width: int) -> Iterator[Line]:
    """The weakest link with who would be on each side without it, what is against, the other links, other pairs."""
    if view.unlinked:
        yield from paragraph(shown(view.unlinked), width, "bad", mark=" ! ")
    holding = [link for link in view.pairs if link.holds]
    others = [link for link in view.pairs if not link.holds]
    if not holding:
        return
    weakest, *stronger = holding
    yield from _weakest(view, weakest, width, several=bool(stronger))
    against = [link for link in others if link.against]
    for link in (*against, *stronger[: _MOST_LINKS - 1]):
        yield from _told(view, link, width)
    if len(holding) > _MOST_LINKS:
        yield line(Span(f"   and {len(holding) - _MOST_LINKS:,} stronger", "dim"))
    yield from _agreeing([link for link in others if not link.against], width)


def which_pair(view: CandidateView, width: int) -> Iterator[Line]:
    """Of which pair of a group the reasons and the waterfall are that follow."""
    link = view.shown_link
    if link is None:
        return
    told = [f"{link.name} {IN_FULL}"]
    if link.holds and link != view.pairs[0]:
        told.append(_sides(link, hint=True))
    if len(view.in_full) > 1:
        told.append("p shows the next pair")
    yield from paragraph(joined(told), width, "label", mark=" ")


def _weakest(view: CandidateView, link: PairLine, width: int, *, several: bool) -> Iterator[Line]:
    """The link that is doubted first, with the two sides that it connects."""
    here = view.bars_of == link.letters
    name = f"weakest link {link.name}" if several else link.name
    yield line(Span(f"{_HERE if here else ' '} {name} {_judged(link)}", _ROLE.get(link.verdict, "text")))
    yield from paragraph(_sides(link, hint=here), width, mark=_INDENT)
    yield from paragraph(joined(map(shown, link.why)), width, mark=_INDENT)


def _told(view: CandidateView, link: PairLine, width: int) -> Iterator[Line]:
    """One pair in a paragraph."""
    mark = f"{_HERE if view.bars_of == link.letters else ' '}{'≠' if link.against else ' '}"
    first, *rest = fold(f"{link.name} {_judged(link)} {joined(map(shown, link.why))}".strip(), width - 2)
    role = "bad" if link.against else "text"
    yield line(Span(f"{mark}{first}", role))
    for piece in rest and fold(" ".join(rest), width - len(_INDENT)):
        yield line(Span(f"{_INDENT}{piece}", role))


def _judged(link: PairLine) -> str:
    return f"{link.weight:+.1f} {link.verdict}"


def _sides(link: PairLine, *, hint: bool) -> str:
    """Into what the group falls without the link, and how to leave the smaller part out."""
    smaller = link.without[-1]
    names = smaller[0] if len(smaller) == 1 else f"these {len(smaller)}"
    sides = " │ ".join(" ".join(side) for side in link.without)
    return joined((f"without it: {sides}", f"x Enter leaves {names} out" if hint else ""))


def _agreeing(others: Sequence[PairLine], width: int) -> Iterator[Line]:
    """The pairs that hold nothing which others do not hold already, in short."""
    if not others:
        return
    told = "  ".join(f"{link.name} {link.weight:+.1f} {link.verdict}" for link in others[:_MOST_LINKS])
    more = f"  and {count(len(others) - _MOST_LINKS, 'more pair')}" if len(others) > _MOST_LINKS else ""
    yield from paragraph(f"also for it: {told}{more}", width, "dim", mark="  ")
