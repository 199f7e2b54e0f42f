"""The Fellegi-Sunter model with latent classes: from comparison levels to the chance that a pair is one person.

A pair belongs to one component, each component to a class. Within a component the attributes are independent, so a
pair's levels have the product of their chances there; Bayes' rule turns the components' shares into probabilities of
the classes. An attribute that a side lacks says nothing.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property
from math import log2

import msgspec

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import GAPS, LARGEST, LEVELS, ORDER, Attribute, Bar, Level

SILENT = frozenset(
    (attribute, level.code)
    for attribute in ORDER
    for level in LEVELS[attribute]
    if level.code < GAPS
    or (attribute is Attribute.SURNAME and level.name in ("swapped", "crossed", "script"))
    or (level.name.startswith("ruled ") and level.name != "ruled personal")
)
"""Levels that say nothing: the gaps, what the given name has said already of both names, and what stewards ruled to be
several people's."""


class Component(msgspec.Struct, frozen=True):
    """A kind of pair. ``chances`` has a row for each attribute in order, in it the chance of each level by its code."""

    name: str
    pair_class: PairClass
    share: float
    """The share of compared pairs that are of this kind."""
    chances: tuple[tuple[float, ...], ...]


class Learned(msgspec.Struct, frozen=True):
    """What decisions of stewards changed in a model; ``domain.learned`` takes it in."""

    through: int
    """The newest decision that was known then; those up to it say nothing of how good the model is."""
    changes: tuple[tuple[tuple[float, ...], ...], ...]
    """By kind, attribute and level: the bits by which its chance was raised, before they are made to add up again."""


class Model(msgspec.Struct, frozen=True, dict=True):
    """Components whose shares add up to 1. ``version`` names the model in the store.

    What was ``learned`` is in the chances already.
    """

    version: str
    components: tuple[Component, ...]
    learned: Learned | None = None

    @cached_property
    def logs(self) -> tuple[tuple[tuple[float, ...], ...], ...]:
        """log2 of all chances, by attribute, level and component; 0 for those that say nothing."""
        return tuple(
            tuple(
                tuple(
                    0.0 if (attribute, code) in SILENT else log2(component.chances[place][code])
                    for component in self.components
                )
                for code in range(len(LEVELS[attribute]))
            )
            for place, attribute in enumerate(ORDER)
        )  # fmt: skip

    @cached_property
    def prior(self) -> float:
        """log2 odds that a compared pair is one person, before its levels are looked at."""
        return self._weight([log2(component.share) for component in self.components])

    def weight(self, codes: Sequence[int]) -> float:
        """log2 of the odds that a pair with these levels (a code for each attribute) is one person."""
        return self._weight(self._totals(codes))

    def classes(self, codes: Sequence[int]) -> dict[PairClass, float]:
        """The probability of each class, in the order of ``PairClass``; they add up to 1."""
        totals = self._totals(codes)
        highest = max(totals)
        found = dict.fromkeys(PairClass, 0.0)
        for component, total in zip(self.components, totals, strict=True):
            found[component.pair_class] += 2.0 ** (total - highest)
        whole = sum(found.values())
        return {pair_class: part / whole for pair_class, part in found.items()}

    def weigh(self, levels: Mapping[Attribute, Level]) -> float:
        """``weight`` of levels that are spelt out."""
        return self.weight([levels[attribute].code for attribute in ORDER])

    def waterfall(self, levels: Mapping[Attribute, Level]) -> tuple[Bar, ...]:
        """A bar for each attribute in order: what taking it in changes. With ``prior`` they add up to the weight."""
        totals = [log2(component.share) for component in self.components]
        before, bars = self.prior, []
        for place, attribute in enumerate(ORDER):
            level = levels[attribute]
            totals = [total + change for total, change in zip(totals, self.logs[place][level.code], strict=True)]
            after = self._weight(totals)
            bars.append(Bar(attribute, after - before, level.sentence))
            before = after
        return tuple(bars)

    def _totals(self, codes: Sequence[int]) -> list[float]:
        totals = [log2(component.share) for component in self.components]
        for place, code in enumerate(codes):
            totals = [total + change for total, change in zip(totals, self.logs[place][code], strict=True)]
        return totals

    def _weight(self, totals: Sequence[float]) -> float:
        highest = max(totals)
        same = other = 0.0
        for component, total in zip(self.components, totals, strict=True):
            if component.pair_class is PairClass.SAME:
                same += 2.0 ** (total - highest)
            else:
                other += 2.0 ** (total - highest)
        if not same or not other:
            return LARGEST if same else -LARGEST
        return round(min(LARGEST, max(-LARGEST, log2(same) - log2(other))), 6)
