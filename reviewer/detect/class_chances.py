"""What kind of pair each row of levels is, by the model: ``Model.classes`` for whole columns."""

import numpy as np

from reviewer.detect.chance_table import Floats
from reviewer.detect.level_columns import Levels
from reviewer.domain.classes import PairClass
from reviewer.domain.levels import LEVELS, ORDER, Attribute, Relation
from reviewer.domain.model import SILENT, Component, Model

Chances = Floats
"""A row for each pair, a column for each class in the order of ``PairClass``; each row adds up to 1."""

CLASSES = tuple(PairClass)


def class_chances(model: Model, levels: Levels) -> Chances:
    """The probability of each class for each row of levels."""
    totals = np.tile(np.log2([component.share for component in model.components]), (len(levels), 1))
    for place, logs in enumerate(model.logs):
        totals += np.array(logs)[levels[:, place]]
    totals -= totals.max(axis=1, keepdims=True, initial=-np.inf)
    parts = np.exp2(totals) @ _class_of_components(model)
    found: Chances = parts / parts.sum(axis=1, keepdims=True)
    return found


def class_shares(model: Model, common: Attribute | None = None) -> Floats:
    """The share of compared pairs that are of each class; with ``common`` those that have a value of it in common."""
    shares = [one.share * (_in_common(one, common) if common else 1.0) for one in model.components]
    found: Floats = np.array(shares) @ _class_of_components(model)
    return found


def _in_common(component: Component, attribute: Attribute) -> float:
    """The chance that a pair has the same value; levels that say nothing are left out, as in fitting."""
    row = component.chances[ORDER.index(attribute)]
    return sum(
        row[level.code]
        for level in LEVELS[attribute]
        if level.relation is Relation.EQUAL and (attribute, level.code) not in SILENT
    )


def _class_of_components(model: Model) -> Chances:
    """A row for each component, with 1 in the column of its class."""
    return np.array([[float(one.pair_class is kind) for kind in CLASSES] for one in model.components])
