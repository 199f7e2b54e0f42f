"""`reviewer queue`: the candidates, strongest first."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.next_command import tell_next_command
from reviewer.cli.output import by_kind, json_option, narrate, say_json, say_table


@click.command()
@click.option("--kind", type=click.Choice(["duplicate", "stitch", "shared"]), help="Only candidates of one kind.")
@click.option("--waiting", is_flag=True, help="Those that wait for an operation on one of their contacts.")
@click.option("--limit", type=click.IntRange(min=1), default=20, show_default=True, help="How many to list.")
@json_option
@pass_context
def queue(context: Context, kind: str | None, waiting: bool, limit: int, as_json: bool) -> None:
    """List the candidates to review, strongest first."""
    from reviewer.review import queue as review_queue

    if waiting and kind:
        raise click.UsageError("--waiting lists those of every kind: leave --kind out")
    kind = review_queue.WAITING if waiting else kind
    with open_desk(context) as desk:
        rows = review_queue.window(desk, kind=kind, limit=limit)
        counts, there = review_queue.open_counts(desk), review_queue.count_of(desk, kind)
        tell_next_command(desk.database)
    if as_json:
        say_json(rows)
        return
    narrate(f"to review: {by_kind(counts)}")
    if there > len(rows):
        narrate(f"the strongest {len(rows):,} of {there:,}; --limit lists more")
    head = ("candidate", "kind", "weight", "verdict", "contacts", "who", "came back")
    say_table(
        head,
        [(r.id, r.kind, f"{r.weight:+.1f}", r.verdict, r.size, _who(r.names, r.looks), r.mark) for r in rows],
    )


def _who(names: tuple[str, ...], looks: str) -> str:
    """Who a candidate is about; for a shared identifier what it looks like."""
    return " ≈ ".join(names) + (f": looks like {looks}" if looks else "")
