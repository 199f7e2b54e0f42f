"""What stewards' decisions changed in a model, taken in and taken out again.

It is kept apart from what the contacts say: every later detection fits the model to the contacts anew and takes in
the same changes, so that what was learned neither fades nor counts twice.
"""

from collections.abc import Iterator

import msgspec

from reviewer.domain.levels import ORDER
from reviewer.domain.model import SILENT, Component, Learned, Model

_Rows = tuple[tuple[float, ...], ...]


def with_learned(model: Model, learned: Learned | None) -> Model:
    """A model that has learned nothing, with these changes."""
    if learned is None:
        return model
    return Model(model.version, _changed(model, learned, 1.0), learned)


def without_learned(model: Model) -> Model:
    """The model as it was before it learned from decisions."""
    if model.learned is None:
        return model
    return Model(model.version, _changed(model, model.learned, -1.0))


def _changed(model: Model, learned: Learned, sign: float) -> tuple[Component, ...]:
    return tuple(
        msgspec.structs.replace(one, chances=tuple(_rows(one.chances, changes, sign)))
        for one, changes in zip(model.components, learned.changes, strict=True)
    )


def _rows(chances: _Rows, changes: _Rows, sign: float) -> Iterator[tuple[float, ...]]:
    """The chances of each attribute's levels with the changes; those that say something add up to what they did."""
    for attribute, row, bits in zip(ORDER, chances, changes, strict=True):
        saying = [code for code in range(len(row)) if (attribute, code) not in SILENT]
        raised = [chance * 2.0 ** (sign * change) for chance, change in zip(row, bits, strict=True)]
        back = sum(row[code] for code in saying) / sum(raised[code] for code in saying)
        yield tuple(raised[code] * back if code in saying else row[code] for code in range(len(row)))
