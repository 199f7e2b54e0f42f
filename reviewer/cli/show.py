"""`reviewer show`: one candidate as the workbench shows it."""

from shutil import get_terminal_size

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, say, say_json
from reviewer.cli.overlap import joined_view
from reviewer.cli.picks import candidate_view, leave_out_option, pick_option


@click.command()
@click.argument("candidate", type=int)
@click.option("--full", is_flag=True, help="Fold long values instead of cutting them, and say why each was chosen.")
@click.option(
    "--join", is_flag=True, help="Show it as one merge with what the operations merge that keep its contacts."
)
@click.option(
    "--pair", metavar="A-D", help="Of a group: the evidence of these two; else of the weakest link that holds it."
)
@pick_option
@leave_out_option
@json_option
@pass_context
def show(
    context: Context,
    candidate: int,
    full: bool,
    join: bool,
    pair: str | None,
    picks: tuple[str, ...],
    left_out: tuple[str, ...],
    as_json: bool,
) -> None:
    """Show a candidate, and what its merge would do.

    The records stand side by side, with the golden record and the evidence.
    """
    from reviewer.cli.side_by_side import side_by_side
    from reviewer.review.link import link_lines
    from reviewer.review.links import link_between, showing
    from reviewer.review.screen_text import evidence_lines, head_lines

    with open_desk(context) as desk:
        found = (joined_view if join else candidate_view)(desk, candidate, picks, left_out)
        if pair is not None:
            found = showing(found, link_between(desk, found, pair.replace("–", "-").split("-")))
    if as_json:
        say_json(found)
    else:
        table = side_by_side(found, get_terminal_size((100, 24)).columns, full=full)
        say("\n".join((*head_lines(found), "", *table, "", *evidence_lines(found), *link_lines(found))))
