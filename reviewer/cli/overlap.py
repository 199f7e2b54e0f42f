"""`reviewer decide --join`, `--wait` and `--take-back`: the ways where a live operation keeps a contact."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

import click

from reviewer.cli.output import complain, say_json
from reviewer.cli.picks import chosen_view, left_out_ids
from reviewer.review.decide import Decided
from reviewer.review.desk import Desk
from reviewer.review.overlap import JOIN, TAKE_BACK, WAIT, Offer
from reviewer.review.views import CandidateView
from reviewer.text import visible

Act = Callable[..., Decided]

OPTIONS = {JOIN: "--join", WAIT: "--wait", TAKE_BACK: "--take-back"}


def way_options(command: Callable[..., object]) -> Callable[..., object]:
    """The options that choose a way; ``way`` is its name, or None."""
    for name, told in (
        (TAKE_BACK, "Take the other back, and approve this in its place."),
        (WAIT, "Put the candidate aside until the other has ended."),
        (JOIN, "Approve one merge of all, as `show --join` shows it; the other is taken back."),
    ):
        command = click.option(OPTIONS[name], "way", flag_value=name, default=None, help=told)(command)
    return command


def act_of(desk: Desk, way: str | None, verdict: str) -> Act:
    """What does the verdict in this way. Raises ``click.UsageError`` for one that has no ways."""
    from reviewer.review import decide, join, link, overlap

    if way is None:
        acts: dict[str, Act] = {
            "merge": decide.merge, "stitch": decide.stitch, "link": link.link, "distinct": decide.distinct
        }  # fmt: skip
        return partial(acts[verdict], desk)
    if verdict == "link" and way == JOIN:
        raise click.UsageError("--join is for merge and stitch: a link merges nothing")
    if verdict == "distinct":
        raise click.UsageError(f"{OPTIONS[way]} is for merge and stitch: distinct needs no contact for itself")
    if way == WAIT:
        return partial(overlap.wait, desk)
    return partial(join.join if way == JOIN else overlap.take_back, desk, kind=verdict)


def joined_view(desk: Desk, candidate: int, picks: Iterable[str], left_out: Sequence[str]) -> CandidateView:
    """The join of a candidate, under these picks beside those that it carries over; letters are those of the join.

    Those of ``left_out`` are the candidate's own. Raises as ``chosen_view``.
    """
    from reviewer.review.join import union

    out = left_out_ids(desk, candidate, left_out)
    carried = union(desk, candidate, left_out=out)
    return chosen_view(carried, picks, lambda chosen: union(desk, candidate, picks=chosen, left_out=out))


def refuse(found: Offer, candidate: int, verdict: str, as_json: bool) -> None:
    """Say what is in the way, and each way out with its command, or why it is none."""
    if as_json:
        say_json({**found._asdict(), "sentence": found.sentence})
    complain(visible(found.sentence))
    for way in found.ways:
        command = f"`reviewer decide {candidate} {verdict} {OPTIONS[way.name]}`"
        complain(visible(f"{command}: {way.sentence}" if way.possible else f"no {way.name}: {way.sentence}"))
