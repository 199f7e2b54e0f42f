"""`reviewer link`: a channel identity shall lead to a contact."""

import asyncio
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.decide import note_option, tell_decided
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option
from reviewer.domain.errors import NotFoundError

if TYPE_CHECKING:
    from reviewer.domain.identifiers import Identifier
    from reviewer.review.decide import Decided
    from reviewer.review.desk import Desk


@click.command()
@click.argument("contact", metavar="CONTACT_ID")
@click.argument("kind", metavar="TYPE")
@click.argument("value")
@click.option("--merge", "way", flag_value="merge", help="If an anonymous contact holds it: merge that contact.")
@click.option("--release", "way", flag_value="release", help="If an anonymous contact holds it: release it there.")
@click.option("--source", metavar="ID", help="The external source of an ExternalId.")
@note_option
@json_option
@pass_context
def link(
    context: Context,
    contact: str,
    kind: str,
    value: str,
    way: str | None,
    source: str | None,
    note: str,
    as_json: bool,
) -> None:
    """Link a channel identity to the contact with this CONTACT_ID.

    TYPE is the service's own: SocialInstagram, SocialWhatsapp, Phone, Email, Cookie … An identity that leads to nobody
    is claimed, and the contact's field is set. One that an anonymous contact holds needs a choice: --merge makes one
    contact of the two and keeps its sessions; --release moves the identity alone, in two steps, and leaves an empty
    shell. Who holds it is looked up now, and again just before it is sent; `reviewer undo` takes it back until then.
    """
    from reviewer.domain.link_plan import asked_identity

    identity = asked_identity(kind, value, source)
    with open_desk(context) as desk:
        decided = asyncio.run(_link(context, desk, contact, identity, way, note))
    tell_decided(decided, as_json)


async def _link(
    context: Context, desk: "Desk", contact: str, identity: "Identifier", way: str | None, note: str
) -> "Decided":
    """Read both contacts into the mirror, and approve the link of what was read."""
    from reviewer.cli.wiring import open_client
    from reviewer.mirror.fetching import Fetching
    from reviewer.review.link_identity import Way, holder_now, link_identity

    async with open_client(context, context.connection()) as client:
        fetching = Fetching(client, desk.database, desk.rules)
        failed = (await fetching.fetch([contact])).failed
        if contact in failed:
            raise NotFoundError(f"the contact {contact} cannot be read: {failed[contact]}")
        holder = await holder_now(client, desk, contact, identity)
        if holder not in ("", contact):
            await fetching.fetch([holder])
    chosen = Way(way) if way else None
    return link_identity(desk, contact, identity, holder or None, chosen, note=note)
