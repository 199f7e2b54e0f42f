"""Whether the organisation merges by itself: read wherever the service is called anyway, for a warning that stays."""

from datetime import datetime

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import BadAnswer, MissingPermission, PreviewAbsent, RequestRejected, ServiceUnavailable
from reviewer.store import automatic_merging
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.store.database import Database

NOT_SERVED = "this organisation does not serve the preview of cluster scans"


async def look(client: GenesysClient, database: Database, at: datetime) -> AutomaticMerging | None:
    """Read the setting and remember it; returns what is known then, None for nothing.

    Call it after the database was claimed for the organisation. That the setting may not be read, is not served or
    is not as agreed is an answer too. While the service does not answer, what was known before stays.

    Raises ``ApiError`` for what no call would be spared: no connection, wrong credentials, the rate.
    """
    try:
        enabled: bool | None = (await client.graph_settings()).automatic_merging_enabled
        reason = ""
    except PreviewAbsent:
        enabled, reason = None, NOT_SERVED
    except MissingPermission as error:
        enabled, reason = None, f"the OAuth client lacks the permission {error.permission}"
    except (BadAnswer, RequestRejected) as error:
        enabled, reason = None, str(error)
    except ServiceUnavailable:
        return automatic_merging.known(database)
    found = AutomaticMerging(enabled, reason, at)
    automatic_merging.write(database, found)
    return found
