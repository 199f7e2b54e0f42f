"""The policy, rule by rule."""

import pytest

from reviewer.domain.classes import PairClass
from reviewer.domain.levels import LEVELS, ORDER, Attribute, Level, level
from reviewer.domain.model import Component, Model
from reviewer.domain.policy import DOUBTS, EVIDENCE, RUNGS, VETOES, Factor, Judgement, Verdict, groupable, judge
from reviewer.domain.prior_model import prior_model

A = Attribute
SAME_NAME = {A.GIVEN: "exact", A.SURNAME: "exact", A.NAMESAKES: "usual"}


def levels(**names: str) -> dict[Attribute, Level]:
    """Levels by attribute; what is not named is missing."""
    chosen = {Attribute[name.upper()]: value for name, value in names.items()}
    return {attribute: level(attribute, chosen.get(attribute, "missing")) for attribute in ORDER}


def judged(*parts: dict[Attribute, str], **names: str) -> Judgement:
    found = levels(**names)
    for part in parts:
        found |= {attribute: level(attribute, name) for attribute, name in part.items()}
    return judge(found, prior_model())


def test_equal_anchors_and_a_second_factor_are_automatic() -> None:
    assert judged(SAME_NAME, anchor="equal").verdict is Verdict.AUTO
    assert judged(anchor="equal", phone="own").verdict is Verdict.AUTO


def test_equal_anchors_alone_are_for_review() -> None:
    assert judged(anchor="equal").verdict is Verdict.REVIEW


def test_overlapping_anchors_are_for_review_whatever_else_agrees() -> None:
    assert judged(SAME_NAME, anchor="overlap", born="exact", email="own").verdict is Verdict.REVIEW


def test_disjoint_anchors_are_a_veto_whatever_else_agrees() -> None:
    found = judged(SAME_NAME, anchor="disjoint", born="exact", email="own", phone="own")
    assert found.verdict is Verdict.VETO
    assert found.reasons == ("different anchors in the system of record",)


@pytest.mark.parametrize("born", ["different", "generation"])
def test_a_conflicting_date_of_birth_is_a_veto_even_with_equal_anchors(born: str) -> None:
    assert judged(SAME_NAME, anchor="equal", email="own", phone="own", born=born).verdict is Verdict.VETO


@pytest.mark.parametrize("born", ["slip", "day-month"])
def test_a_slip_or_a_swap_in_the_date_of_birth_is_no_veto(born: str) -> None:
    assert judged(SAME_NAME, anchor="equal", born=born).verdict is Verdict.AUTO


def test_father_and_son_with_suffixes_are_a_veto() -> None:
    assert judged(SAME_NAME, anchor="equal", suffix="conflict").verdict is Verdict.VETO


def test_a_suffix_on_one_side_is_never_automatic() -> None:
    assert judged(SAME_NAME, born="exact", email="own", suffix="one-sided").verdict is Verdict.REVIEW


@pytest.mark.parametrize(
    "single",
    [{A.PHONE: "own"}, {A.EMAIL: "own"}, {A.SOCIAL: "same"}, {A.BORN: "exact"}, {A.ADDRESS: "exact"}, SAME_NAME],
)
def test_a_single_factor_is_never_automatic(single: dict[Attribute, str]) -> None:
    assert judged(single).verdict is not Verdict.AUTO


def test_every_way_to_auto_takes_two_independent_factors() -> None:
    assert all(len(rung.needs) + rung.others >= 2 for rung in RUNGS)


def test_a_phone_and_an_address_are_one_factor() -> None:
    found = judged(SAME_NAME, phone="own", address="exact")
    assert found.factors == (Factor.NAME, Factor.HOUSEHOLD)
    assert found.verdict is Verdict.REVIEW


def test_name_and_phone_are_what_father_and_son_share_so_they_are_for_review() -> None:
    assert judged(SAME_NAME, phone="own").verdict is Verdict.REVIEW


def test_name_date_of_birth_and_home_are_automatic() -> None:
    assert judged(SAME_NAME, born="exact", address="exact").verdict is Verdict.AUTO
    assert judged(SAME_NAME, born="exact", phone="own").verdict is Verdict.AUTO


def test_name_phone_and_email_are_automatic() -> None:
    assert judged(SAME_NAME, phone="own", email="own").verdict is Verdict.AUTO


def test_name_and_phone_created_within_seconds_are_automatic() -> None:
    assert judged(SAME_NAME, phone="own", created="race").verdict is Verdict.AUTO
    assert judged(SAME_NAME, phone="shared by 2", created="race").verdict is Verdict.REVIEW


def test_an_unusual_name_and_the_date_of_birth_are_automatic_a_usual_name_is_not() -> None:
    assert judged(SAME_NAME | {A.NAMESAKES: "unusual"}, born="exact").verdict is Verdict.AUTO
    assert judged(SAME_NAME, born="exact").verdict is Verdict.REVIEW


def test_a_date_of_birth_that_too_many_have_is_no_factor() -> None:
    assert Factor.BORN not in judged(SAME_NAME, born="common").factors


def test_twins_are_never_automatic() -> None:
    twins = judged(given="unlike", surname="exact", born="exact", phone="shared by 2", address="exact")
    assert twins.verdict is Verdict.SHARED
    assert "different given names" in twins.reasons


@pytest.mark.parametrize("given", ["nickname", "near", "short", "part"])
def test_twins_with_similar_names_are_never_automatic(given: str) -> None:
    assert judged(given=given, surname="exact", born="exact", phone="own", address="exact").verdict is Verdict.REVIEW


def test_a_nickname_with_date_of_birth_and_email_is_automatic() -> None:
    assert judged(given="nickname", surname="exact", born="exact", email="own").verdict is Verdict.AUTO


@pytest.mark.parametrize(("attribute", "name"), [(attribute, name) for attribute, names in DOUBTS for name in names])
def test_a_doubt_rules_auto_out_and_is_given_as_a_reason(attribute: Attribute, name: str) -> None:
    strong = {A.ANCHOR: "equal", A.EMAIL: "own", A.PHONE: "own", A.BORN: "exact", **SAME_NAME}
    found = judged(strong | {attribute: name})
    assert found.verdict is Verdict.REVIEW
    assert level(attribute, name).sentence in found.reasons


@pytest.mark.parametrize(("attribute", "name"), VETOES)
def test_a_veto_beats_everything_and_is_given_as_the_reason(attribute: Attribute, name: str) -> None:
    strong = {A.ANCHOR: "equal", A.EMAIL: "own", A.PHONE: "own", A.BORN: "exact", **SAME_NAME}
    found = judged(strong | {attribute: name})
    assert found.verdict is Verdict.VETO
    assert found.reasons == (level(attribute, name).sentence,)


@pytest.mark.parametrize("attribute", [A.PHONE, A.EMAIL])
def test_an_identifier_that_is_ruled_shared_is_no_factor(attribute: Attribute) -> None:
    for found in LEVELS[attribute]:
        if found.name.startswith("ruled") and found.name != "ruled personal":
            judgement = judged(SAME_NAME | {attribute: found.name})
            assert judgement.factors == (Factor.NAME,)


def test_what_only_shares_an_identifier_is_shared() -> None:
    for name in ("shared by 5", "ruled household"):
        assert judged(phone=name).verdict is Verdict.SHARED
    assert judged(email="role").verdict is Verdict.SHARED
    assert judged(address="exact").verdict is Verdict.SHARED


def test_an_identifier_of_their_own_is_not_shared() -> None:
    assert judged(phone="own").verdict is Verdict.REVIEW


def test_only_auto_and_review_may_join_groups() -> None:
    assert [verdict for verdict in Verdict if groupable(verdict)] == [Verdict.AUTO, Verdict.REVIEW]
    assert groupable("auto")
    assert not groupable("veto")


def test_the_smallest_change_is_told() -> None:
    assert judged(SAME_NAME, phone="own").would_be == "the same date of birth"
    assert judged(SAME_NAME, anchor="disjoint", email="own", born="exact").would_be == "the same anchors"
    assert judged(SAME_NAME, phone="own", email="own").would_be == ""


def test_the_smallest_change_may_be_two() -> None:
    found = judged(given="exact", surname="unlike", email="own")
    assert found.would_be == "the same date of birth and the same surname"


def test_a_weight_under_the_threshold_is_never_automatic() -> None:
    found = levels(anchor="equal", given="exact", surname="exact")
    assert judge(found, _weighing(found, 6.9)).verdict is Verdict.REVIEW
    assert judge(found, _weighing(found, 7.1)).verdict is Verdict.AUTO


def _weighing(found: dict[Attribute, Level], weight: float) -> Model:
    """The model by hand with shares that give these levels this weight."""
    model = prior_model()
    factor = 2.0 ** (weight - model.weigh(found))
    shares = [one.share * (factor if one.pair_class is PairClass.SAME else 1.0) for one in model.components]
    pairs = zip(model.components, shares, strict=True)
    components = (Component(one.name, one.pair_class, share / sum(shares), one.chances) for one, share in pairs)
    return Model("made", tuple(components))


def test_the_tables_name_levels_that_exist() -> None:
    tables = [*VETOES]
    tables += [(attribute, name) for attribute, names in DOUBTS for name in names]
    tables += [(attribute, name) for rows in EVIDENCE.values() for attribute, names in rows for name in names]
    tables += [(attribute, name) for rung in RUNGS for attribute, names in rung.where.items() for name in names]
    for attribute, name in tables:
        level(attribute, name)


def test_a_postcode_in_common_makes_name_and_date_of_birth_automatic_for_the_very_same_name_only() -> None:
    found = {A.SURNAME: "exact", A.NAMESAKES: "usual", A.BORN: "exact", A.ADDRESS: "postcode"}
    assert judged(found, given="exact").verdict is Verdict.AUTO
    assert judged(found, given="near").verdict is Verdict.REVIEW
    assert judged(found | {A.BORN: "slip"}, given="exact").verdict is Verdict.REVIEW
