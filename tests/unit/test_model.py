"""The model by hand: weights, classes, and the waterfall that adds up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import LEVELS, ORDER, Attribute, level, pack, probability, unpack
from reviewer.domain.model import SILENT, Model
from reviewer.domain.model_document import document_of, model_of
from reviewer.domain.prior_model import prior_model

any_codes = st.tuples(*(st.integers(0, len(LEVELS[attribute]) - 1) for attribute in ORDER))


def codes(**names: str) -> list[int]:
    """Codes by the names of levels; what is not named is missing."""
    named = {Attribute[attribute.upper()]: name for attribute, name in names.items()}
    return [level(attribute, named.get(attribute, "missing")).code for attribute in ORDER]


@given(any_codes)
def test_the_bars_of_the_waterfall_add_up_to_the_match_weight(found: tuple[int, ...]) -> None:
    model = prior_model()
    bars = model.waterfall(unpack(pack(found)))
    assert model.prior + sum(bar.weight for bar in bars) == pytest.approx(model.weight(found), abs=1e-4)
    assert [bar.attribute for bar in bars] == list(ORDER)


@given(any_codes)
def test_the_classes_add_up_to_one_and_the_weight_is_that_of_one_person(found: tuple[int, ...]) -> None:
    model = prior_model()
    classes = model.classes(found)
    assert sum(classes.values()) == pytest.approx(1.0)
    assert classes[PairClass.SAME] == pytest.approx(probability(model.weight(found)), abs=1e-6)


def test_nothing_known_leaves_the_prior() -> None:
    model = prior_model()
    assert model.weight([0] * len(ORDER)) == model.weight([1] * len(ORDER)) == pytest.approx(model.prior)


def test_the_chances_of_the_levels_of_an_attribute_add_up_to_one() -> None:
    for component in prior_model().components:
        for place, attribute in enumerate(ORDER):
            assert sum(component.chances[place][2:]) == pytest.approx(1.0, abs=1e-3), (component.name, attribute)
            assert min(component.chances[place]) > 0


@pytest.mark.parametrize(
    ("pair_class", "levels"),
    [
        (PairClass.SAME, codes(given="exact", surname="exact", born="exact", phone="own")),
        (PairClass.SAME, codes(given="nickname", surname="exact", email="own")),
        (PairClass.HOUSEHOLD, codes(given="unlike", surname="exact", phone="shared by 2", address="exact")),
        (PairClass.DESK, codes(given="unlike", surname="unlike", phone="shared by 6 to 9")),
        (PairClass.DESK, codes(given="unlike", surname="unlike", email="role")),
        (PairClass.RECYCLED, codes(given="unlike", surname="unlike", phone="shared by 2", address="different")),
        (PairClass.NAMESAKE, codes(given="exact", surname="exact", suffix="conflict", address="exact", phone="own")),
        (PairClass.NAMESAKE, codes(given="exact", surname="exact", namesakes="common", born="different")),
        (PairClass.COINCIDENCE, codes(given="unlike", surname="unlike", born="exact", phone="different")),
    ],
)
def test_what_a_pair_looks_like_is_told_with_its_kind(pair_class: PairClass, levels: list[int]) -> None:
    classes = prior_model().classes(levels)
    assert max(classes, key=lambda one: classes[one]) is pair_class


@pytest.mark.parametrize("attribute", ["phone", "email"])
def test_a_different_identifier_speaks_against_one_person(attribute: str) -> None:
    """Levels that say nothing (what was ruled) are no part of chance, which *different* would lack."""
    model = prior_model()
    assert model.weight(codes(**{attribute: "different"})) < model.prior - 1.0


def test_a_swap_of_names_counts_once() -> None:
    assert (Attribute.SURNAME, level(Attribute.SURNAME, "swapped").code) in SILENT


def test_a_model_reads_back_from_its_document() -> None:
    found = model_of(document_of(prior_model()), "7")
    assert isinstance(found, Model)
    assert found.version == "7"
    assert found.components == prior_model().components


def test_a_document_of_other_kinds_is_refused() -> None:
    document = document_of(prior_model())
    document["components"] = document["components"][1:]
    with pytest.raises(ValueError, match="others than this program"):
        model_of(document, "7")
