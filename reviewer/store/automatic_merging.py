"""What is known of the organisation's automatic merging, and since when."""

import json
from datetime import datetime
from typing import NamedTuple

from reviewer.store import stamp
from reviewer.store.clock import moment_of, text_of
from reviewer.store.database import Database

_STAMP = "automatic_merging"


class AutomaticMerging(NamedTuple):
    """Whether the service merges by itself what its scans find; None where it could not be read, with the reason.

    With ``enabled`` and a ``reason`` it was on when it was read last, at ``read_at``, and cannot be read any more.
    """

    enabled: bool | None
    reason: str
    read_at: datetime


def known(database: Database) -> AutomaticMerging | None:
    """What was read last; None where it was never asked for."""
    stamped = stamp.read(database, _STAMP)
    if stamped is None:
        return None
    found = json.loads(stamped)
    return AutomaticMerging(found["enabled"], found["reason"], moment_of(found["read_at"]))


def write(database: Database, found: AutomaticMerging) -> None:
    """Remember what was read."""
    stamp.write(database, _STAMP, json.dumps({**found._asdict(), "read_at": text_of(found.read_at)}))
