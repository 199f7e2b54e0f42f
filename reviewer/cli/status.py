"""`reviewer status`: how things stand; its exit status tells scripts whether the line is stopped."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from reviewer.cli.automatic_merging import automatic_merging_line
from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.next_command import tell_next_command
from reviewer.cli.output import by_kind, complain, json_option, narrate, say, say_json, say_table
from reviewer.cli.stage import summary_words
from reviewer.exit_codes import ExitCode
from reviewer.review.automatic_merging import MEANING, WARNING
from reviewer.store import operations
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.progress import Progress


@click.command()
@click.option("--limit", type=click.IntRange(min=0), default=10, show_default=True, help="Operations to list.")
@click.option("--acknowledge", metavar="NOTE", help="Say what you found, and let the line go on.")
@click.option("--stop", "stops", type=int, multiple=True, help="With --acknowledge: the stop that you looked at.")
@json_option
@pass_context
def status(context: Context, limit: int, acknowledge: str | None, stops: tuple[int, ...], as_json: bool) -> int:
    """Show what is to review, staged, sent and ended.

    The exit status is 11 while the line is stopped. Where several surprises stopped it, --stop names each one that
    you have looked at: only those are acknowledged.
    """
    from reviewer.execute.lock import is_running
    from reviewer.review.line import acknowledge as let_go_on
    from reviewer.review.line import acknowledgements
    from reviewer.review.progress import progress
    from reviewer.review.stage import staging

    if stops and acknowledge is None:
        raise click.UsageError("--stop goes with --acknowledge NOTE")
    with open_desk(context) as desk:
        acknowledged = [] if acknowledge is None else let_go_on(desk, acknowledge, stops or None)
        found, summary = progress(desk, newest=limit), staging(desk)
        looked_at = acknowledgements(desk, [one.operation for one in found.newest])
        unreadable = operations.unreadable(desk.database)
        at_work = is_running(desk.database.path)
        tell_next_command(desk.database)
    if as_json:
        more = {"acknowledged": looked_at, "unreadable": unreadable, "executor_at_work": at_work}
        say_json({**found._asdict(), "staging": summary, **more})
    else:
        say(f"to review: {by_kind(found.to_review) if any(found.to_review.values()) else 'nothing'}")
        say(
            f"staged {found.staged} · sending {found.sending} · unclear {found.unclear} · "
            f"done {found.done} · to look at {found.faulty}"
        )
        for sentence in _found_words(found, at_work):
            say(sentence)
        for sentence in summary_words(summary)[1:]:
            say(sentence)
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
        for seen in looked_at:
            said = f"operation {seen.operation}: looked at by {seen.steward}, {seen.at:%Y-%m-%d %H:%M} UTC: {seen.note}"
            say(visible(said))
    for stop in acknowledged:
        narrate(f"acknowledged: {stop.reason}")
    if found.automatic_merging is not None and found.automatic_merging.enabled:
        narrate(f"{WARNING}: {MEANING}")
    for stop in found.line_stops:
        complain(f"the line is stopped since {stop.raised_at[:16].replace('T', ' ')} UTC: {visible(stop.reason)}")
    if found.line_stops:
        named = "".join(f" --stop {stop.id}" for stop in found.line_stops) if len(found.line_stops) > 1 else ""
        complain(f"look at it, then `reviewer status --acknowledge NOTE{named}`")
    for row in unreadable:
        complain(f"operation {row.id} cannot be read: {row.reason}; nothing is sent for it")
    return ExitCode.LINE_STOPPED if found.line_stops else ExitCode.OK


def _found_words(progress: "Progress", at_work: bool) -> Iterator[str]:
    """What an executor found left open and what became of it; and who is to find out about what is under way."""
    from reviewer.review.found import told

    waits = f"{progress.read_back_at:%Y-%m-%d %H:%M:%S} UTC" if progress.read_back_at else ""
    if found := progress.found:
        when = f" ({found.resolved_at:%Y-%m-%d %H:%M} UTC)" if found.resolved_at and not found.still_open else ""
        yield visible(told(found, waits=waits)) + when
    elif waits:
        yield f"unclear: read back from {waits} on"
    under_way = progress.sending + progress.unclear
    if under_way and not at_work:
        whose = "1 operation is" if under_way == 1 else f"{under_way:,} operations are"
        yield f"{whose} under way and no executor is at work: `reviewer execute` finds out what became of it"
