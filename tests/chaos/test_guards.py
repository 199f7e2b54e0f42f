"""The harness can fail: it notices each guard that is taken out of the executor."""

import pytest

from tests.chaos.guards import GUARDS
from tests.chaos.running import TRIES, Wanted, run
from tests.chaos.table import is_red


@pytest.mark.parametrize("guard", GUARDS)
def test_a_guard_that_is_broken_is_noticed(guard: str) -> None:
    told = []
    for _ in range(TRIES):
        (outcome,) = run(Wanted(1, [], guard=guard, revealing=[guard]), jobs=1)
        if is_red(outcome):
            return
        told.append(outcome.told)
    pytest.fail(f"{guard} was not missed: {told}")


def test_the_same_trials_are_sound_with_all_guards() -> None:
    outcomes = list(run(Wanted(1, [], revealing=list(GUARDS)), jobs=1))
    assert len(outcomes) == len(GUARDS)
    assert [(outcome.told, outcome.violations) for outcome in outcomes if is_red(outcome)] == []
