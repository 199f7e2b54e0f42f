"""How the model came to the weight of a pair: the waterfall, the classes, and what would change the verdict."""

from collections.abc import Iterable
from typing import NamedTuple

from reviewer.domain import levels as comparison
from reviewer.domain.classes import PairClass
from reviewer.domain.counterfactual import WouldBe, would_be
from reviewer.domain.levels import Bar
from reviewer.domain.model import Model

LEAST_SHOWN = 0.005
"""Chance under which a class is not named."""

_IN_WORDS = {
    PairClass.SAME: "one person",
    PairClass.HOUSEHOLD: "household",
    PairClass.DESK: "desk or switchboard",
    PairClass.RECYCLED: "recycled number",
    PairClass.NAMESAKE: "namesakes",
    PairClass.COINCIDENCE: "chance",
}


class Weighed(NamedTuple):
    """With ``prior`` the ``bars`` add up to the match weight; ``classes`` are (class, chance) and add up to 1."""

    prior: float
    bars: tuple[Bar, ...]
    classes: tuple[tuple[str, float], ...]
    would_be: WouldBe


NOT_WEIGHED = Weighed(0.0, (), (), WouldBe("", ""))
"""Where no model weighed anything."""


def weighed(model: Model, levels: bytes) -> Weighed:
    """How ``model`` weighs a pair with these levels (a code for each attribute)."""
    found = comparison.unpack(levels)
    classes = tuple((one.value, chance) for one, chance in model.classes(levels).items())
    return Weighed(model.prior, model.waterfall(found), classes, would_be(found, model))


def classes_in_words(classes: Iterable[tuple[str, float]]) -> str:
    """The classes that are at all likely, the likeliest first: one person 98 % · household 2 %."""
    likely = sorted((one for one in classes if one[1] >= LEAST_SHOWN), key=lambda one: -one[1])
    return " · ".join(f"{_IN_WORDS[PairClass(name)]} {_whole_percent(chance)}" for name, chance in likely)


def _whole_percent(chance: float) -> str:
    return "> 99 %" if 0.995 <= chance < 1.0 else f"{chance:.0%}".replace("%", " %")
