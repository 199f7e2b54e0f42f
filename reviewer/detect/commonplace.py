"""How often two contacts have a phone or an email in common whoever they are, told to the model before it is fitted.

Where most contacts have the number of one switchboard, any two of them have it in common: without being told, the model
would take that for a sign of one person or one household, since by hand it hardly happens by chance.
"""

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.columns import Several
from reviewer.detect.compared import Compared, Held
from reviewer.detect.holders import CROWD
from reviewer.domain.levels import GAPS, LEVELS, ORDER, Attribute, level
from reviewer.domain.model import SILENT, Component, Model

Floats = NDArray[np.float64]

MOST = 0.98
"""Above this a chance is not taken to be, so that the other levels stay possible."""


def told_of_crowds(model: Model, compared: Compared) -> Model:
    """The model with the chance of a crowd's phone or email in common added to every kind of pair.

    It takes the place of values that differ; what tells more, a phone of their own, stays as it is. A crowd is more
    than ``CROWD`` persons: of what fewer hold, the chance is next to nothing.
    """
    columns = compared.columns
    common = {
        Attribute.PHONE: _in_common(Attribute.PHONE, columns.phones, compared.phones),
        Attribute.EMAIL: _in_common(Attribute.EMAIL, columns.emails, compared.emails),
    }
    if not any(chances.any() for chances in common.values()):
        return model
    return Model(model.version, tuple(_told(one, common) for one in model.components), model.learned)


def _in_common(attribute: Attribute, column: Several, held: Held) -> Floats:
    """For each level, the chance that two contacts that both have a value have a crowd's of that level in common."""
    holders = np.bincount(column.codes, minlength=len(held.persons)).astype(np.float64)
    having = float((column.counts > 0).sum())
    silent = [code for one, code in SILENT if one is attribute]
    crowds = np.flatnonzero((held.persons > CROWD) & ~np.isin(held.levels, silent))
    chances = (holders[crowds] / max(having, 1.0)) ** 2
    found = np.bincount(held.levels[crowds], chances, minlength=len(LEVELS[attribute])).astype(np.float64)
    return found * (MOST / max(float(found.sum()), MOST))


def _told(component: Component, common: dict[Attribute, Floats]) -> Component:
    rows = list(component.chances)
    for attribute, chances in common.items():
        place = ORDER.index(attribute)
        row = np.array(rows[place])
        differ = np.arange(GAPS, level(attribute, "own").code)
        given = float(row[differ].sum())
        row[differ] *= 1.0 - chances.sum()
        rows[place] = tuple((row + chances * given).tolist())
    return Component(component.name, component.pair_class, component.share, tuple(rows))
