"""`reviewer model learn`: what the decisions of stewards teach the model, taken over only if it is a gain."""

from typing import TYPE_CHECKING, NamedTuple

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.model_change import judge_again, tell_judged
from reviewer.cli.output import json_option, named, say, say_json, say_table
from reviewer.review.desk import Desk

if TYPE_CHECKING:
    from reviewer.detect.held_back import Measured
    from reviewer.detect.learning import Lessons


class Outcome(NamedTuple):
    """What came of learning. ``measured`` is None where there were too few decisions; ``version`` is the one in use."""

    taken_over: bool
    sentence: str
    measured: "Measured | None"
    version: str
    judged_again: int


@click.command()
@click.option("--dry-run", is_flag=True, help="Measure what it would be worth, and change nothing.")
@json_option
@pass_context
def learn(context: Context, dry_run: bool, as_json: bool) -> None:
    """Refine the model by what stewards decided.

    Merged and stitched contacts are one person, distinct ones are not; undone decisions and automatic ones say
    nothing. A fifth of the decisions at a time is held back, and what the others teach is measured on it: only if that
    is better than the model in use, by more than chance, is it taken over.
    """
    with open_desk(context) as desk:
        outcome = _learn(desk, dry_run)
    if as_json:
        say_json(outcome)
        return
    if outcome.measured:
        _say_measured(outcome.measured)
    say(outcome.sentence)
    tell_judged(outcome.judged_again)


def _learn(desk: Desk, dry_run: bool) -> Outcome:
    from reviewer.detect.decided import lessons_of
    from reviewer.detect.held_back import counts, measure, unseen
    from reviewer.domain.learned import without_learned
    from reviewer.store import models

    model = models.in_use(desk.database).model
    lessons = lessons_of(desk.database, desk.rules, desk.today, without_learned(model))
    if lacking := _lacking(*counts(lessons.where(unseen(lessons, model))), learned=model.learned is not None):
        return Outcome(False, lacking, None, model.version, 0)
    measured = measure(lessons, model)
    if not measured.better:
        return Outcome(
            False, f"not better beyond chance: model {model.version} stays in use", measured, model.version, 0
        )
    if dry_run:
        return Outcome(False, "better: without --dry-run it would be taken over", measured, model.version, 0)
    return _take_over(desk, lessons, measured)


def _lacking(same: int, distinct: int, *, learned: bool) -> str:
    """What is missing to tell whether a learned model is better; empty if nothing is."""
    from reviewer.detect.held_back import FEWEST

    if min(same, distinct) >= FEWEST:
        return ""
    since = " since the model in use learned" if learned else ""
    return (
        f"too few decisions to tell a gain from chance: {FEWEST} that merge and {FEWEST} that keep apart are needed, "
        f"there are {same} and {distinct}{since}"
    )


def _take_over(desk: Desk, lessons: "Lessons", measured: "Measured") -> Outcome:
    from reviewer.detect.learning import learned_from
    from reviewer.domain.learned import with_learned, without_learned
    from reviewer.review.model_in_use import take_over
    from reviewer.store import contacts, models

    base = without_learned(models.in_use(desk.database).model)
    learned = with_learned(base, learned_from(lessons, base, int(lessons.decisions.max())))
    live = contacts.counts(desk.database).get("live", 0)
    now = take_over(desk, learned, live, len(lessons.decisions), reason=_gain(measured), measured=named(measured))
    return Outcome(True, f"better: {now.sentence}", measured, now.version, judge_again(desk, now))


def _say_measured(measured: "Measured") -> None:
    say(
        f"{measured.same:,} merged and {measured.distinct:,} kept apart, {measured.pairs:,} pairs, "
        "each weighed by a model that had not seen its decision"
    )
    standings = (("in use", measured.present), ("learned", measured.learned))
    rows = [(name, f"{one.loss:.4f}", f"{one.f1:.4f}", one.wrong) for name, one in standings]
    say_table(("model", "surprise (bits)", "F1", "wrong at even odds"), rows)
    say(_gain(measured))


def _gain(measured: "Measured") -> str:
    low, high = measured.gain
    return f"gain: between {low:+.4f} and {high:+.4f} bits a pair, 95 times in 100"
