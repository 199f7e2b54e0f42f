"""`reviewer compensate`: what it would take to make a merged person anew, and doing it."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.decide import tell_decided
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, narrate, say, say_json
from reviewer.cli.wiring import connect_if_set_up, open_client
from reviewer.domain.errors import RefusedError

if TYPE_CHECKING:
    from reviewer.review.compensate import Now
    from reviewer.review.desk import Desk

_WORD = "re-create"
"""What is typed to confirm."""


@click.command()
@click.argument("operation", type=int)
@click.option("--recreate", "contacts", multiple=True, metavar="CONTACT_ID", help="Who is to be made anew; repeatable.")
@click.option("--carry-out", is_flag=True, help="Approve and stage what is shown of --recreate.")
@click.option("--note", default="", metavar="TEXT", help="What was wrong; kept with the decision.")
@click.option("--yes", is_flag=True, help="Do not ask again, for scripts.")
@json_option
@pass_context
def compensate(
    context: Context, operation: int, contacts: tuple[str, ...], carry_out: bool, note: str, yes: bool, as_json: bool
) -> None:
    """Show what would re-create members of a merged OPERATION.

    The exact calls, and in plain words what they do not bring back: a merge cannot be undone in the service. With
    --recreate and --carry-out this is approved: staged like a merge, taken back with `reviewer undo` until it is sent.
    Nothing is ever deleted.
    """
    from reviewer.review.compensate import show
    from reviewer.review.compensation_text import compensation_lines
    from reviewer.review.recreate import approve

    if carry_out and not contacts:
        raise click.UsageError("--carry-out needs --recreate CONTACT_ID: who is to be made anew")
    with open_desk(context) as desk:
        shown = show(desk, operation, contacts, asyncio.run(_now(context, desk, operation)))
        if as_json and not carry_out:
            say_json(shown)
        for line in () if as_json else compensation_lines(shown):
            say(line)
        if not carry_out:
            return
        if not shown.refusal and not yes:
            _confirm()
        decided = approve(desk, shown, note=note)
    tell_decided(decided, as_json)


async def _now(context: Context, desk: "Desk", operation: int) -> "Now | None":
    """The merged contact as it is, or None where the service cannot be asked, which is told."""
    from reviewer.genesys.errors import ApiError
    from reviewer.mirror.claim import claim
    from reviewer.review.compensate import merged_contact
    from reviewer.review.recreate import read_now

    merged_contact(desk, operation)  # nothing is asked of the service for what can only be refused
    connection = connect_if_set_up(context)
    if connection is None:
        return None
    async with open_client(context, connection) as client:
        try:
            await claim(client, desk.database)
            return await read_now(client, desk, operation)
        except ApiError as error:
            narrate(f"the service cannot be asked: {error}")
            return None


def _confirm() -> None:
    """Raise ``RefusedError`` unless the word is typed."""
    if not sys.stdin.isatty():
        raise RefusedError("nothing was approved: nobody can be asked here, so confirm it with --yes")
    answer = click.prompt(f"Type {_WORD} to approve these calls", default="", show_default=False, err=True)
    if answer.strip() != _WORD:
        raise RefusedError("nothing was approved")
