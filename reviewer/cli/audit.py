"""`reviewer audit`: who decided and did what, and whether the record of it is whole."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import complain, json_option, say, say_json_lines, say_table
from reviewer.exit_codes import ExitCode


@click.group(invoke_without_command=True)
@click.option("--limit", type=click.IntRange(min=1), default=30, show_default=True, help="The newest so many.")
@json_option
@click.pass_context
def audit(ctx: click.Context, limit: int, as_json: bool) -> None:
    """List what was decided and done, newest last."""
    if ctx.invoked_subcommand is not None:
        return
    from reviewer.store.audit import entries

    with open_desk(ctx.ensure_object(Context)) as desk:
        found = list(entries(desk.database))[-limit:]
    if as_json:
        say_json_lines(
            {
                "id": one.id,
                "at": one.at,
                "steward": one.steward,
                "act": one.act,
                "subject": one.subject,
                "hash": one.hash,
            }
            for one in found
        )
        return
    head = ("entry", "at", "steward", "act", "subject", "hash")
    say_table(head, [(one.id, one.at, one.steward, one.act, one.subject, one.hash[:16]) for one in found])


@audit.command()
@pass_context
def verify(context: Context) -> int:
    """Check the hash chain, without the network; exit with 13 and name the first entry that does not fit."""
    from reviewer.store.audit import first_broken

    with open_desk(context) as desk:
        broken = first_broken(desk.database)
    if broken is None:
        say("the chain is whole")
        return ExitCode.OK
    complain(f"entry {broken} does not fit the chain: it, or what stood before it, was changed")
    return ExitCode.CHECK_FAILED


@audit.command()
@click.argument("decision", type=int)
@pass_context
def show(context: Context, decision: int) -> None:
    """Print what the steward saw when making a DECISION."""
    from reviewer.domain.wire import decode_object
    from reviewer.store.decisions import read
    from reviewer.text import visible

    with open_desk(context) as desk:
        found = read(desk.database, decision)
    say(f"decision {found.id}: {found.kind} by {visible(found.steward)} ({found.rung}) at {found.decided_at}")
    if found.undone_at:
        say(f"taken back by {visible(found.undone_by)} at {found.undone_at}")
    for line in str(decode_object(found.document).get("screen", "")).splitlines():
        say(visible(line))
