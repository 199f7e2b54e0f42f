"""`reviewer auto`: the automatic rung, switched on by the steward who calls it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.numbers import Numbers
from reviewer.cli.output import json_option, narrate, say, say_json, say_table

if TYPE_CHECKING:
    from reviewer.review.decide import Decided


def approved_words(decided: "Sequence[Decided]") -> str:
    """How many were approved, and how many wait for a second steward."""
    proposed = sum(bool(one.why_two) for one in decided)
    waits = f", {proposed:,} proposed: they need a second steward" if proposed else ""
    return f"{len(decided) - proposed:,} approved and staged{waits}"


@click.command()
@click.option("--approve", is_flag=True, help="Approve and stage them; without it they are only listed.")
@click.option("--limit", type=click.IntRange(min=1), help="At most so many.")
@json_option
@pass_context
def auto(context: Context, approve: bool, limit: int | None, as_json: bool) -> None:
    """List what the policy calls automatic, or --approve it.

    They need two independent factors and nothing against them; they cool off like any other decision, and
    `reviewer undo` takes each back until it is sent, or all of them at once.
    """
    from reviewer.review import auto as rung
    from reviewer.review import queue

    with open_desk(context) as desk:
        numbers = rung.automatic(desk)[:limit]
        if approve:
            decided = [done for number in numbers if (done := rung.approve(desk, number))]
            if as_json:
                say_json(decided)
            else:
                say(approved_words(decided))
                if decided:
                    batch = Numbers(decided[0].decision, decided[-1].decision)
                    narrate(f"`reviewer undo {batch}` takes back what is not sent of them")
            return
        rows = queue.rows(desk, numbers)
    if as_json:
        say_json(rows)
        return
    narrate(f"{len(rows)} automatic; `reviewer auto --approve` stages them")
    say_table(
        ("candidate", "kind", "weight", "contacts", "who"),
        [(row.id, row.kind, f"{row.weight:+.1f}", row.size, " ≈ ".join(row.names)) for row in rows],
    )
