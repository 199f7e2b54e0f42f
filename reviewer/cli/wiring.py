"""Parts made from the settings: the database, the client, how contacts are read."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from reviewer.cli.context import Context
from reviewer.cli.output import narrate
from reviewer.cli.waiting import tell_retrying
from reviewer.domain.errors import SettingsError
from reviewer.store.clock import now
from reviewer.store.database import Database

if TYPE_CHECKING:
    from reviewer.domain.record import ReadingRules
    from reviewer.genesys.client import GenesysClient
    from reviewer.genesys.connection import Connection
    from reviewer.mirror.progress import Progress
    from reviewer.settings import Environment

_STAMP = "external_source"
_DEFAULT_COUNTRY = "US"
"""The country the service itself reads a number in that names none."""


def open_desk_database(context: Context, *, create: bool = False) -> Database:
    """The environment's database, to be used in a ``with`` block. Raises ``SettingsError``, ``DatabaseError``.

    Only what fills one makes one (``create``): elsewhere a mistyped path would look like a queue with nothing to do.
    """
    from reviewer.store.database import open_database

    environment = context.settings.environment
    return open_database(environment.database, create=create, group=environment.queue_group)


def connect(context: Context) -> "Connection":
    """How to reach the API of the environment. Raises ``SettingsError`` naming what is not set."""
    return context.connection()


def connect_if_set_up(context: Context) -> "Connection | None":
    """How to reach the API, or None where the settings are not enough for it, which is told if some are there."""
    try:
        return context.connection()
    except SettingsError as error:
        environment = context.settings.environment
        if environment.client_id or environment.region or environment.api_url:
            narrate(f"going on without the API: {error}")
        return None


@asynccontextmanager
async def open_client(
    context: Context,
    connection: "Connection",
    *,
    sleep: "Callable[[float], Awaitable[object]]" = asyncio.sleep,
) -> "AsyncIterator[GenesysClient]":
    """A client that leaves the share of the rate free that the settings leave to others; it connects when called.

    Each of its calls is logged and listed, what it waits for is told, and the rate it goes at is told to the workbench.
    """
    from reviewer.cli.call_log import command_name, observed_calls
    from reviewer.cli.telling_rate import rate_told
    from reviewer.genesys.client import GenesysClient

    settings = context.settings
    with observed_calls(settings.environment) as on_call:
        async with (
            GenesysClient(
                connection,
                share_left_free=settings.execute.rate_share_free,
                on_call=on_call,
                keep_bodies=settings.log.api_bodies,
                on_retrying=tell_retrying,
                sleep=sleep,
            ) as client,
            rate_told(client, settings.environment.database, command_name()),
        ):
            yield client


def reading_rules(context: Context, database: Database) -> "ReadingRules":
    """How contacts are read in this environment.

    The setting ``external_source`` may be a name: then its id is the one that was stamped when it was looked up
    (``resolve_anchor_source``). Where nothing was looked up yet, as with contacts from files alone, it is taken
    as it stands.
    """
    from reviewer.domain.record import ReadingRules

    environment = context.settings.environment
    return ReadingRules(
        anchor_source=_anchor_source(environment, database),
        born_path=environment.date_of_birth,
        default_country=environment.default_country or _DEFAULT_COUNTRY,
    )


def _anchor_source(environment: "Environment", database: Database) -> str | None:
    from reviewer.store import stamp

    wanted = environment.external_source
    stamped = stamp.read(database, _STAMP) if wanted else None
    if stamped is None:
        return wanted
    looked_up: dict[str, str] = json.loads(stamped)
    return looked_up["id"] if looked_up["setting"] == wanted else wanted


async def prepared(
    context: Context, client: "GenesysClient", database: Database, progress: "Progress"
) -> "ReadingRules":
    """Make the database ready to take in what the client reads; returns how contacts are to be read.

    It is the client's organisation's, the anchor's source is known, the columns are as the rules want them, and
    whether the organisation merges by itself was looked up. Raises ``SettingsError``, ``DatabaseError``, ``ApiError``.
    """
    from reviewer.mirror.automatic_merging import look
    from reviewer.mirror.claim import claim
    from reviewer.mirror.columns import renew_columns

    await claim(client, database)
    await resolve_anchor_source(context, client, database)
    await look(client, database, now())
    rules = reading_rules(context, database)
    renew_columns(database, rules, today=now().date(), progress=progress)
    return rules


async def resolve_anchor_source(context: Context, client: "GenesysClient", database: Database) -> None:
    """Look up which external source the setting ``external_source`` means, and stamp it.

    Call it after the database was claimed for the organisation. Raises ``SettingsError`` if the organisation has
    no such source, ``ApiError``.
    """
    from reviewer.cli.first_connection import source_named
    from reviewer.store import stamp

    wanted = context.settings.environment.external_source
    if wanted is None:
        return
    sources = {source.id: source.name for source in await client.external_sources()}
    found = source_named(sources, wanted)
    if found is None:
        names = ", ".join(sorted(sources.values())) or "none at all"
        raise SettingsError(
            f"the setting `external_source` is {wanted!r}, but the organisation has no external source of that name "
            f"or id, or several: it has {names}"
        )
    stamp.write(database, _STAMP, json.dumps({"setting": wanted, "id": found}))
