"""What holds a group together and what speaks against it: its pairs, what one should doubt first at the top."""

from collections.abc import Iterator, Sequence

from rich.cells import cell_len

from reviewer.review.views import CandidateView, PairLine
from reviewer.tui.lines import Line, Span, count, fold, joined, line, paragraph, shown

_MOST_LINKS = 30
"""Most links that hold a group, and most other pairs of it, that are told one by one."""

HERE = "▸"
"""Stands before the pair that is shown in full."""

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
    doubted = [holding[0], *(one for one in others if one.against)]
    for link in (*doubted, *holding[1:_MOST_LINKS]):
        name = f"weakest link {link.name}" if link is holding[0] and len(holding) > 1 else link.name
        yield from _told(name, link, width, here=link.letters == view.bars_of)
    if len(holding) > _MOST_LINKS:
        yield line(Span(f"   and {len(holding) - _MOST_LINKS:,} stronger", "dim"))
    yield from _agreeing([one for one in others if not one.against], width)


def _told(name: str, link: PairLine, width: int, *, here: bool) -> Iterator[Line]:
    """One pair: its weight, its verdict and what weighs most in it; of the one that is shown in full, the sides too."""
    mark = f"{HERE if here else ' '}{'≠' if link.against else ' '}{name} {link.weight:+.1f} {link.verdict} "
    role = "bad" if link.against else _ROLE.get(link.verdict, "text")
    why = joined(map(shown, link.why))
    if here and link.holds:
        yield line(Span(mark, role))
        yield from _sides(link, width)
        yield from paragraph(why, width, mark=_INDENT)
        return
    beside = fold(why, width - cell_len(mark))[0]
    yield line(Span(mark, role), Span(beside, "text"))
    if rest := why[len(beside) :].strip():
        yield from paragraph(rest, width, mark=_INDENT)


def _sides(link: PairLine, width: int) -> Iterator[Line]:
    """Into what the group falls without the link, and how to leave the smaller part out."""
    sides = " │ ".join(" ".join(side) for side in link.without)
    smaller = link.without[-1]
    names = smaller[0] if len(smaller) == 1 else f"these {len(smaller)}"
    yield from paragraph(f"without it: {sides} · x Enter leaves {names} out", width, "strong", mark=_INDENT)


def _agreeing(others: Sequence[PairLine], width: int) -> Iterator[Line]:
    """The pairs that hold nothing which others do not hold already, in short."""
    if not others:
        return
    told = "  ".join(f"{link.name} {link.weight:+.1f} {link.verdict}" for link in others[:_MOST_LINKS])
    more = f"  and {count(len(others) - _MOST_LINKS, 'more pair')}" if len(others) > _MOST_LINKS else ""
    yield from paragraph(f"also for it: {told}{more}", width, "dim", mark="  ")
