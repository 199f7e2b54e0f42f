"""What the service says of ids for which it gives no contact."""

from reviewer.genesys.bulk import BulkFailure

ABSENT = (404, 410)
"""Statuses of an id that the service does not know."""

_MAY_PASS = (408, 429)


def may_pass(failure: BulkFailure) -> bool:
    """Whether the same id may well be answered later: a refusal (403 …) stands until somebody changes something."""
    return failure.status in _MAY_PASS or not 400 <= (failure.status or 0) < 500


def told(failure: BulkFailure) -> str:
    """Why the service gave no contact, in its own words."""
    said = " ".join(part for part in (str(failure.status or ""), failure.code) if part)
    return ": ".join(part for part in (said, failure.message) if part) or "no reason was given"
