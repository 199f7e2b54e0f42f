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
    is of another shape is an answer too; but where it was on when it was read last, it counts as on, with the reason
    why that is old, until it can be read again. A fault that may pass (no answer, a proxy's, an odd token) says nothing
    of the setting: what was known before stays, and with it the warning.

    Raises ``ApiError`` for what no call would be spared: no connection, wrong credentials, the rate.
    """
    known = automatic_merging.known(database)
    try:
        found = AutomaticMerging((await client.graph_settings()).automatic_merging_enabled, "", at)
    except PreviewAbsent:
        found = _not_read(known, NOT_SERVED, at)
    except MissingPermission as error:
        found = _not_read(known, f"the OAuth client lacks the permission {error.permission}", at)
    except PreviewChanged as error:
        found = _not_read(known, str(error), at)
    except ServiceUnavailable:
        return known
    except (BadAnswer, RequestRejected) as error:
        if known is not None and known.enabled is not None:
            return known
        found = AutomaticMerging(None, str(error), at)
    automatic_merging.write(database, found)
    return found


def _not_read(known: AutomaticMerging | None, reason: str, at: datetime) -> AutomaticMerging:
    """What is to be believed where the setting cannot be read: that it is on, if it was."""
    if known is not None and known.enabled:
        return AutomaticMerging(True, reason, known.read_at)
    return AutomaticMerging(None, reason, at)
