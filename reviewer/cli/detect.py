"""`reviewer detect`: find the candidates."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from reviewer.cli.auto import approved_words
from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.wiring import open_desk_database, reading_rules
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.decide import Decided


@click.command()
@click.option("--full", is_flag=True, help="Do all anew, and fit the model unless it is held.")
@json_option
@pass_context
def detect(context: Context, full: bool, as_json: bool) -> None:
    """Find candidates among the mirrored contacts.

    They are duplicates, stitches and shared identities. After a sync only what the changed contacts touch is done
    again, with the result of a full run by the same model. Doing it again changes nothing that was decided. Ctrl-C
    leaves the queue as it was.
    """
    from reviewer.detect.run import detect as find
    from reviewer.mirror.columns import renew_columns
    from reviewer.store import models

    today = datetime.now(UTC).date()
    with open_desk_database(context) as database, stage_line() as progress:
        renew_columns(database, reading_rules(context, database), today=today, progress=progress)
        report = find(database, today=today, full=full, progress=progress)
        in_use = models.in_use(database)
    approved = _approve_automatic(context) if context.settings.review.auto else []
    if as_json:
        proposed = sum(bool(one.why_two) for one in approved)
        counts = {"open": report.open - len(approved), "approved": len(approved) - proposed, "proposed": proposed}
        say_json({**report._asdict(), **counts})
        return
    if report.again is not None:
        verb = "contact has" if report.again == 1 else "contacts have"
        narrate(f"{report.again:,} {verb} changed: only what they touch was done again (--full does all)")
    say(f"{report.open - len(approved):,} to review")
    if approved:
        narrate(f"automatic ones, as the setting `auto` says: {approved_words(approved)}")
    if full and in_use.frozen:
        narrate(f"model {in_use.model.version} is held: it was not fitted, `reviewer model unfreeze` lets it be")
    for sentence in report.left_out:
        narrate(f"left out: {visible(sentence)}")


def _approve_automatic(context: Context) -> "list[Decided]":
    """The automatic rung that the setting ``auto`` switches on; returns what it approved or proposed."""
    from reviewer.cli.desk import open_desk
    from reviewer.review import auto

    with open_desk(context) as desk:
        return [decided for number in auto.automatic(desk) if (decided := auto.approve(desk, number))]
