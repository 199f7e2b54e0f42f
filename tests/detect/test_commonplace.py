"""A phone or an email that very many contacts have says nothing of two of them."""

from itertools import product

import numpy as np
import pytest

from reviewer.detect.columns import columns_of_comparables
from reviewer.detect.commonplace import told_of_crowds
from reviewer.detect.compared import Compared, compare_all
from reviewer.detect.evaluator import Evaluator
from reviewer.detect.run import detect, silent
from reviewer.domain.levels import ORDER, Attribute, level
from reviewer.domain.model import Component, Model
from reviewer.domain.prior_model import prior_model
from reviewer.store import models
from reviewer.store.database import Database
from tests.detect.people import person
from tests.detect.test_run import TODAY, database, fill

__all__ = ["database"]

GIVEN = ("ada", "bela", "carl", "dora", "emil", "fritz", "gina", "hugo")
SURNAMES = ("arnold", "becker", "curtis", "dvorak", "eriksen", "fontana", "garcia", "horvat")
SWITCHBOARD, OWN = "+17029190000", "+1702918{:04}"


def compared(with_switchboard: int) -> Compared:
    """As many persons as there are names, so many of them with the number of one switchboard."""
    names = enumerate(product(GIVEN, SURNAMES))
    people = [
        (n, person(given=given, surname=surname, phones=(SWITCHBOARD if n < with_switchboard else OWN.format(n),)))
        for n, (given, surname) in names
    ]
    columns = columns_of_comparables(people)
    return compare_all(columns, Evaluator(columns), np.zeros(0, dtype=np.int64), silent)


def chance(component: Component, name: str) -> float:
    return component.chances[ORDER.index(Attribute.PHONE)][level(Attribute.PHONE, name).code]


def weight(model: Model, **named: str) -> float:
    return model.weight([level(one, named.get(one.name.lower(), "missing")).code for one in ORDER])


@pytest.mark.parametrize("number", [48, 64])
def test_the_chance_of_a_crowds_phone_in_common_goes_by_how_many_have_it(number: int) -> None:
    model, told = prior_model(), told_of_crowds(prior_model(), compared(number))
    for before, after in zip(model.components, told.components, strict=True):
        assert sum(after.chances[ORDER.index(Attribute.PHONE)]) == pytest.approx(
            sum(before.chances[ORDER.index(Attribute.PHONE)])
        )
        assert chance(after, "own") == chance(before, "own")
        assert 0 < chance(after, "different") < chance(before, "different")
    by_chance = next(one for one in told.components if one.name == "nothing")
    assert chance(by_chance, "shared by 20 to 99") == pytest.approx((number / 64) ** 2, abs=0.03)


def test_with_a_phone_that_all_have_two_of_one_given_name_are_two_persons() -> None:
    told = told_of_crowds(prior_model(), compared(64))
    alike = {"given": "exact", "surname": "unlike"}
    assert weight(told, **alike, phone="shared by 20 to 99") < weight(told, **alike) + 1 < 0


def test_where_no_crowd_has_one_the_model_stays_as_it_is() -> None:
    assert told_of_crowds(prior_model(), compared(30)) == prior_model()


def test_a_detection_fits_the_model_from_there(database: Database) -> None:
    people = product(GIVEN, SURNAMES)
    fill(database, *({"firstName": one, "lastName": two, "workPhone": {"e164": SWITCHBOARD}} for one, two in people))
    detect(database, today=TODAY)
    by_chance = next(one for one in models.in_use(database).model.components if one.name == "nothing")
    assert chance(by_chance, "shared by 20 to 99") > 0.8
