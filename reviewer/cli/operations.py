"""`reviewer operations`: what is staged, under way and ended, and saying that a faulty end was looked at."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, narrate, say, say_json, say_table

_LISTS = {"staged": "STAGED", "under-way": "UNDER_WAY", "ended": "ENDED", "to-look-at": "TO_LOOK_AT"}


@click.group(invoke_without_command=True)
@click.option("--state", type=click.Choice(list(_LISTS)), help="Only one list of them; without it, all lists.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="Operations of each list.")
@json_option
@click.pass_context
def operations(ctx: click.Context, state: str | None, limit: int, as_json: bool) -> None:
    """List what is staged, under way and ended.

    What is staged stands as it is due, the others newest first.
    """
    if ctx.invoked_subcommand is not None:
        return
    from reviewer.review.operations import Listing, rows, total

    chosen = [state] if state else ["staged", "under-way", "ended"]
    with open_desk(ctx.obj) as desk:
        lists = [Listing[_LISTS[name]] for name in chosen]
        found = [row for one in lists for row in rows(desk, one, limit)]
        left_out = sum(max(0, total(desk, one) - limit) for one in lists)
    if as_json:
        say_json([{name: value for name, value in row._asdict().items() if name != "key"} for row in found])
        return
    say_table(
        ("operation", "decision", "kind", "state", "who", "steward", "changed (UTC)", "calls", "outcome"),
        [
            (
                row.operation,
                row.decision,
                row.kind,
                row.state,
                row.who,
                row.steward,
                f"{row.changed_at:%Y-%m-%d %H:%M}",
                row.calls,
                row.outcome,
            )
            for row in found
        ],
    )
    if left_out:
        narrate(f"{left_out:,} more; --limit lists more of them")


@operations.command("seen")
@click.argument("number", type=int)
@click.option("--note", required=True, metavar="NOTE", help="What you found; kept in the audit.")
@pass_context
def seen(context: Context, number: int, note: str) -> None:
    """Say that you have looked at the faulty end of operation NUMBER.

    It does not count as "to look at" any more. If it stopped the line, that is acknowledged with it.
    """
    from reviewer.review.operations import seen as say_seen

    with open_desk(context) as desk:
        say_seen(desk, number, note)
    say(f"operation {number}: seen")
