"""What a newcomer does next, where there is nothing to show yet."""

from reviewer.cli.output import narrate
from reviewer.store.database import Database
from reviewer.store.emptiness import has_contacts, has_pairs


def tell_next_command(database: Database) -> None:
    """Name the command to run next, on standard error, where the mirror or the queue was never filled."""
    if not has_contacts(database):
        narrate("no contacts are here yet: run `reviewer sync`, then `reviewer detect`")
    elif not has_pairs(database):
        narrate("no pairs of contacts were found yet: `reviewer detect` looks for them")
