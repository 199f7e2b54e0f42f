"""`reviewer load clusters`: the duplicates that the service itself has found."""

import asyncio
from typing import TYPE_CHECKING

import click

from reviewer.cli.automatic_merging import warn_of_automatic_merging
from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import counted, json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.rejecting import rejects_of, status_of
from reviewer.cli.waiting_pairs import score_waiting
from reviewer.cli.wiring import connect, open_client, open_desk_database, prepared
from reviewer.exit_codes import ExitCode
from reviewer.store.clock import now
from reviewer.store.database import Database

if TYPE_CHECKING:
    from reviewer.genesys.connection import Connection
    from reviewer.mirror.load_clusters import ClustersReport
    from reviewer.mirror.progress import Progress
    from reviewer.mirror.rejects import Rejects

_NOTES_SHOWN = 20


@click.command()
@json_option
@pass_context
def clusters(context: Context, as_json: bool) -> int:
    """Take in the duplicates that the service itself has found.

    Those of its newest cluster scan come as suspected pairs. Their contacts are read anew first: what was merged,
    changed or removed since the scan is not offered as it was. Nothing is merged by this. The scans are a preview of
    the service; where they are not served, that is said. Needs the permissions externalContacts:graphClusterScan:view
    and externalContacts:graphCluster:view.
    """
    from reviewer import locations
    from reviewer.genesys.errors import PreviewAbsent

    connection = connect(context)
    place = locations.state_directory() / f"{context.settings.environment.name}.clusters.rejects.jsonl"
    with open_desk_database(context, create=True) as database:
        with rejects_of("clusters", [place], of_pages=True) as rejects, stage_line() as progress:
            try:
                report = asyncio.run(_load(context, connection, database, rejects, progress))
            except PreviewAbsent as absent:
                return _tell_absent(absent, as_json)
        scored = score_waiting(database, now().date())
        warn_of_automatic_merging(database)
    if as_json:
        facts = report._asdict() if report else {"scan": None}
        say_json({"served": True, **facts, "scored": scored, "rejects_file": rejects.path})
    elif report is None:
        say("no cluster scan has finished in this organisation yet")
    else:
        _tell(report, scored)
    return status_of(rejects)


async def _load(
    context: Context, connection: "Connection", database: Database, rejects: "Rejects", progress: "Progress"
) -> "ClustersReport | None":
    """What the newest scan came to; None where there is none yet."""
    from reviewer.mirror.fetching import Fetching
    from reviewer.mirror.load_clusters import load_clusters

    async with open_client(context, connection) as client:
        fetching = Fetching(client, database, await prepared(context, client, database, progress))
        scan = await client.latest_cluster_scan()
        if scan is None:
            return None
        return await load_clusters(fetching, scan, rejects=rejects, progress=progress)


def _tell_absent(absent: Exception, as_json: bool) -> int:
    """An organisation without the preview has nothing to load, which is no failure."""
    if as_json:
        say_json({"served": False, "reason": str(absent)})
    else:
        say("this organisation does not serve the preview of cluster scans: there is nothing to load")
    return ExitCode.OK


def _tell(report: "ClustersReport", scored: int) -> None:
    completed = f" of {report.completed:%Y-%m-%d %H:%M} UTC" if report.completed else ""
    say(
        f"scan{completed}: {counted(report.clusters, 'cluster')}, {report.offered:,} to decide on as "
        f"{counted(report.pairs, 'pair')} ({report.news:,} new, {scored:,} scored)"
    )
    said = {
        "the service has merged": report.settled,
        "it is about to merge": report.queued,
        "its own merge failed for": report.failed,
        "no longer what the scan saw": report.stale,
        "with contacts that could not be read now": report.unread,
        "in a state this program does not know": report.unknown,
        "pairs of an earlier scan withdrawn": report.withdrawn,
    }
    told = [f"{words}: {number:,}" for words, number in said.items() if number]
    if told:
        say("; ".join(told))
    if report.new or report.changed or report.gone:
        say(
            f"contacts read for it: {report.new:,} new, {report.changed:,} changed, {report.merged:,} of them merged, "
            f"{report.gone:,} gone"
        )
    for note in report.notes[:_NOTES_SHOWN]:
        narrate(f"cluster {note.cluster} ({note.matter}): {note.sentence}")
    if len(report.notes) > _NOTES_SHOWN:
        narrate(f"and {len(report.notes) - _NOTES_SHOWN:,} more; --json has them all")
