"""The scan: every contact that the service shows, a few pages at a time into the mirror, and resumable there."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from reviewer.domain.record import ReadingRules, Record
from reviewer.genesys.client import GenesysClient
from reviewer.genesys.contacts import ScanPage
from reviewer.genesys.errors import ApiError, CursorExpired
from reviewer.mirror.claim import claim
from reviewer.mirror.cycles import collector_paused
from reviewer.mirror.failures import ABSENT, told
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.reading import Unreadable, read_records
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.sync_lock import sync_lock
from reviewer.mirror.taking_in import Taken, living_behind, living_of, take_in
from reviewer.mirror.unchanged import equal_among, id_of
from reviewer.store import contacts, derivation, merges, sync_runs
from reviewer.store.clock import moment_of, now
from reviewer.store.database import Database
from reviewer.store.sync_runs import SyncRun
from reviewer.store.transaction import transaction

CURSOR_LIFE = timedelta(hours=24)
"""How long the service keeps a cursor (section 1.1 of the API contract)."""
STORED_AT_ONCE = 2000
"""Contacts that are stored in one transaction, with the cursor to what follows: each costs a wait for the disk, and
the same pages of the indexes written again. Ten full pages are two seconds of the service's rate."""
PAGES_AT_ONCE = 20
"""Pages that are, where they hold few contacts or none."""
CHECKED_AT_ONCE = 500
"""Contacts that a scan did not show, asked for and stored together."""


class SyncReport(NamedTuple):
    """What one call of ``sync`` did; ``contacts`` is how many the whole scan showed, each once, earlier calls included.

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

    Pages are stored a few at a time, in one transaction with the cursor to the next: a sync that was killed goes on
    there, and reads again what had not been stored. A contact that cannot be read is rejected and costs only itself.
    Contacts that the scan did not show are asked for one by one before they count as gone or merged. Where a merged
    contact leads to one that the mirror does not know, that is asked for at the end of every sync.

    Raises ``ApiError``, ``DatabaseError``, ``BusyError`` if another sync is at work.
    """
    with sync_lock(database.path):
        await claim(client, database)
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
    pages: int = 0
    shown: int = 0

    async def run(self) -> SyncReport:
        earlier = sync_runs.unfinished(self.database)
        begun = earlier is not None and earlier.pages > 0
        resumed = earlier is not None and begun and await self._go_on(earlier)
        if not resumed:
            self.pages = self.shown = 0
            number = sync_runs.start(self.database, self.clock())
            await self._scan(number, None)
            await self._finish(number)
        taken, rejected = self.taken, self.rejects.count
        return SyncReport(
            self.shown, taken.new, taken.changed, taken.merged, self.gone, rejected, resumed, begun and not resumed
        )

    async def _go_on(self, earlier: SyncRun) -> bool:
        """Finish an earlier scan; False if its cursor has expired, by its age or by what the service says."""
        if earlier.cursor and earlier.cursor_at and self.clock() - moment_of(earlier.cursor_at) >= CURSOR_LIFE:
            return False
        self.rejects.appending = True
        self.pages, self.shown = earlier.pages, earlier.contacts
        if earlier.cursor is not None:  # without one the scan came to its end, and only the check is missing
            try:
                await self._scan(earlier.id, earlier.cursor)
            except CursorExpired:
                return False
        await self._finish(earlier.id)
        return True

    async def _scan(self, number: int, cursor: str | None) -> None:
        expected = sync_runs.last_finished(self.database)
        waiting: list[ScanPage] = []
        try:
            async for page in self.client.scan(cursor=cursor):
                waiting.append(page)
                if _is_enough(waiting):
                    group, waiting = waiting, []
                    await self._store(number, group)
                done = self.shown + sum(len(one.contacts) for one in waiting)
                self.progress("contacts", done, max(expected.contacts, done) if expected else 0)
        except ApiError:
            await self._store(number, waiting)  # what was read is not lost with what could not be
            raise
        await self._store(number, waiting)

    async def _store(self, number: int, pages: Sequence[ScanPage]) -> None:
        """Take in pages that follow each other, and where the next one is."""
        if pages:
            with collector_paused():
                await self._take_in(number, pages)

    async def _take_in(self, number: int, pages: Sequence[ScanPage]) -> None:
        equal = equal_among(
            self.database,
            [id_ for page in pages for id_ in page.ids],
            [body for page in pages for body in page.contacts],
            "api",
        )
        records, rejected = self._read(pages, equal)
        living = await living_of(self.client, self.database, records, self.rules)
        for page_number, (content, reason) in rejected:
            self.rejects.add(page_number, reason, content)
        aside = [id_ for _, (content, _) in rejected if (id_ := id_of(content))]
        ids = {*(record.contact.id for record in records), *equal}
        at = self.clock()
        with transaction(self.database):
            # While records change, a scan may show one twice; whoever is set aside was shown, and is not asked for.
            shown = len(ids) - contacts.count_seen(self.database, list(ids), number)
            taken = take_in(self.database, records, living, at=at, scan=number)
            contacts.mark_seen(self.database, [*equal, *aside], number)
            sync_runs.note_pages(
                self.database,
                number,
                len(pages),
                cursor=pages[-1].next_cursor,
                contacts=shown,
                changed=taken.new + taken.changed,
                rejected=len(rejected),
                at=at,
            )
        self.pages += len(pages)
        self.taken.add(taken)
        self.shown += shown

    def _read(
        self, pages: Sequence[ScanPage], equal: Collection[str]
    ) -> tuple[list[Record], list[tuple[int, Unreadable]]]:
        """The records of all pages that are not ``equal``, and what is none, with the number of its page."""
        records: list[Record] = []
        rejected: list[tuple[int, Unreadable]] = []
        for number, page in enumerate(pages, self.pages + 1):
            news = [body for id_, body in zip(page.ids, page.contacts, strict=True) if id_ not in equal]
            readable, unreadable = read_records(news, self.rules)
            unreadable += [Unreadable(*one) for one in page.rejected]
            records += readable
            rejected += [(number, one) for one in unreadable]
        return records, rejected

    async def _finish(self, number: int) -> None:
        """Ask for what the scan did not show, then call it complete."""
        checked = 0
        while ids := contacts.unseen(self.database, number, CHECKED_AT_ONCE):
            await self._check(number, ids)
            checked += len(ids)
            self.progress("not in the scan, asked for", checked, 0)
        await self._settle()
        sync_runs.finish(self.database, number, self.clock())

    async def _check(self, number: int, ids: Sequence[str]) -> None:
        answer = await self.client.bulk_unresolved(ids)
        gone = [id_ for id_, failure in answer.failed.items() if failure.status in ABSENT]
        records, unreadable = read_records(answer.found.values(), self.rules)
        living = await living_of(self.client, self.database, records, self.rules)
        for content, reason in unreadable:
            self.rejects.add(self.pages, reason, content)
        for id_, failure in answer.failed.items():
            if failure.status not in ABSENT:
                self.rejects.add(self.pages, f"could not be checked: {told(failure)}", id_.encode())
        at = self.clock()
        with transaction(self.database):
            taken = take_in(self.database, records, living, at=at, scan=number)
            numbers = contacts.mark_gone(self.database, gone)
            derivation.refresh(self.database, numbers, at.date())
            contacts.mark_seen(self.database, ids, number)
        self.taken.add(taken)
        self.gone += len(numbers)

    async def _settle(self) -> None:
        """Let nothing rest on a merged contact of which anybody can say what it became."""
        merges.settle(self.database, self.clock().date())
        astray = merges.leading_astray(self.database)
        for start in range(0, len(astray), CHECKED_AT_ONCE):
            living = await living_behind(self.client, astray[start : start + CHECKED_AT_ONCE], self.rules)
            for id_, reason in living.failed.items():
                self.rejects.add(self.pages, f"what it was merged into could not be read: {reason}", id_.encode())
            self.taken.add(take_in(self.database, [], living.found, at=self.clock()))


def _is_enough(pages: Sequence[ScanPage]) -> bool:
    return len(pages) >= PAGES_AT_ONCE or sum(len(page.contacts) for page in pages) >= STORED_AT_ONCE
