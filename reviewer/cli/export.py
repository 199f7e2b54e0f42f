"""`reviewer export`: contacts, candidates, decisions, merged ids and the audit as CSV, JSON lines or Parquet."""

from pathlib import Path

import click

from reviewer.cli.context import Context, pass_context
from reviewer.cli.desk import open_desk
from reviewer.cli.output import counted, narrate

_NAMES = {
    "contacts": ("contact", "contacts"),
    "candidates": ("pair", "pairs"),
    "decisions": ("decision", "decisions"),
    "crosswalk": ("merged id", "merged ids"),
    "audit": ("audit entry", "audit entries"),
}
"""What one row of a table is called, and several."""
_FORMATS = {".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
"""By the file's ending."""


@click.command()
@click.argument("what", type=click.Choice(list(_NAMES)))
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
@click.option(
    "--format", "form", type=click.Choice(["csv", "jsonl", "parquet"]), help="By the file's ending if left out."
)
@click.option("--raw", is_flag=True, help="Text as it is, for round trips; spreadsheets may run it as formulas.")
@click.option("--force", is_flag=True, help="Overwrite FILE if it exists.")
@pass_context
def export(context: Context, what: str, file: Path, form: str | None, raw: bool, force: bool) -> None:
    """Write a table for other tools to FILE.

    Contacts are the live ones with their columns as they are compared, for any engine whose pairs `reviewer load pairs`
    takes in; Parquet is for them alone (an extra). Candidates are the pairs that were scored. The crosswalk says of
    each merged id which contact it leads to today, and who approved that. FILE - is standard output.
    """
    from reviewer.review.export import SOURCES, write

    chosen = form or _FORMATS.get(file.suffix, "csv")
    with open_desk(context) as desk:
        count = write(desk, SOURCES[what], file, form=chosen, raw=raw, overwrite=force)
    narrate(f"{counted(count, *_NAMES[what])} written")
