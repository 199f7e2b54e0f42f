"""`reviewer status`: how things stand; its exit status tells scripts whether the line is stopped."""

import click

from reviewer.cli.automatic_merging import automatic_merging_line
from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.next_command import tell_next_command
from reviewer.cli.output import by_kind, complain, json_option, narrate, say, say_json, say_table
from reviewer.exit_codes import ExitCode
from reviewer.review.automatic_merging import MEANING, WARNING
from reviewer.text import visible


@click.command()
@click.option("--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Operations to list.")
@click.option("--acknowledge", metavar="NOTE", help="Say what you found, and let the line go on.")
@json_option
@pass_context
def status(context: Context, limit: int, acknowledge: str | None, as_json: bool) -> int:
    """Show what is to review, staged, sent and ended.

    The exit status is 11 while the line is stopped.
    """
    from reviewer.review.line import acknowledge as let_go_on
    from reviewer.review.progress import progress

    with open_desk(context) as desk:
        if acknowledge is not None:
            let_go_on(desk, acknowledge)
        found = progress(desk, newest=limit)
        tell_next_command(desk.database)
    if as_json:
        say_json(found)
    else:
        say(f"to review: {by_kind(found.to_review) if any(found.to_review.values()) else 'nothing'}")
        say(
            f"staged {found.staged} · sending {found.sending} · unclear {found.unclear} · "
            f"done {found.done} · to look at {found.faulty}"
        )
        if found.proposed:
            say(f"waiting for a second steward: {found.proposed}, {found.for_you} of them for you")
        say(visible(automatic_merging_line(found.automatic_merging)))
        for rate in found.rates:
            until = f"{rate.ends_at:%H:%M:%S} UTC"
            say(f"rate of {visible(rate.command)}: {rate.used:,} of {rate.allowed:,} calls used, until {until}")
        say_table(
            ("operation", "decision", "kind", "state", "outcome", "correlation id"),
            [(o.operation, o.decision, o.kind, o.state, o.outcome, o.correlation_id) for o in found.newest],
        )
    if found.automatic_merging is not None and found.automatic_merging.enabled:
        narrate(f"{WARNING}: {MEANING}")
    for reason in found.line_stops:
        complain(f"the line is stopped: {visible(reason)}; look at it, then `reviewer status --acknowledge NOTE`")
    return ExitCode.LINE_STOPPED if found.line_stops else ExitCode.OK
