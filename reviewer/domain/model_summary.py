"""A model as a person reads it: its kinds, what each level is worth, and where it has left the model by hand."""

from collections.abc import Iterator, Mapping
from math import log2
from typing import NamedTuple

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import LEVELS, ORDER, Attribute
from reviewer.domain.model import SILENT, Component, Model


class KindLine(NamedTuple):
    """A kind of pair with the share of compared pairs that are of it, beside that of the model by hand."""

    name: str
    pair_class: str
    share: float
    prior: float


class LevelLine(NamedTuple):
    """What a level is worth.

    ``weight`` is how many bits it speaks for one person against all others taken together, ``prior`` the same by hand;
    ``chances`` has how often it occurs in each class where both sides have a value.
    """

    level: str
    weight: float
    prior: float
    chances: Mapping[str, float]


class Moved(NamedTuple):
    """A chance that differs from the one of an earlier model, the one by hand for example."""

    kind: str
    attribute: str
    level: str
    prior: float
    now: float


def kind_lines(model: Model, prior: Model) -> list[KindLine]:
    """The kinds of pairs, in the order of the model."""
    pairs = zip(model.components, prior.components, strict=True)
    return [KindLine(now.name, now.pair_class.value, now.share, by_hand.share) for now, by_hand in pairs]


def level_lines(model: Model, prior: Model, attribute: Attribute) -> list[LevelLine]:
    """The levels of an attribute that say something, in their order."""
    return [
        LevelLine(
            level.name,
            _weight(model, attribute, level.code),
            _weight(prior, attribute, level.code),
            {one.value: _chance(model, attribute, level.code, (one,)) for one in PairClass},
        )
        for level in LEVELS[attribute]
        if (attribute, level.code) not in SILENT
    ]


def moved_most(model: Model, prior: Model, count: int) -> list[Moved]:
    """The chances in which a model differs from an earlier one, those first that change most what pairs weigh."""
    changes = (
        (_effect(now.share, moved), moved) for now, by_hand in _kinds(model, prior) for moved in _moved(now, by_hand)
    )
    ordered = sorted(changes, key=lambda one: -one[0])
    return [moved for effect, moved in ordered[:count] if effect > _NOTHING]


_NOTHING = 1e-9
"""Under this a difference is one of rounding."""

_OTHERS = tuple(one for one in PairClass if one is not PairClass.SAME)


def _kinds(model: Model, prior: Model) -> Iterator[tuple[Component, Component]]:
    return zip(model.components, prior.components, strict=True)


def _moved(now: Component, prior: Component) -> Iterator[Moved]:
    for place, attribute in enumerate(ORDER):
        for level in LEVELS[attribute]:
            if (attribute, level.code) not in SILENT:
                before, after = prior.chances[place][level.code], now.chances[place][level.code]
                yield Moved(now.name, attribute.value, level.name, before, after)


def _effect(share: float, moved: Moved) -> float:
    """The change in weight, by how many pairs more or fewer have the level."""
    return share * (moved.now - moved.prior) * log2(moved.now / moved.prior)


def _weight(model: Model, attribute: Attribute, code: int) -> float:
    same, others = (_chance(model, attribute, code, classes) for classes in ((PairClass.SAME,), _OTHERS))
    return log2(same) - log2(others)


def _chance(model: Model, attribute: Attribute, code: int, classes: tuple[PairClass, ...]) -> float:
    """How often pairs of these classes are at a level, of those that have a value on both sides."""
    chosen = [one for one in model.components if one.pair_class in classes]
    place = ORDER.index(attribute)
    return sum(one.share * one.chances[place][code] for one in chosen) / sum(one.share for one in chosen)
