"""A fixed set of trials: every kind of interruption and fault of the longer runs, on each kind of plan."""

import pytest

from tests.chaos.plan import Plan, plan, systematic
from tests.chaos.running import Wanted, run
from tests.chaos.scenarios import BY_NAME, SCENARIOS
from tests.chaos.table import is_red, table, told
from tests.chaos.trial import Outcome

LENGTHS = {scenario.name: 20 for scenario in SCENARIOS}
NUMBERS = range(0, 1620, 45)
"""Numbers of trials, even and odd, that lie far apart: boundaries at the beginning and at the end, all the faults."""


def test_whatever_interrupts_it_each_approval_takes_effect_once_and_ends_as_what_is_true() -> None:
    outcomes = list(run(Wanted(5, NUMBERS), jobs=2))
    assert len(outcomes) == len(NUMBERS)
    assert {outcome.told.partition(":")[0] for outcome in outcomes} == set(BY_NAME)
    assert [told(outcome, ["--seed", "5"]) for outcome in outcomes if is_red(outcome)] == []


def test_a_trial_is_drawn_from_the_seed_and_its_number_alone() -> None:
    def drawn(seed: int) -> list[Plan]:
        return [plan(seed, number, LENGTHS) for number in range(60)]

    assert drawn(1) == drawn(1) != drawn(2)


def test_every_boundary_of_every_plan_comes_up_and_every_configuration() -> None:
    plans = [plan(1, number, LENGTHS) for number in range(1000)]
    named = {(one.scenario.name, one.stop_at, one.interruption) for one in plans[::2]}
    assert {(scenario.name, *rest) for scenario, *rest in systematic(LENGTHS)} <= named
    configurations = {one.configuration for one in plans}
    assert len(configurations) == len({plan(1, number, LENGTHS, only="×").configuration for number in range(500)})


def test_only_some_configurations_can_be_asked_for() -> None:
    few = {plan(1, number, LENGTHS, only="killed at any instant × late").configuration for number in range(9)}
    assert few == {"killed at any instant × late effect"}
    with pytest.raises(ValueError, match="no configuration is called 'nonsense'"):
        plan(1, 0, LENGTHS, only="nonsense")


def test_the_table_counts_trials_ends_and_violations() -> None:
    sound = Outcome(1, "killed × no fault", ["done", "void"], [], False, 0.1, "pair")
    red = sound._replace(number=2, ended=["done"], violations=["twice"])
    spoilt = red._replace(number=3, stalled=True)
    *_, all_of_them = table([sound, red, spoilt]).splitlines()
    assert all_of_them.split() == ["all", "3", "3", "·", "·", "·", "·", "1", "·", "1", "1"]
    assert "replay: python -m tests.chaos --trial 2 --seed 7" in told(red, ["--seed", "7"])
