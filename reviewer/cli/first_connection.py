"""A first connection: what reading shows of an organisation, and which permissions are missing.

Nothing is changed there, so whether the client may merge or edit cannot be known beforehand.
"""

import json
from collections.abc import Awaitable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reviewer.genesys.calls import CallObserver
    from reviewer.genesys.client import GenesysClient
    from reviewer.genesys.connection import Connection

_NOBODY = "nobody@reviewer.invalid"
"""An address that cannot exist (RFC 2606): a look-up of it proves the permission and finds no one."""


@dataclass
class FirstConnection:
    """What a first connection found."""

    organization_id: str
    organization_name: str
    sources: dict[str, str] = field(default_factory=dict)
    """External sources, id to name; empty if they may not be read."""
    contacts: bool = False
    """Whether a scan shows any contact."""
    missing: list[str] = field(default_factory=list)
    """A sentence for each call that was forbidden, naming the permission."""
    unproved: tuple[str, ...] = ()
    """The permissions that only writing can prove."""


async def connect(connection: "Connection", on_call: "CallObserver") -> FirstConnection:
    """Read a little of everything that the program reads. Raises ``ApiError`` if it cannot get in at all."""
    from reviewer.cli.waiting import tell_retrying
    from reviewer.genesys.client import GenesysClient
    from reviewer.genesys.permissions import KNOWN_ONLY_BY_WRITING

    async with GenesysClient(connection, on_call=on_call, on_retrying=tell_retrying) as client:
        organization = await client.organization()
        found = FirstConnection(organization.id, organization.name, unproved=tuple(map(str, KNOWN_ONLY_BY_WRITING)))
        await _permitted(found, _read_sources(client, found))
        await _permitted(found, client.look_up("Email", _NOBODY))
        await _permitted(found, _read_contacts(client, found))
    return found


async def _permitted(found: FirstConnection, call: Awaitable[object]) -> None:
    """Make the call; note the permission that it lacks."""
    from reviewer.genesys.errors import MissingPermission

    try:
        await call
    except MissingPermission as error:
        found.missing.append(str(error))


async def _read_sources(client: "GenesysClient", found: FirstConnection) -> None:
    found.sources = {source.id: source.name for source in await client.external_sources() if source.active is not False}


async def _read_contacts(client: "GenesysClient", found: FirstConnection) -> None:
    """The first page, and what the program reads of one contact on it."""
    from reviewer.genesys.contacts import SMALLEST_PAGE

    async for page in client.scan(SMALLEST_PAGE):
        if page.contacts:
            found.contacts = True
            contact_id = json.loads(page.contacts[0])["id"]
            await _permitted(found, client.identifiers(contact_id))
            await _permitted(found, client.notes(contact_id))
            await _permitted(found, client.sessions(contact_id))
        return


def source_named(sources: dict[str, str], wanted: str) -> str | None:
    """The id of the external source with that id or name, capitals aside; None if there is none, or several."""
    if wanted in sources:
        return wanted
    named = [key for key, name in sources.items() if name.casefold() == wanted.casefold()]
    return named[0] if len(named) == 1 else None
