"""Contacts for the tests of the detector, and the levels of a pair of them."""

from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.evaluator import Evaluator
from reviewer.domain.comparable import Comparable
from reviewer.domain.levels import ORDER, Attribute, unpack
from reviewer.domain.rulings import Ruling


def person(given: str = "", surname: str = "", **columns: object) -> Comparable:
    """A contact's columns; lists of phones, emails, anchors and socials may be given as one text."""
    several = ("phones", "emails", "anchors", "socials")
    tidy = {name: (value,) if name in several and isinstance(value, str) else value for name, value in columns.items()}
    return Comparable(given=given, surname=surname, **tidy)  # type: ignore[arg-type]


def level_names(
    a: Comparable, b: Comparable, *others: Comparable, rulings: tuple[Ruling, ...] = ()
) -> dict[Attribute, str]:
    """The names of the levels of ``a`` against ``b``, among ``others``."""
    import numpy as np

    columns = columns_of_comparables(enumerate((a, b, *others)))
    row = Evaluator(columns, rulings).levels(np.array([0]), np.array([1]))[0]
    return {attribute: found.name for attribute, found in unpack(bytes(row)).items()}


def level_name(attribute: Attribute, a: Comparable, b: Comparable, *others: Comparable) -> str:
    """The name of one level of ``a`` against ``b``, among ``others``."""
    assert attribute in ORDER
    return level_names(a, b, *others)[attribute]
