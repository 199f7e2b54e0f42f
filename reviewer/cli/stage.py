"""`reviewer stage`: approvals that cool off, what sending them takes, and letting them go."""

from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import counted, json_option, narrate, say, say_json, say_table
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.stage import Staging


@click.command()
@click.argument("operations", type=int, nargs=-1)
@click.option("--release", is_flag=True, help="End the cool-off now, of these operations or of all.")
@click.option("--now", is_flag=True, help="With --release: they may be sent outside of the execution windows too.")
@json_option
@pass_context
def stage(context: Context, operations: tuple[int, ...], release: bool, now: bool, as_json: bool) -> None:
    """List what is approved and not sent yet, or --release it.

    It begins with the calls that are needed, the rate, and when it will be done. What is released is sent by
    `reviewer execute`, and cannot be taken back any more once it is; `reviewer undo` takes back until then.
    """
    from reviewer.review import stage as staging

    if now and not release:
        raise click.UsageError("--now goes with --release")
    with open_desk(context) as desk:
        if release:
            released = staging.release(desk, operations or None, outside_window=now)
            opens_at = None if now else staging.staging(desk).opens_at
            if as_json:
                say_json({"released": released})
            else:
                later = f" when the window opens ({opens_at:%Y-%m-%d %H:%M} UTC)" if opens_at else ""
                say(f"{released} released; `reviewer execute` sends them{later}")
            return
        summary = staging.staging(desk)
        rows = [row for row in staging.staged(desk) if not operations or row.operation in operations]
    if as_json:
        say_json({**summary._asdict(), "staged": rows})
        return
    for sentence in summary_words(summary):
        narrate(sentence)
    head = ("operation", "decision", "kind", "who", "steward", "sent from (UTC)", "calls")
    say_table(
        head,
        [
            (
                row.operation,
                row.decision,
                row.kind,
                row.who,
                row.steward,
                f"{row.send_after:%Y-%m-%d %H:%M}",
                row.calls,
            )
            for row in rows
        ],
    )


def summary_words(summary: "Staging") -> list[str]:
    """What is staged, at which rate it is sent, and when that is done, a sentence each."""
    at_most = "at most " if summary.operations > 1 else ""  # operations that are sent together share their reads
    words = [f"{summary.operations:,} staged, {at_most}{counted(summary.calls, 'call')} needed"]
    if summary.operations:
        rate = summary.rate
        used = f"; now {rate.used:,} of {rate.allowed:,} used until {rate.ends_at:%H:%M:%S} UTC" if rate else ""
        words.append(f"rate: {summary.per_minute:,} calls a minute{used}")
    if summary.window:
        opens = f"opens at {summary.opens_at:%Y-%m-%d %H:%M} UTC" if summary.opens_at else "open now"
        words.append(f"execution window {summary.window} ({summary.zone}): {opens}")
    if summary.line_stopped and summary.operations:
        words.append("the line is stopped: nothing is sent; `reviewer status` shows why")
    elif summary.begins_at and summary.done_at:
        words.append(f"sent from {summary.begins_at:%Y-%m-%d %H:%M} UTC, done by {summary.done_at:%Y-%m-%d %H:%M} UTC")
    return [visible(one) for one in words]
