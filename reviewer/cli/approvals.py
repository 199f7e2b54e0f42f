"""`reviewer approvals`, `approve` and `reject`: the second pair of eyes."""

from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import counted, json_option, narrate, say, say_json, say_table
from reviewer.store.queue import OPEN
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.approving import Waiting

_HEAD = ("decision", "operation", "kind", "who", "proposed by", "at (UTC)", "because", "note", "yours")


@click.command()
@click.argument("decision", type=int, required=False)
@json_option
@pass_context
def approvals(context: Context, decision: int | None, as_json: bool) -> None:
    """List what waits for a second steward, or show one.

    A DECISION is printed as its proposer saw it. What changed in its contacts since is said with it: then it cannot be
    approved any more.
    """
    from reviewer.review import approving

    with open_desk(context) as desk:
        if decision is None:
            _list(approving.waiting(desk), as_json)
            return
        found = approving.read(desk, decision)
        changed = approving.changed_since(desk, decision)
        screen = approving.screen_of(desk, found)
    if as_json:
        say_json({**found._asdict(), "changed": changed, "screen": screen})
        return
    say(screen)
    say(f"proposed by {visible(found.proposer)} at {found.proposed_at:%Y-%m-%d %H:%M} UTC")
    if found.note:
        say(f"note: {visible(found.note)}")
    say(f"needs a second steward: {visible(found.why)}")
    if changed:
        say(f"changed since, so that it cannot be approved: {visible(changed)}")


def _list(rows: "list[Waiting]", as_json: bool) -> None:
    if as_json:
        say_json(rows)
        return
    yours = sum(row.yours for row in rows)
    narrate(f"{counted(len(rows), 'approval')} waiting for a second steward, {len(rows) - yours} of them for you")
    say_table(_HEAD, [_row(row) for row in rows])


def _row(row: "Waiting") -> tuple[object, ...]:
    return (
        row.decision,
        row.operation,
        row.kind,
        row.who,
        row.proposer if row.rung == "steward" else f"{row.proposer} (automatic)",
        f"{row.proposed_at:%Y-%m-%d %H:%M}",
        row.why,
        row.note,
        "yes" if row.yours else "",
    )


@click.command()
@click.argument("decision", type=int)
@click.option("--note", default="", metavar="TEXT", help="Why; kept with the approval.")
@json_option
@pass_context
def approve(context: Context, decision: int, note: str, as_json: bool) -> None:
    """Approve a DECISION that another steward proposed.

    It is staged, and cools off from now.
    `reviewer approvals DECISION` shows beforehand what its proposer saw. Your own needs somebody else, and what changed
    since it was proposed cannot be approved any more.
    """
    from reviewer.review import approving

    with open_desk(context) as desk:
        approved = approving.approve(desk, decision, note=note)
    if as_json:
        say_json(approved)
        return
    say(f"decision {decision}: {visible(approved.sentence)}")
    if approved.send_after:
        narrate(
            f"staged as operation {approved.operation}, sent from {approved.send_after:%Y-%m-%d %H:%M} UTC; "
            f"`reviewer undo {decision}` takes it back until then"
        )


@click.command()
@click.argument("decision", type=int)
@click.option("--note", required=True, metavar="TEXT", help="Why; the proposer reads it on the candidate.")
@json_option
@pass_context
def reject(context: Context, decision: int, note: str, as_json: bool) -> None:
    """Say no to a DECISION that another steward proposed.

    Its candidate returns to the queue, marked with your note.
    """
    from reviewer.review import approving

    with open_desk(context) as desk:
        rejected = approving.reject(desk, decision, note)
    if as_json:
        say_json(rejected)
        return
    place = "is back in the queue" if rejected.state == OPEN else f"is not in the queue: it is {rejected.state}"
    say(f"decision {decision}: {visible(rejected.sentence)}; candidate {rejected.candidate} {place}")
