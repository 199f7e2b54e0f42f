"""Comparison levels as data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.levels import (
    LEVELS,
    ORDER,
    Attribute,
    Relation,
    level,
    pack,
    probability,
    unpack,
    weight_of,
)

any_codes = st.tuples(*(st.integers(0, len(LEVELS[attribute]) - 1) for attribute in ORDER))


@given(any_codes)
def test_packing_and_unpacking_is_lossless(codes: tuple[int, ...]) -> None:
    assert tuple(found.code for found in unpack(pack(codes)).values()) == codes


def test_every_level_stands_at_its_code_and_has_a_sentence_of_its_own() -> None:
    for levels in LEVELS.values():
        assert [found.code for found in levels] == list(range(len(levels)))
        assert len({found.name for found in levels}) == len({found.sentence for found in levels}) == len(levels)


def test_every_relation_has_a_glyph_of_its_own() -> None:
    assert [relation.glyph for relation in Relation] == ["=", "≈", "≠", "+", " "]


@pytest.mark.parametrize("codes", [[0], [0] * 14, [99] + [0] * 12, [-1] + [0] * 12])
def test_wrong_codes_are_refused(codes: list[int]) -> None:
    with pytest.raises(ValueError):
        pack(codes)


def test_a_blob_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError):
        unpack(b"\x00")


def test_an_unknown_level_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        level(Attribute.GIVEN, "no such level")


@given(st.floats(-50, 50))
def test_probability_and_weight_are_each_others_inverse(weight: float) -> None:
    assert weight_of(probability(weight)) == pytest.approx(weight, abs=0.6)


def test_extreme_weights_stay_probabilities() -> None:
    assert probability(5000) == 1.0
    assert probability(-5000) == pytest.approx(0.0)
    assert (weight_of(0.0), weight_of(1.0)) == (-60.0, 60.0)
