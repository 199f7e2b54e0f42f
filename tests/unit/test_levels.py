"""Comparison levels as data."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.levels import (
    LEVELS,
    ORDER,
    PRIOR,
    Attribute,
    Relation,
    level,
    match_weight,
    pack,
    probability,
    unpack,
    waterfall,
    weight_of,
)

any_codes = st.tuples(*(st.integers(0, len(LEVELS[attribute]) - 1) for attribute in ORDER))


@given(any_codes)
def test_packing_and_unpacking_is_lossless(codes: tuple[int, ...]) -> None:
    assert tuple(found.code for found in unpack(pack(codes)).values()) == codes


@given(any_codes)
def test_the_bars_of_the_waterfall_add_up_to_the_match_weight(codes: tuple[int, ...]) -> None:
    blob = pack(codes)
    assert PRIOR + sum(bar.weight for bar in waterfall(blob)) == pytest.approx(match_weight(blob))
    assert [bar.attribute for bar in waterfall(blob)] == list(ORDER)


def test_every_level_stands_at_its_code_and_has_a_sentence_of_its_own() -> None:
    for levels in LEVELS.values():
        assert [found.code for found in levels] == list(range(len(levels)))
        assert len({found.name for found in levels}) == len({found.sentence for found in levels}) == len(levels)


def test_every_relation_has_a_glyph_of_its_own() -> None:
    assert [relation.glyph for relation in Relation] == ["=", "≈", "≠", "+", " "]


def test_nothing_known_weighs_nothing() -> None:
    assert match_weight(pack([0] * len(ORDER))) == PRIOR
    assert match_weight(pack([1] * len(ORDER))) == PRIOR


@pytest.mark.parametrize("attribute", [Attribute.PHONE, Attribute.EMAIL])
def test_the_more_people_hold_an_identifier_the_less_it_weighs(attribute: Attribute) -> None:
    graded = [found.weight for found in LEVELS[attribute] if found.name.startswith("shared by")]
    assert graded == sorted(graded, reverse=True)
    assert level(attribute, "own").weight > graded[0]
    assert level(attribute, "own").weight == level(attribute, "ruled personal").weight


@pytest.mark.parametrize("attribute", [Attribute.PHONE, Attribute.EMAIL])
def test_what_is_ruled_shared_weighs_nothing(attribute: Attribute) -> None:
    ruled = [found for found in LEVELS[attribute] if found.name.startswith("ruled") and found.name != "ruled personal"]
    assert len(ruled) == 5
    assert {found.weight for found in ruled} == {0.0}


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
