"""What suspected pairs are worth, computed by hand and by the one module that computes it."""

import numpy as np
import pytest

from reviewer.detect import measures
from reviewer.detect.measures import Suspected


def suspected(*pairs: tuple[float, bool], true: int) -> Suspected:
    """Pairs of (weight, whether it is true)."""
    return Suspected(np.array([weight for weight, _ in pairs]), np.array([right for _, right in pairs], np.bool_), true)


SOME = suspected((9.0, True), (5.0, True), (5.0, False), (1.0, True), (-2.0, False), (-4.0, False), true=4)
NOTHING = Suspected(np.zeros(0), np.zeros(0, np.bool_), 4)


def test_the_rates_count_true_pairs_that_nobody_suspected() -> None:
    found = measures.from_weight(SOME, 5.0)
    assert found.rates == (3, 2, 2 / 3, 2 / 4, 4 / 7)


def test_the_best_threshold_is_that_of_the_highest_f1_and_takes_pairs_of_equal_weight_together() -> None:
    best = measures.best(SOME)
    assert (best.weight, best.rates.pairs, best.rates.right) == (1.0, 4, 3)
    assert best.rates.f1 == pytest.approx(6 / 8)


def test_the_table_marks_the_best_and_the_default_and_ends_with_all() -> None:
    rows = measures.thresholds(SOME)
    assert [row.weight for row in rows] == sorted((row.weight for row in rows), reverse=True)
    assert {row.name: row.rates.pairs for row in rows if row.name} == {"best": 4, "default": 4, "all": 6}
    assert rows[-1].name == "all"


def test_a_probability_that_says_too_much_shows_in_the_calibration() -> None:
    even = suspected(*[(0.0, place < 2) for place in range(10)], true=2)
    found = measures.calibration(even)
    assert found.error == pytest.approx(0.3)
    (filled,) = [one for one in found.bins if one.pairs]
    assert (filled.low, filled.high, filled.pairs) == (0.5, 0.6, 10)
    assert (filled.predicted, filled.observed) == pytest.approx((0.5, 0.2))


def test_the_error_of_calibration_weighs_each_bin_by_its_pairs() -> None:
    sure = [(20.0, True)] * 90
    found = measures.calibration(suspected(*sure, *[(0.0, False)] * 10, true=90))
    assert found.error == pytest.approx(0.05, abs=1e-5)


@pytest.mark.parametrize(
    ("recall", "pairs"),
    [
        pytest.param(0.25, 1, id="the strongest is true"),
        pytest.param(0.5, 3, id="one of two pairs of equal weight: both may be needed"),
        pytest.param(0.75, 4, id="the next true one"),
        pytest.param(0.99, None, id="the fourth true pair is not among them"),
    ],
)
def test_the_queue_is_as_long_as_its_false_pairs_make_it(recall: float, pairs: int | None) -> None:
    assert measures.pairs_for(SOME, recall) == pairs


def test_the_order_in_which_pairs_were_found_changes_nothing() -> None:
    other = Suspected(SOME.weights[::-1], SOME.right[::-1], SOME.true)
    assert [measures.pairs_for(other, recall) for recall in (0.25, 0.5, 0.75)] == [1, 3, 4]
    assert measures.best(other) == measures.best(SOME)


def test_the_histogram_has_every_pair_once_strongest_first() -> None:
    bars = measures.histogram(SOME)
    assert sum(bar.true for bar in bars) == 3
    assert sum(bar.false for bar in bars) == 3
    assert bars[0].low <= 9.0 < bars[0].high
    assert bars[-1].low <= -4.0 < bars[-1].high
    assert all(above.low == below.high for below, above in zip(bars[1:], bars, strict=False))


def test_weights_far_apart_still_give_a_histogram_that_fits_a_screen() -> None:
    assert len(measures.histogram(suspected((-6.0, False), (60.0, True), true=1))) <= 21


def test_nothing_suspected_is_nothing_wrong_and_nothing_found() -> None:
    assert measures.best(NOTHING).rates == (0, 0, 1.0, 0.0, 0.0)
    assert measures.calibration(NOTHING).error == 0.0
    assert measures.pairs_for(NOTHING, 0.8) is None
    assert measures.histogram(NOTHING) == ()
    assert {row.rates.pairs for row in measures.thresholds(NOTHING)} == {0}
