"""The head of the audit's chain, told to the system's log; and how long the settings let things be kept."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from reviewer.cli.context import Context
from reviewer.cli.output import complain
from reviewer.store import audit, stamp
from reviewer.store.database import Database
from reviewer.text import visible

if TYPE_CHECKING:
    from reviewer.review.retention import Retention

DEFAULT_SOCKET = Path("/dev/log")

log = logging.getLogger("reviewer.audit")


def send(database: Database, socket: Path) -> None:
    """Tell the system's log the head of the chain; that nobody listens there is said, and stops nothing."""
    from reviewer import syslog

    organization = (
        stamp.read(database, "organization_name") or stamp.read(database, "organization") or "no organisation"
    )
    try:
        syslog.tell(socket, f"audit {audit.head(database)} of {visible(organization)}")
    except OSError as error:
        log.warning("the audit's head could not be sent to %s: %s", socket, error.strerror or type(error).__name__)
        complain(f"the audit's head could not be sent to {socket} ({error.strerror}): set audit.syslog to its socket")


def retention(context: Context) -> "Retention":
    """How long the settings let things be kept."""
    from reviewer.review.retention import Retention

    kept = context.settings.audit
    return Retention(kept.payload_days, kept.answer_days, kept.snapshot_days)
