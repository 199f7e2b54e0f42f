"""`reviewer why`: how any two contacts are judged, and what would change it."""

from collections.abc import Sequence
from shutil import get_terminal_size

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, say, say_json
from reviewer.store.database import Database
from reviewer.store.pairs import PairRow


@click.command()
@click.argument("first", metavar="ID")
@click.argument("second", metavar="ID")
@json_option
@pass_context
def why(context: Context, first: str, second: str, as_json: bool) -> None:
    """Explain how two contacts are judged, given their IDs.

    Any two, also such as were never proposed: the evidence attribute by attribute, what the pair looks like, and the
    smallest change that would make it automatic or keep it out of the queue. They are compared now, by the model in
    use and the rulings in force.
    """
    from reviewer.detect.run import score_pairs
    from reviewer.review import why as reasons
    from reviewer.review.why_text import why_lines

    with open_desk(context) as desk:

        def score(database: Database, numbers: Sequence[tuple[int, int]]) -> list[PairRow]:
            return score_pairs(database, numbers, today=desk.today)

        found = reasons.why(desk, score, first, second)
    if as_json:
        say_json(found)
    else:
        say("\n".join(why_lines(found, get_terminal_size((100, 24)).columns)))
