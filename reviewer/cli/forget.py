"""`reviewer forget`: one person is erased from everything that this program keeps."""

import sys

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import complain, counted, json_option, narrate, say, say_json
from reviewer.domain.errors import RefusedError


@click.command()
@click.argument("contact", metavar="ID")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@pass_context
def forget(context: Context, contact: str, yes: bool, as_json: bool) -> None:
    """Erase the person behind a contact's ID, for good.

    Goes: all their records in the mirror, evidence and candidates, what was shown and decided on them, requests and
    answers, what was kept to compensate their merges, and the calls about them in `reviewer api-log`. Stays: that
    something was decided, by whom and when, with hashes, so that `reviewer audit verify` still holds. The service is
    not told: remove the person there by its own means first, or the next sync brings them back.
    """
    from reviewer.api_log.erasing import erase
    from reviewer.cli.call_log import api_log_file
    from reviewer.review.forget import forget as erase_person
    from reviewer.review.forget import records

    with open_desk(context) as desk:
        _ask(len(records(desk, contact)), yes)
        forgotten = erase_person(desk, contact)
    environment = context.settings.environment
    texts = [*forgotten.traces.ids, *(value for _, value in forgotten.traces.identifiers)]
    calls = erase(api_log_file(environment), texts, environment.queue_group)
    copies = sorted(str(one) for one in environment.database.parent.glob(f"{environment.database.name}.before-*"))
    if as_json:
        told = forgotten._asdict() | {"calls": calls, "copies": copies}
        say_json({name: value for name, value in told.items() if name != "traces"})
        return
    say(
        f"erased: {counted(forgotten.records, 'record')}, what was seen in {counted(forgotten.decisions, 'decision')} "
        f"and {counted(forgotten.operations, 'operation')}, {counted(forgotten.payloads, 'audit payload')}, "
        f"{counted(forgotten.snapshots, 'snapshot')} of before a merge, {counted(calls, 'call')} in the list of calls"
    )
    narrate("backups that were made before still hold this person" + "".join(f"; {one}" for one in copies))


def _ask(count: int, yes: bool) -> None:
    if yes:
        return
    if not sys.stdin.isatty():
        raise RefusedError("erasing a person cannot be undone: say --yes")
    if not click.confirm(f"Erase {counted(count, 'record')} and all that was kept of them, for good?", err=True):
        complain("nothing was erased")
        raise click.Abort
