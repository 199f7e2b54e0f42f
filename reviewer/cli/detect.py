"""`reviewer detect`: find the candidates."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from reviewer.cli.auto import approved_words
from reviewer.cli.context import Context, pass_context
from reviewer.cli.output import json_option, narrate, say, say_json
from reviewer.cli.progress import stage_line
from reviewer.cli.wiring import open_desk_database, reading_rules
from reviewer.mirror.progress import Progress
from reviewer.store.database import Database
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.detect.run import Report
    from reviewer.review.decide import Decided


@click.command()
@click.option("--full", is_flag=True, help="Do all anew, and fit the model unless it is held.")
@click.option(
    "--engine", type=click.Choice(["reviewer", "splink"]), default="reviewer", help="Which one proposes the pairs."
)
@click.option("--backend", type=click.Choice(["duckdb", "spark"]), help="Where Splink runs; duckdb if left out.")
@click.option(
    "--threshold",
    type=float,
    metavar="WEIGHT",
    help="From which weight of Splink's on a pair is judged; -8 if left out.",
)
@json_option
@pass_context
def detect(
    context: Context, full: bool, engine: str, backend: str | None, threshold: float | None, as_json: bool
) -> None:
    """Find candidates among the mirrored contacts.

    They are duplicates, stitches and shared identities. After a sync only what the changed contacts touch is done
    again, with the result of a full run by the same model. Doing it again changes nothing that was decided. Ctrl-C
    leaves the queue as it was.

    For tens of millions of contacts, Splink can propose the pairs, on DuckDB or on a Spark cluster (an extra). They are
    judged and explained as always.
    """
    from reviewer.mirror.columns import renew_columns
    from reviewer.store import models

    if engine != "splink" and (backend is not None or threshold is not None):
        raise click.UsageError("--backend and --threshold are for --engine splink")
    find = _by_splink(context, backend or "duckdb", threshold) if engine == "splink" else _by_ourselves(full)
    today = datetime.now(UTC).date()
    with open_desk_database(context) as database, stage_line() as progress:
        renew_columns(database, reading_rules(context, database), today=today, progress=progress)
        report = find(database, today, progress)
        in_use = models.in_use(database)
    approved = _approve_automatic(context) if context.settings.review.auto else []
    if as_json:
        proposed = sum(bool(one.why_two) for one in approved)
        counts = {"open": report.open - len(approved), "approved": len(approved) - proposed, "proposed": proposed}
        say_json({**report._asdict(), **counts})
        return
    if report.again is not None:
        narrate(f"{_changed(report.again)} (--full does all)")
    say(f"{report.open - len(approved):,} to review")
    if approved:
        narrate(f"automatic ones, as the setting `auto` says: {approved_words(approved)}")
    if full and in_use.frozen:
        narrate(f"model {in_use.model.version} is held: it was not fitted, `reviewer model unfreeze` lets it be")
    for sentence in report.left_out:
        narrate(f"left out: {visible(sentence)}")


def _changed(contacts: int) -> str:
    if not contacts:
        return "no contact has changed: only the model and the rulings were laid over what was compared before"
    verb = "contact has" if contacts == 1 else "contacts have"
    return f"{contacts:,} {verb} changed: only what they touch was done again"


Find = Callable[[Database, date, Progress], "Report"]


def _by_ourselves(full: bool) -> Find:
    from reviewer.detect.run import detect as find

    return lambda database, today, progress: find(database, today=today, full=full, progress=progress)


def _by_splink(context: Context, backend: str, threshold: float | None) -> Find:
    from reviewer import locations
    from reviewer.detect.engines.splink import THRESHOLD, Engine, predictions, require_installed
    from reviewer.detect.run import detect as find

    require_installed(backend)
    settings = context.settings.detect
    engine = Engine(
        backend,
        master=settings.spark_master,
        folder=settings.engine_folder,
        log=locations.state_directory() / "engine.log",
        threshold=THRESHOLD if threshold is None else threshold,
    )

    def found(database: Database, today: date, progress: Progress) -> "Report":
        with predictions(database, engine, progress) as predicted:
            return find(database, today=today, progress=progress, propose=predicted.blocks)

    return found


def _approve_automatic(context: Context) -> "list[Decided]":
    """The automatic rung that the setting ``auto`` switches on; returns what it approved or proposed."""
    from reviewer.cli.desk import open_desk
    from reviewer.review import auto

    with open_desk(context) as desk:
        return [decided for number in auto.automatic(desk) if (decided := auto.approve(desk, number))]
