"""The policy, rule by rule."""

import pytest

from reviewer.domain.classes import PairClass
from reviewer.domain.factors import DISPLAY_NAME, EVIDENCE, Factor
from reviewer.domain.levels import LEVELS, ORDER, Attribute, Level, level, weight_of
from reviewer.domain.model import Component, Model
from reviewer.domain.policy import (
    DOUBTS,
    LOOKS,
    RUNGS,
    THREE_FACTORS,
    TWO_FACTORS,
    VETOES,
    Judgement,
    Verdict,
    groupable,
    judge,
)
from reviewer.domain.prior_model import prior_model

A = Attribute
SURE = 14.0
"""A match weight that is enough for every rung."""

SAME_NAME = {A.GIVEN: "exact", A.SURNAME: "exact", A.NAMESAKES: "usual"}


def levels(**names: str) -> dict[Attribute, Level]:
    """Levels by attribute; what is not named is missing."""
    chosen = {Attribute[name.upper()]: value for name, value in names.items()}
    return {attribute: level(attribute, chosen.get(attribute, "missing")) for attribute in ORDER}


def judged(*parts: dict[Attribute, str], weight: float | None = None, **names: str) -> Judgement:
    """The judgement by the model by hand, or by one that gives these levels this weight."""
    found = levels(**names)
    for part in parts:
        found |= {attribute: level(attribute, name) for attribute, name in part.items()}
    return judge(found, prior_model() if weight is None else _weighing(found, weight))


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
    assert all(len(rung.needs) + bool(rung.one_of) >= 2 for rung in RUNGS)
    assert not any(set(rung.needs) & set(rung.one_of) for rung in RUNGS)


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


def test_a_name_that_is_no_common_one_and_the_date_of_birth_are_automatic() -> None:
    assert judged(SAME_NAME, born="exact", weight=SURE).verdict is Verdict.AUTO
    assert judged(SAME_NAME | {A.NAMESAKES: "common"}, born="exact", weight=SURE).verdict is Verdict.REVIEW
    assert judged(SAME_NAME | {A.GIVEN: "slip"}, born="exact", weight=SURE).verdict is Verdict.REVIEW


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


@pytest.mark.parametrize(
    ("found", "chance"),
    [
        ({"phone": "own", "email": "own"}, THREE_FACTORS),
        ({"email": "own"}, TWO_FACTORS),
        ({"born": "exact"}, TWO_FACTORS),
        ({"phone": "own", "created": "race"}, TWO_FACTORS),
    ],
)
def test_less_chance_than_a_rung_needs_is_never_automatic(found: dict[str, str], chance: float) -> None:
    sure = judged(SAME_NAME, weight=weight_of(chance) + 0.1, **found)
    unsure = judged(SAME_NAME, weight=weight_of(chance) - 0.1, **found)
    assert sure.verdict is Verdict.AUTO
    assert unsure.verdict is Verdict.REVIEW
    assert f"{sure.reasons[0]}, but not as sure as a merge without a steward has to be" in unsure.reasons


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
    wheres = [DISPLAY_NAME, *(rung.where for rung in RUNGS)]
    tables += [(attribute, name) for where in wheres for attribute, names in where.items() for name in names]
    for attribute, name in tables:
        level(attribute, name)


def test_a_postcode_in_common_makes_name_and_date_of_birth_automatic_for_the_very_same_name_only() -> None:
    found = {A.SURNAME: "exact", A.NAMESAKES: "common", A.BORN: "exact", A.ADDRESS: "postcode"}
    assert judged(found, given="exact", weight=SURE).verdict is Verdict.AUTO
    assert judged(found, given="near", weight=SURE).verdict is Verdict.REVIEW
    assert judged(found | {A.BORN: "slip"}, given="exact", weight=SURE).verdict is Verdict.REVIEW


FATHER_AND_SON = SAME_NAME | {A.ADDRESS: "exact", A.PHONE: "own"}
"""Of one name, under one roof; nobody wrote Jr or Sr down."""


@pytest.mark.parametrize("born", ["missing", "one-sided", "slip", "generation", "different"])
@pytest.mark.parametrize("phone", ["own", "shared by 2", "shared by 3"])
@pytest.mark.parametrize("created", ["apart", "race"])
def test_father_and_son_of_one_name_are_never_automatic(born: str, phone: str, created: str) -> None:
    """But if both were created in one instant and neither has a date of birth, nothing tells them from a race."""
    found = judged(FATHER_AND_SON | {A.PHONE: phone}, born=born, created=created, weight=SURE)
    assert (found.verdict is Verdict.AUTO) == ((born, phone, created) == ("missing", "own", "race"))


@pytest.mark.parametrize("email", ["own", "shared by 2"])
def test_nor_are_they_if_they_have_one_mailbox_and_one_date_of_birth_is_unknown(email: str) -> None:
    assert judged(FATHER_AND_SON, born="one-sided", email=email, weight=SURE).verdict is not Verdict.AUTO


@pytest.mark.parametrize("place", ["missing", "one-sided", "different", "town"])
@pytest.mark.parametrize("born", ["missing", "one-sided"])
def test_namesakes_are_never_automatic_by_their_name(place: str, born: str) -> None:
    for namesakes in ("rare", "unusual", "usual", "common", "very common"):
        found = judged(SAME_NAME | {A.NAMESAKES: namesakes}, born=born, address=place, weight=SURE)
        assert found.verdict is Verdict.REVIEW


def test_an_email_phone_and_address_that_a_home_shares_are_one_factor() -> None:
    found = judged(SAME_NAME, phone="shared by 2", address="exact", email="shared by 3", weight=SURE)
    assert found.factors == (Factor.NAME, Factor.HOUSEHOLD)
    assert found.verdict is not Verdict.AUTO


def test_a_full_name_and_own_email_are_automatic_unless_one_side_alone_has_a_date_of_birth() -> None:
    assert judged(SAME_NAME, email="own", weight=SURE).verdict is Verdict.AUTO
    assert judged(SAME_NAME, email="own", born="one-sided", weight=SURE).verdict is Verdict.REVIEW
    assert judged(SAME_NAME, email="shared by 2", weight=SURE).verdict is Verdict.REVIEW
    assert judged(SAME_NAME | {A.SURNAME: "part"}, email="own", weight=SURE).verdict is Verdict.REVIEW
    assert judged(SAME_NAME | {A.NAMESAKES: "common"}, email="own", weight=SURE).verdict is Verdict.REVIEW
    for home in ("shared by 2", "ruled household"):
        assert judged(SAME_NAME, email="own", phone=home, weight=SURE).verdict is Verdict.REVIEW


def test_an_anchor_that_an_agent_copied_into_another_persons_record_is_never_automatic() -> None:
    others = {
        A.GIVEN: "unlike",
        A.SURNAME: "unlike",
        A.PHONE: "different",
        A.EMAIL: "different",
        A.ADDRESS: "different",
    }
    assert judged(others, anchor="equal", weight=SURE).verdict is Verdict.REVIEW
    home = {A.GIVEN: "one-sided", A.SURNAME: "exact", A.PHONE: "shared by 3", A.ADDRESS: "exact"}
    assert judged(home, anchor="equal", weight=SURE).verdict is Verdict.REVIEW, (
        "what a family shares does not make it this person's"
    )


def test_a_display_name_adds_nothing_to_the_same_social_id() -> None:
    assert judged(social="same", handle="full").factors == (Factor.SOCIAL,)
    assert judged(social="different", handle="full").factors == (Factor.NAME,)
    assert judged(handle="full", email="own").factors == (Factor.NAME, Factor.EMAIL)


@pytest.mark.parametrize("born", ["year", "common", "weeks"])
def test_a_date_of_birth_that_is_not_known_in_full_is_no_factor(born: str) -> None:
    assert judged(SAME_NAME, born=born).factors == (Factor.NAME,)


@pytest.mark.parametrize(
    ("verdict", "pair_class", "found"),
    [
        (Verdict.SHARED, PairClass.HOUSEHOLD, {"given": "unlike", "surname": "exact", "phone": "own"}),
        (Verdict.SHARED, PairClass.DESK, {"given": "unlike", "surname": "unlike", "email": "role"}),
        (Verdict.SHARED, PairClass.RECYCLED, {"given": "unlike", "surname": "unlike", "phone": "shared by 2"}),
        (Verdict.REVIEW, PairClass.NAMESAKE, {"given": "exact", "surname": "exact", "namesakes": "very common"}),
        (Verdict.REVIEW, PairClass.COINCIDENCE, {"given": "unlike", "surname": "unlike", "born": "exact"}),
    ],
)
def test_the_kind_that_a_pair_looks_like_is_a_reason(
    verdict: Verdict, pair_class: PairClass, found: dict[str, str]
) -> None:
    chosen = levels(**found)
    judgement = judge(chosen, _looking_like(chosen, pair_class))
    assert judgement.verdict is verdict
    assert LOOKS[pair_class].sentence in judgement.reasons


def test_what_looks_like_a_household_that_shares_nothing_known_is_for_review() -> None:
    found = levels(given="unlike", surname="exact", phone="different", address="near")
    assert judge(found, _looking_like(found, PairClass.HOUSEHOLD)).verdict is Verdict.SHARED
    found = levels(given="unlike", surname="exact", phone="different", address="town")
    assert judge(found, _looking_like(found, PairClass.HOUSEHOLD)).verdict is Verdict.REVIEW


def _looking_like(found: dict[Attribute, Level], pair_class: PairClass) -> Model:
    """The model by hand with shares that make these levels this class's, beyond doubt."""
    model = prior_model()
    now = model.classes([found[attribute].code for attribute in ORDER])[pair_class]
    shares = [one.share * (100 / now if one.pair_class is pair_class else 1.0) for one in model.components]
    pairs = zip(model.components, shares, strict=True)
    return Model("made", tuple(Component(o.name, o.pair_class, share / sum(shares), o.chances) for o, share in pairs))
