"""`reviewer api-log`: every call to the API, and what came of it."""

from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option, narrate, say, say_json_lines, say_table
from reviewer.domain.errors import ReviewerError
from reviewer.text import visible

if TYPE_CHECKING:
    from datetime import datetime

    from reviewer.api_log.reading import Wanted
    from reviewer.api_log.record import LoggedCall

HEAD = ("time (UTC)", "process", "call", "came to", "ms", "try", "bytes", "rate", "correlation id")
_WIDEST = 160
_BODIES = ("query", "request", "answer")


@click.command("api-log")
@click.option("--last", type=click.IntRange(min=0), default=50, show_default=True, help="How many; 0 is all.")
@click.option("--since", metavar="WHEN", help="Only from then on: 2026-11-01, 2026-11-01T14:00, 10m, 12h, 7d.")
@click.option("--failed", is_flag=True, help="Only those that got no answer, or not a good one.")
@click.option("--writes", is_flag=True, help="Only those that may have changed something.")
@click.option("--call", "text", metavar="TEXT", default="", help="Only those with this in method, path or command.")
@click.option("--correlation", metavar="ID", default="", help="Only those with this correlation id, or beginning so.")
@click.option("--bodies", is_flag=True, help="Show queries and bodies, where the setting `api_bodies` kept them.")
@click.option("--follow", is_flag=True, help="Go on with the calls that come, until Ctrl-C.")
@json_option
@pass_context
def api_log(
    context: Context,
    last: int,
    since: str | None,
    failed: bool,
    writes: bool,
    text: str,
    correlation: str,
    bodies: bool,
    follow: bool,
    as_json: bool,
) -> None:
    """List the calls to the API, the newest last.

    Those of every process of this environment are listed. Calls for a token are among them, without credentials. The
    id of a contact in a path is shown; queries and bodies are kept only with `api_bodies = true` under [log] in the
    settings (or REVIEWER_API_BODIES), and tokens and secrets never. --json prints one object a line.
    """
    from reviewer.api_log.reading import Wanted, read
    from reviewer.api_log.reading import follow as come
    from reviewer.cli.call_log import api_log_file

    path = api_log_file(context.settings.environment)
    wanted = Wanted(_instant(since), failed, writes, text, correlation)
    try:
        found = read(path, wanted, last or None)
    except OSError as error:
        raise ReviewerError(f"the list of calls, {path}, cannot be read: {error.strerror}") from error
    _print(found, bodies, as_json)
    if not follow:
        _sum_up(found, wanted, bodies)
        return
    with suppress(KeyboardInterrupt):
        for call in come(path, wanted):
            _print([call], bodies, as_json, head=False)


def _instant(text: str | None) -> "datetime | None":
    from reviewer.cli.since import NoInstant, instant_of
    from reviewer.store.clock import now

    try:
        return instant_of(text, now()) if text is not None else None
    except NoInstant as error:
        raise click.BadParameter(str(error), param_hint="--since") from None


def _print(calls: "Iterable[LoggedCall]", bodies: bool, as_json: bool, *, head: bool = True) -> None:
    if as_json:
        say_json_lines(_facts(call, bodies) for call in calls)
    elif bodies:
        for call in calls:
            say("  ".join(visible(cell) for cell in _cells(call) if cell))
            for name in _BODIES:
                if carried := getattr(call, name):
                    say(f"    {name}: {visible(carried)}")
    elif head:
        say_table(HEAD, map(_cells, calls), widest=_WIDEST)
    else:
        for call in calls:
            say("  ".join(visible(cell) for cell in _cells(call)))


def _cells(call: "LoggedCall") -> tuple[str, ...]:
    came_to = " ".join(part for part in (str(call.status or call.outcome), call.code) if part)
    return (
        f"{call.at:%Y-%m-%d %H:%M:%S}.{call.at.microsecond // 1000:03}",
        f"{call.process} {call.command}",
        f"{call.method} {call.target}",
        came_to,
        str(call.milliseconds),
        str(call.attempt),
        f"{call.sent:,} up, {call.received:,} down",
        f"{call.rate_used}/{call.rate_allowed}" if call.rate_allowed else "",
        call.correlation_id,
    )


def _facts(call: "LoggedCall", bodies: bool) -> dict[str, object]:
    """All of it by name, bodies only where they were asked for."""
    import msgspec

    facts: dict[str, object] = msgspec.structs.asdict(call)
    facts["at"] = call.at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {name: value for name, value in facts.items() if bodies or name not in _BODIES}


def _sum_up(found: "list[LoggedCall]", wanted: "Wanted", bodies: bool) -> None:
    if not found:
        narrate("no such calls" if wanted != type(wanted)() else "no calls were made yet")
        return
    failed = sum(call.failed for call in found)
    narrate(f"calls listed: {len(found):,}, of them not answered with success: {failed:,}")
    if bodies and not any(call.request is not None for call in found):
        narrate("no bodies were kept: set `api_bodies = true` under [log], or REVIEWER_API_BODIES=true, and call again")
