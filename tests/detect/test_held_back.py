"""Whether learning is a gain: told from chance, on decisions that were held back."""

import numpy as np

from reviewer.detect.held_back import Measured, Standing, counts, measure, unseen
from reviewer.detect.learning import Lessons, learned_from
from reviewer.domain.learned import with_learned
from reviewer.domain.prior_model import prior_model
from tests.detect.test_fitting import FAMILY, SAME
from tests.detect.test_learning import HOME, LIKELY, ONE, TWO, lessons


def test_a_rule_in_the_decisions_that_the_model_did_not_know_is_a_gain() -> None:
    measured = measure(lessons((LIKELY, 60, TWO), (SAME, 60, ONE), (FAMILY, 60, TWO)), prior_model())
    assert measured.better
    assert (measured.same, measured.distinct, measured.pairs) == (60, 120, 180)
    assert measured.gain[0] > 0.1
    assert measured.present.loss - measured.learned.loss > 0.1
    assert measured.learned.wrong <= measured.present.wrong


def test_decisions_by_the_throw_of_a_coin_are_none() -> None:
    """Every second pair of the same levels is one person: there is nothing to learn that holds for others."""
    unsure = {"given name": "exact", "surname": "exact", "phone": "shared by 2", "date of birth": "slip"}
    told = [(SAME | {"phone": "different"}, 60, ONE), (FAMILY, 60, TWO)]
    coin = np.random.default_rng(1).integers(2, size=8)
    told += [(unsure, 1, ONE if side else TWO) for side in coin]
    assert not measure(lessons(*told), prior_model()).better


def test_decisions_that_were_expected_are_no_gain() -> None:
    assert not measure(lessons((SAME, 100, ONE), (FAMILY, 100, TWO)), prior_model()).better


def test_a_model_that_calls_more_pairs_wrong_is_not_better_however_much_less_it_is_surprised() -> None:
    gained = Measured(60, 60, 120, Standing(0.5, 0.9, 3), Standing(0.3, 0.9, 3), (0.1, 0.3))
    assert gained.better
    assert not gained._replace(learned=Standing(0.3, 0.9, 4)).better


def test_what_hangs_together_is_held_back_together() -> None:
    """One family's pairs, decided one after the other, are no proof that others are like them."""
    told = lessons((LIKELY, 50, TWO), (SAME, 50, ONE))
    one_family = told._replace(clusters=np.where(told.same, told.decisions, 1))
    alone, together = measure(told, prior_model()), measure(one_family, prior_model())
    assert alone.better and not together.better
    assert together.learned.loss > alone.learned.loss


def test_only_decisions_that_the_model_in_use_has_not_seen_are_a_test_of_it() -> None:
    told = lessons((LIKELY, 60, TWO), (SAME, 60, ONE))
    base = prior_model()
    in_use = with_learned(base, learned_from(first(told, 70), base, 70))
    assert unseen(told, base).all()
    assert unseen(told, in_use).sum() == 50
    assert counts(told.where(unseen(told, in_use))) == (50, 0)
    assert measure(told, in_use).pairs == 50


def first(told: Lessons, count: int) -> Lessons:
    return told.where(told.decisions <= count)


def test_the_measure_is_the_same_every_time() -> None:
    told = lessons((HOME, 20, ONE), (LIKELY, 30, TWO), (SAME, 20, ONE))
    assert measure(told, prior_model()) == measure(told, prior_model())
