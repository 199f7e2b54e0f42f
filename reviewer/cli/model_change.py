"""What follows when another model is put into use: the pairs that wait are judged by it, and it is told."""

from reviewer.cli.output import counted, narrate, say, say_json
from reviewer.cli.waiting_pairs import score_waiting
from reviewer.review.desk import Desk
from reviewer.review.model_in_use import InUseNow
from reviewer.text import visible


def judge_again(desk: Desk, now: InUseNow) -> int:
    """Judge the pairs that another model had weighed; returns how many."""
    return score_waiting(desk.database, desk.today) if now.waiting else 0


def tell_change(desk: Desk, now: InUseNow, as_json: bool) -> None:
    """Judge what waits, and say what changed."""
    judged = judge_again(desk, now)
    if as_json:
        say_json({**now._asdict(), "judged_again": judged})
        return
    say(visible(now.sentence))
    tell_judged(judged)


def tell_judged(judged: int) -> None:
    """Say that the queue goes by another model from now on."""
    if judged:
        narrate(f"{counted(judged, 'pair')} judged again; `reviewer detect` finds those that only now weigh enough")
