"""Learning from decided pairs: a surprise moves what surprised, an expected decision nothing."""

from typing import Any

import numpy as np
import pytest

from reviewer.detect.chance_table import ROWS, chances_of
from reviewer.detect.learning import FURTHEST_LEARNED, Lessons, learned_from
from reviewer.domain.classes import PairClass
from reviewer.domain.learned import with_learned, without_learned
from reviewer.domain.model import Model
from reviewer.domain.model_document import document_of, model_of
from reviewer.domain.prior_model import prior_model
from tests.detect.test_fitting import FAMILY, SAME, levels_of, row

HOME = {"given name": "loose", "surname": "exact", "address": "exact", "phone": "shared by 2"}
LIKELY = {"given name": "exact", "surname": "exact", "email": "near"}


def lessons(*told: tuple[dict[str, str], int, tuple[PairClass, ...]]) -> Lessons:
    """So many decided pairs at each of these levels, each left to some classes, each a cluster of its own."""
    levels = levels_of(*((named, count) for named, count, _ in told))
    rows = [[one in classes for one in PairClass] for _, count, classes in told for _ in range(count)]
    numbers = np.arange(1, len(levels) + 1)
    return Lessons(levels, np.array(rows, dtype=np.bool_).reshape(-1, len(PairClass)), numbers, numbers)


ONE = (PairClass.SAME,)
TWO = tuple(one for one in PairClass if one is not PairClass.SAME)


def taught(*told: Any) -> Model:
    model = prior_model()
    return with_learned(model, learned_from(lessons(*told), model, 9))


def test_decisions_that_were_expected_change_next_to_nothing() -> None:
    model = taught((SAME, 500, ONE), (FAMILY, 500, TWO))
    assert model.weight(row(LIKELY)) == pytest.approx(prior_model().weight(row(LIKELY)), abs=0.2)


def test_surprising_decisions_move_what_they_surprised_with() -> None:
    before = prior_model().weight(row(LIKELY))
    apart, together = taught((LIKELY, 200, TWO)), taught((HOME, 200, ONE))
    assert apart.weight(row(LIKELY)) < min(before, 0) - 1
    assert together.weight(row(HOME)) > prior_model().weight(row(HOME)) + 2
    assert apart.weight(row(SAME)) > 7


def test_one_decision_is_no_rule() -> None:
    before = prior_model().weight(row(LIKELY))
    assert before - 2 < taught((LIKELY, 1, TWO)).weight(row(LIKELY)) < before


def test_which_pairs_were_picked_does_not_change_the_shares() -> None:
    shares = [one.share for one in prior_model().components]
    assert [one.share for one in taught((LIKELY, 500, TWO)).components] == shares


def test_what_is_learned_is_bounded_and_rows_add_up() -> None:
    model = taught((LIKELY, 5_000, TWO), (HOME, 5_000, ONE))
    assert model.learned is not None
    assert max(abs(bits) for kind in model.learned.changes for bits in sum(kind, ())) == FURTHEST_LEARNED
    for low, high in ROWS:
        assert chances_of(model)[low:high].sum(axis=0) == pytest.approx(1, abs=1e-4)


def test_a_ruling_tells_what_two_persons_are_to_each_other() -> None:
    unsure = {"given name": "unlike", "phone": "shared by 3"}
    before = prior_model().classes(row(unsure))
    desk = taught((unsure, 100, (PairClass.DESK,))).classes(row(unsure))
    home = taught((unsure, 100, (PairClass.HOUSEHOLD, PairClass.NAMESAKE))).classes(row(unsure))
    assert desk[PairClass.DESK] > before[PairClass.DESK] + 0.1
    assert home[PairClass.HOUSEHOLD] > before[PairClass.HOUSEHOLD] + 0.1


def test_learning_is_the_same_every_time_and_in_any_order() -> None:
    told = ((LIKELY, 30, TWO), (HOME, 40, ONE))
    model = prior_model()
    assert learned_from(lessons(*told), model, 9) == learned_from(lessons(*reversed(told)), model, 9)


def test_what_was_learned_can_be_taken_out_again_and_is_kept_in_the_document() -> None:
    model = taught((LIKELY, 200, TWO))
    assert chances_of(without_learned(model)) == pytest.approx(chances_of(prior_model()))
    assert without_learned(model).learned is None
    kept = model_of(document_of(model), model.version)
    assert kept == model
    assert kept.learned is not None and kept.learned.through == 9


def test_a_model_that_learned_nothing_says_nothing_of_it() -> None:
    assert "learned" not in document_of(prior_model())
    assert with_learned(prior_model(), None) == without_learned(prior_model()) == prior_model()
