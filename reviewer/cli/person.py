"""`reviewer person`: everything the service knows of one person."""

import asyncio
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option, say, say_json
from reviewer.domain.errors import NotFoundError
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.person import Person


@click.command()
@click.argument("contact", metavar="ID")
@json_option
@pass_context
def person(context: Context, contact: str, as_json: bool) -> None:
    """Show the person behind a contact's ID, a merged one included.

    Every identifier, the merge tree, the CRM's own record, notes and sessions of all merged records.
    """
    found = asyncio.run(_read(context, contact))
    if as_json:
        say_json(found)
        return
    for line in _lines(found):
        say(line)


async def _read(context: Context, contact: str) -> "Person":
    from reviewer.cli.wiring import open_client
    from reviewer.genesys.errors import NotFound
    from reviewer.review.person import read_person

    async with open_client(context, context.connection()) as client:
        try:
            return await read_person(client, contact)
        except NotFound as error:
            raise NotFoundError(f"there is no contact {contact} in the organisation: {error}") from error


def _lines(found: "Person") -> list[str]:
    lines = [f"{visible(found.name)} · {visible(found.id)}"]
    if found.asked != found.id:
        lines.append(f"{visible(found.asked)} was merged into this contact")
    lines += [f"  {visible(label)}: {visible(value)}" for label, value in found.fields]
    lines += _section("identifiers", [f"{kind} {value}" for kind, value in found.identifiers])
    lines += _section("system of record", [f"{one.source} {one.value} {one.url}".rstrip() for one in found.crm])
    lines += _section("merge tree", [f"{'  ' * one.depth}{one.id} · {one.type} · {one.name}" for one in found.tree])
    lines += _section("notes", [f"{one.create_date or '?'} {one.note_text}" for one in found.notes])
    lines += _section(
        "sessions",
        [f"{one.created_date or '?'} {one.type or 'session'} {one.customer_id_type or ''}" for one in found.sessions],
    )
    return lines


def _section(title: str, entries: list[str]) -> list[str]:
    return [f"{title}:", *(f"  {visible(entry)}" for entry in entries)] if entries else [f"{title}: none"]
