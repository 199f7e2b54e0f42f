"""Contacts that took part in conversations: the anonymous ones, which no scan and no search shows."""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from reviewer.genesys.conversations import Conversation
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.gone import note_gone
from reviewer.mirror.identity import checked_id
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.taking_in import Taken
from reviewer.store import stamp
from reviewer.store.clock import moment_of, now, text_of
from reviewer.store.database import Database
from reviewer.store.trails import UNKNOWN, trails

IDS_AT_ONCE = 500
"""Contacts that are asked for and stored together."""
OVERLAP = timedelta(days=1)
"""How far before the last loaded moment the next load begins: a conversation may go on, and get its contact late."""

_TOLD_AGAIN = timedelta(days=2)
"""A conversation is told in every stretch that touches the day of its start, in whichever zone that day is."""

_STAMP = "conversations_until"


class ConversationsReport(NamedTuple):
    """What a load did between two instants.

    ``contacts`` took part; ``known`` of them the mirror had and were left alone. ``aliases`` are ids that were merged
    into another contact, which came in their place; ``gone`` the service does not have any more: anonymous contacts
    expire. ``postponed`` could not be had now, though they may be had later: the last loaded moment stays before the
    first of them, so that the next load asks for them again.
    """

    since: datetime
    until: datetime
    conversations: int
    contacts: int
    known: int
    new: int
    changed: int
    equal: int
    aliases: int
    gone: int
    rejected: int
    postponed: int


def last_loaded(database: Database) -> datetime | None:
    """The instant up to which conversations have been loaded; None where they never were."""
    stamped = stamp.read(database, _STAMP)
    return moment_of(stamped) if stamped else None


async def load_conversations(
    fetching: Fetching,
    since: datetime,
    until: datetime,
    *,
    rejects: Rejects,
    refresh: bool = False,
    progress: Progress = silent,
    clock: Callable[[], datetime] = now,
) -> ConversationsReport:
    """Bring the contacts of conversations between two instants into the mirror; known ones anew with ``refresh``.

    Each stretch of time that is done moves the last loaded moment on, so a load that was stopped can go on there; a
    stretch of which a contact could not be had for the moment is not done, nor is what follows it. Loading again
    changes nothing. Raises ``ApiError``, ``DatabaseError``.
    """
    return await _Load(fetching, since, until, rejects, refresh, progress, clock).run()


@dataclass
class _Told:
    """Counts conversations, each once, though one may be told in several stretches: those that touch its day."""

    count: int = 0
    present: set[str] = field(default_factory=set)
    earlier: deque[tuple[datetime, set[str]]] = field(default_factory=deque)

    def add(self, id_: str) -> None:
        if id_ not in self.present and not any(id_ in ids for _, ids in self.earlier):
            self.present.add(id_)
            self.count += 1

    def complete(self, moment: datetime) -> None:
        """A stretch ends; forget those that none to come can touch, or a year's conversations fill the memory."""
        self.earlier.append((moment, self.present))
        self.present = set()
        while self.earlier[0][0] < moment - _TOLD_AGAIN:
            self.earlier.popleft()


@dataclass
class _Load:
    fetching: Fetching
    since: datetime
    until: datetime
    rejects: Rejects
    refresh: bool
    progress: Progress
    clock: Callable[[], datetime]
    taken: Taken = field(default_factory=Taken)
    told: _Told = field(default_factory=_Told)
    contacts: set[str] = field(default_factory=set)
    waiting: list[str] = field(default_factory=list)
    known: int = 0
    aliases: int = 0
    gone: int = 0
    postponed: int = 0
    pages: int = 0

    async def run(self) -> ConversationsReport:
        async for page in self.fetching.client.conversations(self.since, self.until):
            self.pages += 1
            for reason in page.unreadable:
                self.rejects.add(self.pages, reason, b"")
            self._note(page.conversations)
            while len(self.waiting) >= IDS_AT_ONCE:
                await self._fetch()
            if page.completes is not None:
                await self._fetch()
                self.told.complete(page.completes)
                self._move_on(page.completes)
            self.progress("conversations", self.told.count, 0)
        taken = self.taken
        return ConversationsReport(
            self.since, self.until, self.told.count, len(self.contacts), self.known,
            taken.new, taken.changed, taken.equal, self.aliases, self.gone, self.rejects.count,
            self.postponed,
        )  # fmt: skip

    def _note(self, conversations: Iterable[Conversation]) -> None:
        for conversation in conversations:
            self.told.add(conversation.id)
            for id_ in conversation.contact_ids:
                if id_ not in self.contacts:
                    self._take_up(id_)

    def _take_up(self, id_: str) -> None:
        try:
            checked_id(id_)
        except ValueError as error:
            self.rejects.add(self.pages, f"a participant's contact: {error}", id_.encode("utf-8", "backslashreplace"))
            return
        self.contacts.add(id_)
        self.waiting.append(id_)

    async def _fetch(self) -> None:
        """Ask for the next contacts that wait, those the mirror has left out unless they are to be read anew."""
        ids, self.waiting = self.waiting[:IDS_AT_ONCE], self.waiting[IDS_AT_ONCE:]
        database = self.fetching.database
        found = trails(database, ids)
        wanted = [id_ for id_ in ids if self.refresh or found[id_].reason == UNKNOWN]
        self.known += len(ids) - len(wanted)
        if not wanted:
            return
        fetched = await self.fetching.fetch(wanted)
        self.taken.add(fetched.taken)
        self.aliases += fetched.aliases
        self.gone += len(fetched.absent)
        self.postponed += len(fetched.passing)
        note_gone(database, fetched.absent, self.clock())
        for id_, reason in fetched.failed.items():
            if id_ not in fetched.absent:
                self.rejects.add(self.pages, f"{id_}: {reason}", id_.encode())

    def _move_on(self, moment: datetime) -> None:
        """Remember that all up to ``moment`` is loaded; going over older times again takes nothing back."""
        if self.postponed:
            return
        before = last_loaded(self.fetching.database)
        if before is None or moment > before:
            stamp.write(self.fetching.database, _STAMP, text_of(moment))
