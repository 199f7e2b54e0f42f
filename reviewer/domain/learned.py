"""What stewards' decisions changed in a model, taken in and taken out again.

It is kept apart from what the contacts say: every later detection fits the model to the contacts anew and takes in
the same changes, so that what was learned neither fades nor counts twice.
"""

import msgspec

from reviewer.domain.levels import GAPS
from reviewer.domain.model import Component, Learned, Model


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
        msgspec.structs.replace(
            one,
            chances=tuple(_row(row, bits, sign) for row, bits in zip(one.chances, changes, strict=True)),
        )
        for one, changes in zip(model.components, learned.changes, strict=True)
    )


def _row(chances: tuple[float, ...], bits: tuple[float, ...], sign: float) -> tuple[float, ...]:
    """The chances of the levels of one attribute, which add up to 1 again; the gaps are no levels."""
    if not any(bits):
        return chances
    raised = [chance * 2.0 ** (sign * change) for chance, change in zip(chances, bits, strict=True)]
    whole = sum(raised[GAPS:])
    return (*chances[:GAPS], *(chance / whole for chance in raised[GAPS:]))
