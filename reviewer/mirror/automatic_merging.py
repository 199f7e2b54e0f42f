"""Whether the organisation merges by itself: read wherever the service is called anyway, for a warning that stays."""

from datetime import datetime

from reviewer.genesys.client import GenesysClient
from reviewer.genesys.errors import (
    BadAnswer,
    MissingPermission,
    PreviewAbsent,
    PreviewChanged,
    RequestRejected,
    ServiceUnavailable,
)
from reviewer.store import automatic_merging
from reviewer.store.automatic_merging import AutomaticMerging
from reviewer.store.database import Database

NOT_SERVED = "this organisation does not serve the preview of cluster scans"


async def look(client: GenesysClient, database: Database, at: datetime) -> AutomaticMerging | None:
    """Read the setting and remember it; returns what is known then, None for nothing.

    Call it after the database was claimed for the organisation. That the setting may not be read, is not served or
    is of another shape is an answer too. A fault that may pass (no answer, a proxy's, an odd token) says nothing of
    the setting: what was known before stays, and with it the warning.

    Raises ``ApiError`` for what no call would be spared: no connection, wrong credentials, the rate.
    """
    known = automatic_merging.known(database)
    try:
        found = AutomaticMerging((await client.graph_settings()).automatic_merging_enabled, "", at)
    except PreviewAbsent:
        found = AutomaticMerging(None, NOT_SERVED, at)
    except MissingPermission as error:
        found = AutomaticMerging(None, f"the OAuth client lacks the permission {error.permission}", at)
    except PreviewChanged as error:
        found = AutomaticMerging(None, str(error), at)
    except ServiceUnavailable:
        return known
    except (BadAnswer, RequestRejected) as error:
        if known is not None and known.enabled is not None:
            return known
        found = AutomaticMerging(None, str(error), at)
    automatic_merging.write(database, found)
    return found
