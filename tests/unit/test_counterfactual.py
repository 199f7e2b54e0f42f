"""What would make a pair automatic, and what would keep it out of the queue."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewer.domain.counterfactual import (
    AGAINST_IT,
    FOR_IT,
    LEAST_QUEUED,
    Change,
    WouldBe,
    changed,
    to_automatic,
    to_rejected,
    would_be,
)
from reviewer.domain.levels import LEVELS, ORDER, Attribute, Level, level, pack, unpack
from reviewer.domain.policy import Verdict, judge
from reviewer.domain.prior_model import prior_model

SAME_NAME = {"given": "exact", "surname": "exact", "namesakes": "usual"}
any_codes = st.tuples(*(st.integers(0, len(LEVELS[attribute]) - 1) for attribute in ORDER))


def levels(**names: str) -> dict[Attribute, Level]:
    """Levels by attribute; what is not named is missing."""
    chosen = {Attribute[name.upper()]: value for name, value in names.items()}
    return {attribute: level(attribute, chosen.get(attribute, "missing")) for attribute in ORDER}


def of(**names: str) -> WouldBe:
    return would_be(levels(**names), prior_model())


def test_the_smallest_change_that_makes_it_automatic_is_told() -> None:
    assert of(**SAME_NAME, phone="own").automatic == "the same date of birth"
    assert of(**SAME_NAME, anchor="disjoint", email="own", born="exact").automatic == "the same anchors"
    assert of(**SAME_NAME, phone="own", email="own").automatic == ""


def test_it_may_take_two() -> None:
    assert of(given="exact", surname="unlike", email="own").automatic == "the same date of birth and the same surname"


def test_what_a_steward_can_rule_comes_first() -> None:
    found = of(**SAME_NAME, phone="own", email="shared by 2")
    assert found.automatic == "a ruling that the email is one person's"
    assert of(given="unlike", surname="unlike", phone="own").rejected == "a ruling that the phone is a household's"


def test_the_smallest_change_that_keeps_it_out_of_the_queue_is_told() -> None:
    assert of(**SAME_NAME, phone="own").rejected == "a different given name"
    assert of(given="unlike", surname="unlike", phone="different").rejected == ""


@settings(max_examples=60, deadline=None)
@given(any_codes)
def test_what_is_told_is_true_and_no_smaller_change_does(codes: tuple[int, ...]) -> None:
    found, model = unpack(pack(codes)), prior_model()
    for_it, against_it = to_automatic(found, model), to_rejected(found, model)
    assert (for_it == ()) == (judge(found, model).verdict is Verdict.AUTO)
    assert (against_it == ()) == (model.weigh(found) < LEAST_QUEUED)
    if for_it:
        assert judge(changed(found, for_it), model).verdict is Verdict.AUTO
        fewer = [judge(changed(found, [one]), model).verdict for one in for_it if len(for_it) > 1]
        assert Verdict.AUTO not in fewer
    if against_it:
        assert model.weigh(changed(found, against_it)) < LEAST_QUEUED
        assert all(model.weigh(changed(found, [one])) >= LEAST_QUEUED for one in against_it if len(against_it) > 1)


def test_other_names_make_two_holders_of_one() -> None:
    found = changed(levels(**SAME_NAME, phone="own"), [Change(Attribute.GIVEN, "unlike", "")])
    assert (found[Attribute.PHONE].name, found[Attribute.NAMESAKES].name) == ("shared by 2", "missing")


@pytest.mark.parametrize("change", [*FOR_IT, *AGAINST_IT])
def test_the_tables_name_levels_that_exist(change: Change) -> None:
    for name in (change.to, *change.among):
        level(change.attribute, name)
