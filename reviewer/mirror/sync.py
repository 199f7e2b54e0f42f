"""The scan: every contact that the service shows, page by page into the mirror, resumable at any page."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from reviewer.domain.record import ReadingRules
from reviewer.genesys.bulk import BulkFailure
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.contacts import ScanPage
from reviewer.genesys.errors import CursorExpired
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.reading import Unreadable, read_records
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.sync_lock import sync_lock
from reviewer.mirror.taking_in import Taken, living_of, take_in_merged
from reviewer.store import contacts, derivation, stamp, sync_runs
from reviewer.store.clock import moment_of, now
from reviewer.store.database import Database
from reviewer.store.transaction import transaction

CURSOR_LIFE = timedelta(hours=24)
"""How long the service keeps a cursor (section 1.1 of the API contract)."""
CHECKED_AT_ONCE = 500
"""Contacts that a scan did not show, asked for and stored together."""
_ABSENT = (404, 410)


class SyncReport(NamedTuple):
    """What one call of ``sync`` did; ``contacts`` is how many the whole scan showed, earlier calls included.

    ``resumed`` if it went on where an earlier one was stopped, ``started_over`` if that one's cursor had expired.
    """

    contacts: int
    new: int
    changed: int
    merged: int
    gone: int
    rejected: int
    resumed: bool
    started_over: bool


async def sync(
    client: GenesysClient,
    database: Database,
    rules: ReadingRules,
    *,
    rejects: Rejects,
    progress: Progress = silent,
    clock: Callable[[], datetime] = now,
) -> SyncReport:
    """Bring the mirror up to the service, for contacts that no scan shows too.

    Each page and the cursor to the next one are stored in one transaction, so that a sync that was killed goes on
    there. A contact that cannot be read is rejected and costs only itself. Contacts that the scan did not show are
    asked for one by one before they count as gone or merged.

    Raises ``ApiError``, ``DatabaseError``, ``BusyError`` if another sync is at work.
    """
    with sync_lock(database.path):
        organization = await client.organization()
        stamp.claim_organization(database, organization.id, organization.name)
        return await _Sync(client, database, rules, rejects, progress, clock).run()


@dataclass
class _Sync:
    client: GenesysClient
    database: Database
    rules: ReadingRules
    rejects: Rejects
    progress: Progress
    clock: Callable[[], datetime]
    taken: Taken = field(default_factory=Taken)
    gone: int = 0
    shown: int = 0

    async def run(self) -> SyncReport:
        before = sync_runs.unfinished(self.database)
        resumable = before is not None and before.pages > 0 and not self._is_too_old(before)
        started_over = before is not None and before.pages > 0 and not resumable
        number = before.id if before is not None and resumable else sync_runs.start(self.database, self.clock())
        self.rejects.appending = resumable
        if before is not None and resumable:
            self.shown = before.contacts
        if before is None or not resumable or before.cursor is not None:
            try:
                await self._scan(number, before.cursor if before is not None and resumable else None)
            except CursorExpired:
                started_over, self.shown = True, 0
                number = sync_runs.start(self.database, self.clock())
                await self._scan(number, None)
        await self._check_unseen(number)
        sync_runs.finish(self.database, number, self.clock())
        taken = self.taken
        return SyncReport(
            self.shown,
            taken.new,
            taken.changed,
            taken.merged,
            self.gone,
            self.rejects.count,
            resumable and not started_over,
            started_over,
        )
