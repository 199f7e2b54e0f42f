"""What commands say of the organisation's automatic merging."""

from reviewer.cli.output import narrate
from reviewer.review.automatic_merging import MEANING, WARNING
from reviewer.store.automatic_merging import AutomaticMerging, known
from reviewer.store.database import Database


def warn_of_automatic_merging(database: Database) -> None:
    """Say it on standard error, with what it means, while it is known to be on."""
    found = known(database)
    if found is not None and found.enabled:
        narrate(f"{WARNING} in this organisation: {MEANING}")


def automatic_merging_line(found: AutomaticMerging | None) -> str:
    """One line for `reviewer status`."""
    if found is None:
        return "automatic merging: never looked up; `reviewer sync` does"
    when = f"read {found.read_at:%Y-%m-%d %H:%M} UTC"
    if found.enabled is None:
        return f"automatic merging: could not be read ({when}): {found.reason}"
    if not found.enabled:
        return f"automatic merging: off ({when})"
    old = f"; it cannot be read any more: {found.reason}" if found.reason else ""
    return f"{WARNING} in this organisation ({when}{old})"
