"""`reviewer evaluate`: the candidates held against pairs that are known to be true."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.feed import open_feed
from reviewer.cli.output import counted, json_option, narrate, say, say_json
from reviewer.cli.rejecting import status_of
from reviewer.cli.wiring import open_desk_database
from reviewer.domain.errors import NotFoundError
from reviewer.exit_codes import ExitCode
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.detect.evaluation import Listed, Truth
    from reviewer.store.database import Database

_IDS_SHOWN = 5

_file = click.Path(allow_dash=True, path_type=Path)


@click.command()
@click.option("--truth", type=_file, required=True, metavar="FILE", help="The true pairs.")
@click.option("--neutral", type=_file, metavar="FILE", help="Pairs that count neither way: true, but not to be known.")
@click.option("--report", type=click.Path(path_type=Path), metavar="FILE", help="Write it to FILE too, as Markdown.")
@click.option("--force", is_flag=True, help="Overwrite the report if it exists.")
@json_option
@pass_context
def evaluate(
    context: Context, truth: Path, neutral: Path | None, report: Path | None, force: bool, as_json: bool
) -> int:
    """Tell how right the candidates are.

    FILE lists the true pairs by id: CSV with the columns id_a and id_b, or JSON lines; - is standard input. Told are
    precision, recall and F1 over thresholds, each verdict, calibration, what the false pairs are, how long a queue
    shows so much of the true pairs, and a histogram. `reviewer detect` comes first. Nothing is changed.
    """
    from reviewer.cli.evaluation_text import report_of
    from reviewer.detect.evaluation import evaluate as hold_against
    from reviewer.store.whole_file import put

    with open_desk_database(context) as database:
        known, status = _truth(database, truth)
        left_out, other_status = _truth(database, neutral) if neutral else (None, ExitCode.OK)
        if not known.pairs:
            raise NotFoundError(f"{truth} has no pair of two contacts that the mirror knows; {_left_out(known.listed)}")
        found = hold_against(database, known, left_out.pairs if left_out else ())
        text = report_of(found)
        if report is not None:
            put(report, partial(_write, text=text), database=database.path, overwrite=force)
    if as_json:
        say_json(found)
    else:
        say(text)
    if known.listed.without or known.listed.merged:
        narrate(_left_out(known.listed))
    return status or other_status


def _truth(database: "Database", file: Path) -> "tuple[Truth, int]":
    """The pairs of a file as the mirror knows them, and the status of reading it: bad lines are told and kept."""
    from reviewer.detect.evaluation import truth_of
    from reviewer.mirror.pair_lines import suspicions

    with open_feed(file) as feed:
        found = truth_of(database, ((said.id_a, said.id_b) for _, said in suspicions(iter(feed.lines), feed.rejects)))
        return found, status_of(feed.rejects)


def _write(file: Path, text: str) -> None:
    file.write_text(text + "\n", encoding="utf-8")


def _left_out(truth: "Listed") -> str:
    """What of the truth does not count, and why."""
    said = []
    if truth.unknown_ids:
        ids, more = truth.unknown_ids[:_IDS_SHOWN], len(truth.unknown_ids) - _IDS_SHOWN
        named = f"{_listed(ids)}{f' and {more:,} more' if more > 0 else ''}"
        said.append(f"the mirror does not know {counted(len(truth.unknown_ids), 'id')} ({named})")
    if truth.without:
        said.append(f"{counted(truth.without, 'pair')} left out, since a contact is unknown or gone")
    if truth.merged:
        said.append(f"{counted(truth.merged, 'pair')} left out, since both are one contact already")
    return "; ".join(said) or "it lists none"


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(visible(id_) for id_ in ids)
