"""`reviewer model`: which model weighs pairs, what it believes, and what it learns from decisions."""

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.model_change import tell_change
from reviewer.cli.model_learn import learn
from reviewer.cli.model_text import say_attribute, say_summary, summary
from reviewer.cli.output import json_option, narrate, say_json, say_table
from reviewer.domain.levels import ORDER, Attribute
from reviewer.domain.prior_model import PRIOR_VERSION

BY_HAND = "prior"
"""How a steward names the model by hand."""

ALL = "all"


@click.group()
def model() -> None:
    """See, choose and teach the model that weighs pairs.

    It tells how likely a pair is one person, one household, a shared desk, a recycled number, namesakes or chance.
    A full detection fits it to the contacts at hand, unless it is held; it begins at the model by hand, `prior`.
    """


model.add_command(learn)


@model.command("show")
@click.argument("version", required=False)
@click.option(
    "--attribute",
    "named",
    type=click.Choice([*(one.value for one in ORDER), ALL], case_sensitive=False),
    help="The chances of its levels in each class.",
)
@json_option
@pass_context
def show(context: Context, version: str | None, named: str | None, as_json: bool) -> None:
    """Show the model in use, or the one of VERSION.

    How it came about, its kinds of pairs with their shares, and what left the model by hand most.
    """
    with open_desk(context) as desk:
        found = summary(desk.database, _spelt(version) if version else None)
    if as_json:
        say_json(found.facts())
        return
    if named is None:
        say_summary(found)
        narrate("`--attribute phone` shows what each level of an attribute is worth, `--attribute all` of all")
        return
    for attribute in ORDER if named == ALL else (Attribute(named),):
        say_attribute(found, attribute)


@model.command("list")
@json_option
@pass_context
def list_models(context: Context, as_json: bool) -> None:
    """List the models that were saved, the newest first."""
    from reviewer.store import models

    with open_desk(context) as desk:
        in_use = models.in_use(desk.database)
        rows = [*models.made(desk.database), None]
    head = ("version", "came of", "contacts", "pairs", "at (UTC)", "")
    state = "in use, held" if in_use.frozen else "in use"
    table = [
        (one.version, one.origin, f"{one.contacts:,}", f"{one.pairs:,}", f"{one.made_at:%Y-%m-%d %H:%M}")
        if one
        else (PRIOR_VERSION, "by hand", "", "", "")
        for one in rows
    ]
    if as_json:
        say_json({"in_use": in_use.model.version, "frozen": in_use.frozen, "models": [one for one in rows if one]})
        return
    say_table(head, [(*row, state if row[0] == in_use.model.version else "") for row in table])


@model.command("use")
@click.argument("version")
@json_option
@pass_context
def use(context: Context, version: str, as_json: bool) -> None:
    """Put an earlier model into use, and hold it.

    VERSION is as in `reviewer model list`, or `prior`, the model by hand. Every pair of the queue is judged again by it
    at once; the next detection finds those that only now weigh enough.
    """
    from reviewer.review import model_in_use

    with open_desk(context) as desk:
        tell_change(desk, model_in_use.use(desk, _spelt(version)), as_json)


@model.command("freeze")
@json_option
@pass_context
def freeze(context: Context, as_json: bool) -> None:
    """Hold the model in use: detection does not fit it any more."""
    _set_frozen(context, True, as_json)


@model.command("unfreeze")
@json_option
@pass_context
def unfreeze(context: Context, as_json: bool) -> None:
    """Let the next full detection fit the model again."""
    _set_frozen(context, False, as_json)


def _set_frozen(context: Context, frozen: bool, as_json: bool) -> None:
    from reviewer.review import model_in_use

    with open_desk(context) as desk:
        tell_change(desk, model_in_use.freeze(desk, frozen), as_json)


def _spelt(version: str) -> str:
    return PRIOR_VERSION if version == BY_HAND else version
