"""What a newcomer does next, where there is nothing to show."""

from reviewer.store.database import Database


def next_command(database: Database) -> str | None:
    """The sentence that names the command to run next; None where candidates or decisions are there already."""
    connection = database.connection
    if not connection.execute("SELECT 1 FROM contact LIMIT 1").fetchone():
        return "no contacts are here yet: run `reviewer sync`, then `reviewer detect`"
    return None
