"""What the database knows of itself: whose organisation it mirrors, when it was synced, how it was normalised."""

from reviewer.domain.errors import DatabaseError
from reviewer.store.database import Database
from reviewer.store.storable import storable
from reviewer.store.transaction import transaction


def read(database: Database, key: str) -> str | None:
    """The value stamped under ``key``, or None."""
    row = database.connection.execute("SELECT value FROM stamp WHERE key = ?", (key,)).fetchone()
    return row[0] if row else None


def write(database: Database, key: str, value: str) -> None:
    """Stamp ``value`` under ``key``."""
    with transaction(database) as connection:
        connection.execute("INSERT OR REPLACE INTO stamp (key, value) VALUES (?, ?)", (key, storable(value)))


def erase(database: Database, key: str) -> None:
    """Forget what is stamped under ``key``."""
    with transaction(database) as connection:
        connection.execute("DELETE FROM stamp WHERE key = ?", (key,))


def claim_organization(database: Database, organization: str, name: str) -> None:
    """Tie the database to the organisation with this id, or check that it already is.

    Raises ``DatabaseError`` if the database belongs to another organisation.
    """
    if (read(database, "organization"), read(database, "organization_name")) == (organization, storable(name)):
        return  # an executor that watches asks every second
    with transaction(database):
        known = read(database, "organization")
        if known is None:
            write(database, "organization", organization)
        elif known != organization:
            raise DatabaseError(
                f"the database {database.path} belongs to the organisation {read(database, 'organization_name')} "
                f"({known}), but these credentials lead to {name} ({organization}): "
                "choose the matching environment, or another `database`"
            )
        write(database, "organization_name", name)
