"""A model's chances as one array, with a row for each level of each attribute and a column for each kind of pair."""

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reviewer.detect.level_columns import Levels
from reviewer.domain.levels import GAPS, LEVELS, ORDER
from reviewer.domain.model import SILENT, Model

Floats = NDArray[np.float64]

OFFSETS = np.cumsum([0, *(len(LEVELS[attribute]) for attribute in ORDER)])
"""Where the levels of each attribute begin in the rows, and where the last ends."""

ROWS = tuple((low + GAPS, high) for low, high in pairwise(OFFSETS.tolist()))
"""From where to where the chances of each attribute's levels stand, which add up to 1 in each column."""

SAYING: Floats = np.array(
    [
        [float(one is attribute and (one, level.code) not in SILENT) for one in ORDER for level in LEVELS[one]]
        for attribute in ORDER
    ]
)
"""A row for each attribute, 1 where its levels that say something stand: ``SAYING @ chances`` adds those up."""


def chances_of(model: Model) -> Floats:
    """The chances of a model."""
    return np.array([[chance for row in one.chances for chance in row] for one in model.components]).T


def said_by(levels: Levels) -> Floats:
    """What each row of levels says: a column for each row of the chances, 1 where the pair is at that level."""
    seen = np.zeros((len(levels), int(OFFSETS[-1])))
    rows = np.arange(len(levels))
    for place in range(len(ORDER)):
        codes = levels[:, place]
        said = ~np.isin(codes, [code for attribute, code in SILENT if attribute is ORDER[place]])
        seen[rows[said], OFFSETS[place] + codes[said]] = 1.0
    return seen
