"""The harness can fail: it notices each guard that is taken out of the executor."""

from tests.chaos.guards import GUARDS
from tests.chaos.running import EACH, TRIES, Wanted, run
from tests.chaos.table import is_red


def test_each_guard_that_is_broken_is_noticed() -> None:
    unnoticed = list(GUARDS)
    for _ in range(TRIES):
        outcomes = run(Wanted(1, [], guard=EACH, revealing=unnoticed), jobs=1)
        unnoticed = [guard for guard, outcome in zip(unnoticed, outcomes, strict=True) if not is_red(outcome)]
        if not unnoticed:
            break
    assert unnoticed == []


def test_the_same_trials_are_sound_with_all_guards() -> None:
    each = list({str(guard.revealing): name for name, guard in GUARDS.items()}.values())
    outcomes = list(run(Wanted(1, [], revealing=each), jobs=1))
    assert len(outcomes) == len(each)
    assert [(outcome.told, outcome.violations) for outcome in outcomes if is_red(outcome)] == []
