"""`reviewer load conversations`: the contacts that took part in conversations, anonymous ones above all."""

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

import click

from reviewer.cli.automatic_merging import warn_of_automatic_merging
from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import counted, json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.rejecting import rejects_of, status_of
from reviewer.cli.since import LAST, NoInstant, instant_of
from reviewer.cli.waiting_pairs import score_waiting
from reviewer.cli.wiring import connect, open_client, open_desk_database, prepared
from reviewer.store.clock import now
from reviewer.store.database import Database

if TYPE_CHECKING:
    from reviewer.genesys.connection import Connection
    from reviewer.mirror.load_conversations import ConversationsReport
    from reviewer.mirror.progress import Progress
    from reviewer.mirror.rejects import Rejects


@click.command()
@click.option("--since", required=True, metavar="WHEN", help="A date, how long ago (7d, 12h), or `last`.")
@click.option("--until", metavar="WHEN", help="A date or how long ago; now, without.")
@click.option("--refresh", is_flag=True, help="Read contacts anew that the mirror has already.")
@json_option
@pass_context
def conversations(context: Context, since: str, until: str | None, refresh: bool, as_json: bool) -> int:
    """Fetch the contacts that took part in conversations: most are anonymous, and no scan shows them.

    `--since last` goes on where the last load ended, one day earlier, for a conversation may get its contact late.
    Dates and times are UTC. Needs the permission analytics:conversationDetail:view.
    """
    from reviewer import locations

    connection = connect(context)
    place = locations.state_directory() / f"{context.settings.environment.name}.conversations.rejects.jsonl"
    with open_desk_database(context) as database:
        begin, end = _interval(database, since, until)
        with rejects_of("conversations", [place]) as rejects, stage_line() as progress:
            report = asyncio.run(_load(context, connection, database, (begin, end, refresh), rejects, progress))
        scored = score_waiting(database, now().date())
        warn_of_automatic_merging(database)
    if as_json:
        say_json({**report._asdict(), "scored_again": scored, "rejects_file": rejects.path})
        return status_of(rejects)
    _tell(report)
    return status_of(rejects)


def _interval(database: Database, since: str, until: str | None) -> tuple[datetime, datetime]:
    """The instants that are meant. Raises ``click.BadParameter``."""
    from reviewer.mirror.load_conversations import OVERLAP, last_loaded

    present = now()
    try:
        end = min(instant_of(until, present), present) if until is not None else present
        if since == LAST:
            last = last_loaded(database)
            if last is None:
                raise NoInstant("no conversations were loaded yet: give a date like 2026-11-01 or a duration like 7d")
            begin = last - OVERLAP
        else:
            begin = instant_of(since, present)
    except NoInstant as error:
        raise click.UsageError(str(error)) from error
    if begin >= end:
        raise click.UsageError(f"--since ({begin:%Y-%m-%d %H:%M} UTC) is not before --until ({end:%Y-%m-%d %H:%M} UTC)")
    return begin, end


async def _load(
    context: Context,
    connection: "Connection",
    database: Database,
    wanted: tuple[datetime, datetime, bool],
    rejects: "Rejects",
    progress: "Progress",
) -> "ConversationsReport":
    from reviewer.mirror.fetching import Fetching
    from reviewer.mirror.load_conversations import load_conversations

    begin, end, refresh = wanted
    async with open_client(context, connection) as client:
        fetching = Fetching(client, database, await prepared(context, client, database, progress))
        return await load_conversations(fetching, begin, end, rejects=rejects, refresh=refresh, progress=progress)


def _tell(report: "ConversationsReport") -> None:
    merged = f", {report.aliases:,} merged into another contact" if report.aliases else ""
    say(
        f"{counted(report.conversations, 'conversation')} with {counted(report.contacts, 'contact')}: "
        f"{report.new:,} new, {report.changed:,} changed, {report.known:,} known already, {report.gone:,} gone{merged}"
    )
    narrate(f"loaded from {report.since:%Y-%m-%d %H:%M} to {report.until:%Y-%m-%d %H:%M} UTC")
    if report.postponed:
        narrate(
            f"{counted(report.postponed, 'contact')} could not be had for the moment: "
            "load the same time again in a while; `--since last` still begins before it"
        )
    if report.new or report.changed:
        narrate("`reviewer detect` finds the candidates among them")
