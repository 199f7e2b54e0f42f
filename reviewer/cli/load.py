"""`reviewer load`: contacts, ids and suspected pairs from files, and what a scan of the service does not show."""

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.feed import Feed, PairsFeed, open_feed, open_pairs_feed
from reviewer.cli.load_clusters import clusters
from reviewer.cli.load_conversations import conversations
from reviewer.cli.output import counted, json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.rejecting import status_of
from reviewer.cli.waiting_pairs import score_waiting
from reviewer.cli.wiring import (
    connect,
    connect_if_set_up,
    open_client,
    open_desk_database,
    prepared,
    reading_rules,
)
from reviewer.mirror.rejects import Rejects
from reviewer.store.clock import now
from reviewer.store.database import Database

if TYPE_CHECKING:
    from reviewer.genesys.connection import Connection
    from reviewer.mirror.load_ids import IdsReport
    from reviewer.mirror.load_pairs import PairsReport
    from reviewer.mirror.progress import Progress


file_argument = click.argument("file", type=click.Path(allow_dash=True, path_type=Path))


@click.group()
def load() -> None:
    """Take in contacts, ids or suspected pairs.

    They come from a file, where - is standard input, or from the service. A bad line costs that line only: its
    reason is printed, the line kept in FILE.rejects.jsonl, and the exit status is 3. Loading again changes nothing.
    """


load.add_command(conversations)
load.add_command(clusters)


@load.command()
@file_argument
@json_option
@pass_context
def contacts(context: Context, file: Path, as_json: bool) -> int:
    """Take in contacts from a file.

    They are JSON lines, one External Contact each, as the API writes them. They are marked with the file's name and
    are never sent to the API.
    """
    from reviewer.mirror.columns import renew_columns
    from reviewer.mirror.load_contacts import load_contacts

    with open_feed(file) as feed, open_desk_database(context, create=True) as database:
        rules = reading_rules(context, database)
        with stage_line() as progress:
            renew_columns(database, rules, today=now().date(), progress=progress)
            report = load_contacts(database, feed.lines, rules, rejects=feed.rejects, progress=progress)
        score_waiting(database, now().date())
    if as_json:
        return _print_json(report._asdict(), feed.rejects)
    say(f"{report.new:,} new, {report.changed:,} changed, {report.equal:,} as they were")
    if report.kept:
        narrate(f"{report.kept:,} were left alone: the mirror has them from the API itself")
    if report.new or report.changed:
        narrate("`reviewer detect` finds the candidates among them")
    return status_of(feed.rejects)


@load.command()
@file_argument
@json_option
@pass_context
def ids(context: Context, file: Path, as_json: bool) -> int:
    """Fetch contacts by their ids, one a line.

    So come those that no scan shows, such as anonymous ones.
    """
    connection = connect(context)
    with open_feed(file) as feed, open_desk_database(context, create=True) as database:
        with stage_line() as progress:
            report = asyncio.run(_load_ids(context, connection, database, feed, progress))
        score_waiting(database, now().date())
    if as_json:
        return _print_json(report._asdict(), feed.rejects)
    merged = f"; {report.aliases:,} ids were merged into another contact" if report.aliases else ""
    say(f"{report.new:,} new, {report.changed:,} changed, {report.equal:,} as they were{merged}")
    return status_of(feed.rejects)


@load.command()
@file_argument
@click.option("--source", metavar="NAME", help="What to call the tool that suspects them; the file's name without.")
@json_option
@pass_context
def pairs(context: Context, file: Path, source: str | None, as_json: bool) -> int:
    """Take in suspected pairs of any other tool.

    FILE is CSV with a header, JSON lines, or Parquet (an extra; also a folder of its parts). Needed are two columns of
    ids (id_a and id_b, or unique_id_l and unique_id_r as Splink writes them); a weight (match_weight), a probability
    (match_probability) and a reason (match_key) are taken where they are given. Ids that the mirror does not know are
    fetched, where the settings allow it.
    """
    connection = connect_if_set_up(context)
    with open_pairs_feed(file) as feed, open_desk_database(context, create=True) as database:
        with stage_line() as progress:
            report = asyncio.run(_load_pairs(context, connection, database, feed, source, progress))
        scored = score_waiting(database, now().date())
    if as_json:
        return _print_json(report._asdict() | {"scored": scored}, feed.rejects)
    say(f"{counted(report.pairs, 'pair')}, {report.news:,} of them new; {scored:,} scored")
    if report.fetched:
        narrate(f"{report.fetched:,} contacts were fetched for them")
    return status_of(feed.rejects)


def _print_json(facts: dict[str, Any], rejects: Rejects) -> int:
    say_json(facts | {"rejects_file": rejects.path})
    return status_of(rejects)


async def _load_ids(
    context: Context, connection: "Connection", database: Database, feed: Feed, progress: "Progress"
) -> "IdsReport":
    from reviewer.mirror.fetching import Fetching
    from reviewer.mirror.load_ids import load_ids

    async with open_client(context, connection) as client:
        fetching = Fetching(client, database, await prepared(context, client, database, progress))
        return await load_ids(fetching, feed.lines, rejects=feed.rejects, progress=progress)


async def _load_pairs(
    context: Context,
    connection: "Connection | None",
    database: Database,
    feed: PairsFeed,
    source: str | None,
    progress: "Progress",
) -> "PairsReport":
    from reviewer.mirror.fetching import Fetching
    from reviewer.mirror.load_pairs import load_pairs

    load = partial(
        load_pairs, database, feed.lines, source=source or feed.lines.source, rejects=feed.rejects, progress=progress
    )
    if connection is None:
        return await load(fetching=None)
    async with open_client(context, connection) as client:
        return await load(fetching=Fetching(client, database, reading_rules(context, database)))
