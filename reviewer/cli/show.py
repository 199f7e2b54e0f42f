"""`reviewer show`: one candidate as the workbench shows it."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, say, say_json


@click.command()
@click.argument("candidate", type=int)
@json_option
@pass_context
def show(context: Context, candidate: int, as_json: bool) -> None:
    """Show a candidate: the records side by side, the golden record, the evidence, what a merge does."""
    from reviewer.review.candidate import view
    from reviewer.review.screen_text import screen_text

    with open_desk(context) as desk:
        found = view(desk, candidate)
    if as_json:
        say_json(found)
    else:
        say(screen_text(found))
