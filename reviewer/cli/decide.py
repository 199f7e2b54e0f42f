"""`reviewer decide`, `defer` and `undo`: what the keys m, s, l, d, z and u do."""

from datetime import date
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.day import Day
from reviewer.cli.desk import open_desk
from reviewer.cli.numbers import Numbers, NumbersType
from reviewer.cli.output import complain, json_option, narrate, say, say_json
from reviewer.cli.overlap import act_of, joined_view, refuse, way_options
from reviewer.cli.picks import candidate_view, leave_out_option, pick_option
from reviewer.domain.errors import HeldError
from reviewer.exit_codes import ExitCode
from reviewer.store.queue import OPEN
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.decide import Decided
    from reviewer.review.undo import Undone

note_option = click.option("--note", default="", metavar="TEXT", help="Why; kept with the decision.")


@click.command()
@click.argument("candidate", type=int)
@click.argument("verdict", type=click.Choice(["merge", "stitch", "link", "distinct"]))
@pick_option
@leave_out_option
@way_options
@note_option
@json_option
@pass_context
def decide(
    context: Context,
    candidate: int,
    verdict: str,
    picks: tuple[str, ...],
    left_out: tuple[str, ...],
    way: str | None,
    note: str,
    as_json: bool,
) -> int:
    """Decide on a CANDIDATE: merge, stitch, link, or distinct.

    A stitch merges the anonymous contact into the person and keeps its sessions there; a link only releases its
    identity and claims it for the person, in two steps, and leaves it as an empty shell.

    `reviewer show` with the same --pick and --leave-out shows beforehand what a merge would lose and need.
    A merge is staged and can be taken back with `reviewer undo` until it is sent; after that nothing undoes it.
    Where another operation that has not ended keeps a contact, the ways out are told: --join, --wait, --take-back.
    """
    from reviewer.review import overlap

    with open_desk(context) as desk:
        act = act_of(desk, way, verdict)
        view = (joined_view if way == overlap.JOIN else candidate_view)(desk, candidate, picks, left_out)
        try:
            decided = act(view, note=note)
        except HeldError:
            found = overlap.offer(desk, view)
            if found is None or view.joining:
                raise
            refuse(found, candidate, verdict, as_json)
            return ExitCode.REFUSED
    tell_decided(decided, as_json)
    return ExitCode.OK


def tell_decided(decided: "Decided", as_json: bool) -> None:
    """Say what was decided, and when it is sent."""
    if as_json:
        say_json(decided)
        return
    say(f"decision {decided.decision}: {visible(decided.sentence)}")
    if decided.why_two:
        narrate(
            f"planned as operation {decided.operation}: it needs a second steward ({'; '.join(decided.why_two)}), "
            f"who says `reviewer approve {decided.decision}`; `reviewer undo {decided.decision}` takes it back"
        )
    if decided.send_after:
        narrate(
            f"staged as operation {decided.operation}, sent from {decided.send_after:%Y-%m-%d %H:%M} UTC; "
            f"`reviewer undo {decided.decision}` takes it back until then"
        )


@click.command()
@click.argument("candidate", type=int)
@click.argument("until", type=Day())
@note_option
@json_option
@pass_context
def defer(context: Context, candidate: int, until: date, note: str, as_json: bool) -> None:
    """Put a CANDIDATE off UNTIL a day (YYYY-MM-DD)."""
    from reviewer.review.candidate import view
    from reviewer.review.defer import defer as put_off

    with open_desk(context) as desk:
        decided = put_off(desk, view(desk, candidate), until, note=note)
    say_json(decided) if as_json else say(f"decision {decided.decision}: {visible(decided.sentence)}")


@click.command()
@click.argument("decision", type=NumbersType(), required=False)
@json_option
@pass_context
def undo(context: Context, decision: Numbers | None, as_json: bool) -> int:
    """Take a DECISION back, your last one if none is named.

    That is possible until it is sent. DECISION as in 12-40 takes back all of yours among them, the newest first, and
    says which could not be; then the exit status is 10.
    """
    from reviewer.review.undo import undo as take_back
    from reviewer.review.undo import undo_all

    with open_desk(context) as desk:
        if decision is not None and decision.first != decision.last:
            undone, left = undo_all(desk, *decision)
        else:
            undone, left = [take_back(desk, decision.first if decision else None)], []
    if as_json:
        several = decision is not None and decision.first != decision.last
        say_json({"undone": undone, "left": left} if several else undone[0])
    else:
        for one in undone:
            say(f"decision {one.decision}: {visible(one.sentence)}{_where_it_is(one)}")
    for refused in left:
        complain(refused.reason)
    return ExitCode.REFUSED if left else ExitCode.OK


def _where_it_is(undone: "Undone") -> str:
    if not undone.candidate:
        return ""
    place = "is back in the queue" if undone.state == OPEN else f"is not in the queue: it is {undone.state}"
    return f"; candidate {undone.candidate} {place}"
