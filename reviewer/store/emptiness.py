"""Whether the mirror has anything in it at all; costs the same at any size."""

from reviewer.store.database import Database


def has_contacts(database: Database) -> bool:
    """Whether any contact was ever taken in."""
    return database.connection.execute("SELECT 1 FROM contact LIMIT 1").fetchone() is not None


def has_pairs(database: Database) -> bool:
    """Whether any pair was ever found or loaded."""
    return database.connection.execute("SELECT 1 FROM pair LIMIT 1").fetchone() is not None
