"""`reviewer stage`: approvals that cool off, and letting them go."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import counted, json_option, narrate, say, say_json, say_table


@click.command()
@click.argument("operations", type=int, nargs=-1)
@click.option("--release", is_flag=True, help="End the cool-off now, of these operations or of all.")
@json_option
@pass_context
def stage(context: Context, operations: tuple[int, ...], release: bool, as_json: bool) -> None:
    """List what is approved and not sent yet, or --release it.

    What is released is sent by `reviewer execute`, and cannot be taken back any more once it is.
    """
    from reviewer.review import stage as staging

    with open_desk(context) as desk:
        if release:
            released = staging.release(desk, operations or None)
            if as_json:
                say_json({"released": released})
            else:
                say(f"{released} released; `reviewer execute` sends them")
            return
        rows = [row for row in staging.staged(desk) if not operations or row.operation in operations]
    if as_json:
        say_json(rows)
        return
    narrate(f"{len(rows)} staged, {counted(sum(row.calls for row in rows), 'call')} needed")
    head = ("operation", "decision", "kind", "who", "steward", "sent from (UTC)", "calls")
    say_table(
        head,
        [
            (
                row.operation,
                row.decision,
                row.kind,
                " + ".join(name or id_ for name, id_ in zip(row.names, row.contacts, strict=True)),
                row.steward,
                f"{row.send_after:%Y-%m-%d %H:%M}",
                row.calls,
            )
            for row in rows
        ],
    )
