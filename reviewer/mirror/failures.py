"""What the service says of ids for which it gives no contact."""

from reviewer.genesys.bulk import BulkFailure

ABSENT = (404, 410)
"""Statuses of an id that the service does not know."""


def told(failure: BulkFailure) -> str:
    """Why the service gave no contact, in its own words."""
    said = " ".join(part for part in (str(failure.status or ""), failure.code) if part)
    return ": ".join(part for part in (said, failure.message) if part) or "no reason was given"
