"""`reviewer rule`: what an identifier is, remembered once."""

from datetime import date

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.day import Day
from reviewer.cli.desk import open_desk
from reviewer.cli.output import json_option, narrate, say, say_json, say_table
from reviewer.text import visible

KINDS = ("personal", "household", "desk", "role mailbox", "switchboard", "recycled")


@click.group()
def rule() -> None:
    """Rule on identifiers that several records hold.

    Such are the family phone, the switchboard, info@.
    """


@rule.command("identifier")
@click.argument("kind", metavar="TYPE")
@click.argument("value")
@click.argument("ruling", type=click.Choice(KINDS))
@click.option("--until", type=Day(), help="The ruling's last day; none if left out.")
@click.option("--note", default="", metavar="TEXT", help="Why; kept with the decision.")
@json_option
@pass_context
def identifier(
    context: Context, kind: str, value: str, ruling: str, until: date | None, note: str, as_json: bool
) -> None:
    """Rule what an identifier is.

    TYPE is as Phone or Email, VALUE as +17029191300. It counts at once: every pair whose contacts both hold it is
    judged again.
    """
    from reviewer.domain.identifiers import Identifier
    from reviewer.domain.rulings import RulingKind
    from reviewer.review import rule as acts
    from reviewer.store import contacts

    with open_desk(context) as desk:
        decided = acts.rule(desk, Identifier(kind, value), RulingKind(ruling), until=until, note=note)
        held = len(contacts.holders(desk.database, kind, value))
    if as_json:
        say_json(decided)
        return
    say(f"decision {decided.decision}: {visible(decided.sentence)}")
    if held > acts.MOST_HOLDERS:
        narrate("`reviewer detect` finds pairs of its many holders that only now weigh enough")


@rule.command("list")
@json_option
@pass_context
def list_rulings(context: Context, as_json: bool) -> None:
    """List the rulings in force."""
    from reviewer.store.rulings import in_force

    with open_desk(context) as desk:
        found = in_force(desk.database, desk.today)
    rows = [(one.identifier.type, one.identifier.value, one.kind.value, str(one.until or "")) for one in found]
    head = ("type", "value", "ruling", "until")
    say_json([dict(zip(head, row, strict=True)) for row in rows]) if as_json else say_table(head, rows)
