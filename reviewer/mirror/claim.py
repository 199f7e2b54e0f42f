"""The organisation that a database belongs to."""

from reviewer.genesys.client import GenesysClient
from reviewer.store import stamp
from reviewer.store.database import Database


async def claim(client: GenesysClient, database: Database) -> None:
    """Tie the database to the client's organisation, or check that it is; before anything of it is written.

    Raises ``DatabaseError`` if the database belongs to another one, ``ApiError``.
    """
    organization = await client.organization()
    stamp.claim_organization(database, organization.id, organization.name)
