"""`reviewer sync`: bring the mirror up to the service."""

import asyncio
from typing import TYPE_CHECKING

import click

from reviewer.cli.automatic_merging import warn_of_automatic_merging
from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.rejecting import rejects_of, status_of
from reviewer.cli.waiting_pairs import score_waiting
from reviewer.cli.wiring import connect, open_client, open_desk_database, prepared
from reviewer.store.clock import now
from reviewer.store.database import Database

if TYPE_CHECKING:
    from reviewer.genesys.connection import Connection
    from reviewer.mirror.progress import Progress
    from reviewer.mirror.rejects import Rejects
    from reviewer.mirror.sync import SyncReport


@click.command()
@json_option
@pass_context
def sync(context: Context, as_json: bool) -> int:
    """Read every contact of the service into the mirror.

    Nothing is changed in the service. A sync that was stopped goes on where it was when it is called again within a
    day. Contacts that a scan does not show, loaded by their ids before, are read anew too.
    """
    from reviewer import locations

    connection = connect(context)
    place = locations.state_directory() / f"{context.settings.environment.name}.sync.rejects.jsonl"
    with open_desk_database(context, create=True) as database:
        with rejects_of("scan", [place], of_pages=True) as rejects, stage_line() as progress:
            report = asyncio.run(_sync(context, connection, database, rejects, progress))
        scored = score_waiting(database, now().date())
        warn_of_automatic_merging(database)
    _tell(report, scored, as_json)
    return status_of(rejects)


async def _sync(
    context: Context, connection: "Connection", database: Database, rejects: "Rejects", progress: "Progress"
) -> "SyncReport":
    from reviewer.mirror.sync import sync as bring_up

    async with open_client(context, connection) as client:
        rules = await prepared(context, client, database, progress)
        return await bring_up(client, database, rules, rejects=rejects, progress=progress)


def _tell(report: "SyncReport", scored: int, as_json: bool) -> None:
    if report.resumed:
        narrate("went on where the last sync was stopped")
    if report.started_over:
        narrate("the last sync was stopped too long ago to go on there, so this one started from the beginning")
    if as_json:
        say_json({**report._asdict(), "scored_again": scored})
        return
    say(
        f"{report.contacts:,} contacts: {report.new:,} new, {report.changed:,} changed, {report.merged:,} merged, "
        f"{report.gone:,} gone"
    )
    if report.new or report.changed:
        narrate("`reviewer detect` finds the candidates among them")
