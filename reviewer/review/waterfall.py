"""The waterfall as strokes on a line of cells, for every screen: each starts where the one before it ended."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from reviewer.domain.levels import Bar

PRIOR = "any compared pair"
"""Where the weight starts: what is known of a pair only because it was compared."""

TOTAL = "together"
LEAST_ROOM, MOST_ROOM = 8, 32
"""Cells that the strokes take, at least and at most."""

_FOR, _AGAINST = "█", "░"


class Stroke(NamedTuple):
    """``words`` for the change ``weight`` in bits, drawn from cell ``start`` up to ``end``; ``total`` for the last."""

    words: str
    weight: float
    start: int
    end: int
    total: bool = False

    @property
    def drawn(self) -> str:
        """The stroke behind the blanks that lead to it; even a change of nothing is seen."""
        ink = _FOR if self.weight >= 0 else _AGAINST
        return " " * self.start + ink * max(1, self.end - self.start)


def strokes(prior: float, bars: Iterable[Bar], room: int) -> Sequence[Stroke]:
    """The prior, every bar that changes anything, and the total, within ``room`` cells; nothing if no bar does."""
    telling = [bar for bar in bars if bar.weight]
    if not telling:
        return ()
    totals = [prior]
    for bar in telling:
        totals.append(totals[-1] + bar.weight)
    low, high = min(0.0, *totals), max(0.0, *totals)
    scale = (room - 1) / ((high - low) or 1.0)

    def stroke(words: str, weight: float, before: float, total: bool = False) -> Stroke:
        start, end = sorted(round((place - low) * scale) for place in (before, before + weight))
        return Stroke(words, weight, start, end, total)

    found = [stroke(PRIOR, prior, 0.0)]
    found += [stroke(bar.sentence, bar.weight, before) for before, bar in zip(totals, telling, strict=False)]
    return [*found, stroke(TOTAL, totals[-1], 0.0, total=True)]
