"""The service's own clusters as suspected pairs: only what can still be decided, only as it is today."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from reviewer.genesys.graphs import Cluster, ClusterScan
from reviewer.mirror.cluster_members import SOURCE, Members, all_ids, instant, members_of, standing_today
from reviewer.mirror.fetching import Fetching
from reviewer.mirror.gone import note_gone
from reviewer.mirror.identity import checked_id
from reviewer.mirror.progress import Progress, silent
from reviewer.mirror.rejects import Rejects
from reviewer.mirror.taking_in import Taken
from reviewer.store import pairs
from reviewer.store.clock import now

IDS_AT_ONCE = 500
"""Contacts that are asked for and stored together."""

_OFFERED = frozenset(("NotMerged", "AutoFailed", "ManualFailed"))
_SETTLED = frozenset(("AutoSucceeded", "ManualSucceeded"))
_QUEUED = frozenset(("AutoQueued", "ManualQueued"))
"""The states of merging (section 1.6 of the API contract); others may come."""


class ClusterNote(NamedTuple):
    """What is to be known of one cluster: ``matter`` is failed, queued, stale, unread or unknown."""

    cluster: str
    matter: str
    sentence: str


class ClustersReport(NamedTuple):
    """What the newest scan came to.

    Of its ``clusters``, ``offered`` have pairs to decide on; ``failed`` of those the service tried to merge itself;
    ``settled`` are merged, ``queued`` are about to be, ``unknown`` have a state of merging that this program does not
    know. ``stale`` are no longer what the scan saw: they are offered only as far as they hold. Of ``unread`` ones a
    contact could not be read now. ``pairs`` are the suspected pairs, ``news`` of them not known so before;
    ``withdrawn`` were known from an earlier scan.
    """

    scan: str
    completed: datetime | None
    clusters: int
    offered: int
    failed: int
    settled: int
    queued: int
    unknown: int
    stale: int
    unread: int
    pairs: int
    news: int
    withdrawn: int
    new: int
    changed: int
    merged: int
    gone: int
    rejected: int
    notes: tuple[ClusterNote, ...]


async def load_clusters(
    fetching: Fetching,
    scan: ClusterScan,
    *,
    rejects: Rejects,
    progress: Progress = silent,
    clock: Callable[[], datetime] = now,
) -> ClustersReport:
    """Load the clusters of a scan; their pairs wait in the store to be scored (``pairs.to_score``).

    Every contact is read anew before its cluster is believed; those of clusters that the service has merged too, so
    that the mirror learns of it. Pairs of an earlier scan that this one does not have are withdrawn, unless a part of
    it could not be read. What was decided stays decided, and loading again changes nothing. Raises ``ApiError``,
    ``DatabaseError``.
    """
    return await _Load(fetching, scan, rejects, progress, clock).run()


@dataclass
class _Load:
    fetching: Fetching
    scan: ClusterScan
    rejects: Rejects
    progress: Progress
    clock: Callable[[], datetime]
    taken: Taken = field(default_factory=Taken)
    notes: list[ClusterNote] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    kept: set[tuple[int, int]] = field(default_factory=set)
    news: int = 0
    gone: int = 0
    pages: int = 0

    async def run(self) -> ClustersReport:
        async for page in self.fetching.client.clusters(self.scan.id):
            self.pages += 1
            for reason in page.unreadable:
                self.rejects.add(self.pages, reason, b"")
            await self._take_in([cluster for cluster in page.clusters if self._is_sound(cluster)])
            self.progress("clusters", self.counts.get("clusters", 0), 0)
        # What could not be read says nothing: an earlier scan's word stands until a load has seen all of this one.
        whole = not self.rejects.count
        withdrawn = pairs.withdraw_loaded(self.fetching.database, SOURCE, self.kept) if whole else 0
        count = self.counts.get
        return ClustersReport(
            self.scan.id, self._completed, count("clusters", 0), count("offered", 0), count("failed", 0),
            count("settled", 0), count("queued", 0), count("unknown", 0), count("stale", 0), count("unread", 0),
            len(self.kept), self.news,
            withdrawn, self.taken.new, self.taken.changed, self.taken.merged, self.gone, self.rejects.count,
            tuple(self.notes),
        )  # fmt: skip

    @property
    def _completed(self) -> datetime | None:
        return instant(self.scan.date_completed)

    def _is_sound(self, cluster: Cluster) -> bool:
        try:
            for id_ in cluster.contact_ids:
                checked_id(id_)
        except ValueError as error:
            self.rejects.add(self.pages, f"a cluster with a contact that has no usable id: {error}", b"")
            return False
        return True

    async def _take_in(self, clusters: Sequence[Cluster]) -> None:
        for cluster in clusters:
            self._count("clusters")
            self._note_state(cluster)
        offered = [cluster for cluster in clusters if cluster.merge_status in _OFFERED]
        settled = [cluster for cluster in clusters if cluster.merge_status in _SETTLED]
        gone, unread = await self._read_anew(all_ids([*offered, *settled]))
        members = members_of(self.fetching.database, all_ids(offered), gone, unread)
        found = [pair for cluster in offered for pair in self._pairs(cluster, members)]
        # Merges since the scan may have brought two clusters to one pair: it is said once.
        ready = {(pair.a, pair.b): pair for pair in found if (pair.a, pair.b) not in self.kept}
        self.news += pairs.write_loaded(self.fetching.database, list(ready.values()))
        self.kept |= ready.keys()

    def _note_state(self, cluster: Cluster) -> None:
        status = cluster.merge_status
        if status in _SETTLED:
            self._count("settled")
        elif status in _QUEUED:
            self._count("queued")
            self._note(cluster, "queued", f"the service is about to merge its {len(cluster.contact_ids)} contacts")
        elif status not in _OFFERED:
            self._count("unknown")
            self._note(cluster, "unknown", f"its state of merging is {status or 'not given'}: it is not merged here")

    async def _read_anew(self, ids: Sequence[str]) -> tuple[set[str], set[str]]:
        """Bring the contacts up to date; returns those that are gone, and those that could not be read now."""
        gone: set[str] = set()
        unread: set[str] = set()
        for start in range(0, len(ids), IDS_AT_ONCE):
            fetched = await self.fetching.fetch(ids[start : start + IDS_AT_ONCE])
            self.taken.add(fetched.taken)
            gone |= fetched.absent
            unread |= fetched.failed.keys() - fetched.absent
            self.gone += note_gone(self.fetching.database, fetched.absent, self.clock())
            for id_ in fetched.failed.keys() - fetched.absent:
                self.rejects.add(self.pages, f"{id_} could not be read: {fetched.failed[id_]}", id_.encode())
        return gone, unread

    def _pairs(self, cluster: Cluster, members: Members) -> list[pairs.LoadedPair]:
        tried = cluster.merge_status != "NotMerged"
        remark = f"the service's own merge failed: {cluster.merge_error or 'it is not said why'}" if tried else ""
        today = standing_today(cluster, members, self._completed, remark)
        if today.differences:
            self._count("stale")
            left = "" if today.pairs else "; nothing of it is left to decide"
            self._note(cluster, "stale", f"{', '.join(today.differences)}{left}")
        if today.unread:
            self._count("unread")
            self._note(cluster, "unread", f"{len(today.unread)} of its contacts could not be read: load it again")
        if today.pairs:
            self._count("offered")
            if tried:
                self._count("failed")
                self._note(cluster, "failed", remark)
        return today.pairs

    def _count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def _note(self, cluster: Cluster, matter: str, sentence: str) -> None:
        self.notes.append(ClusterNote(cluster.id, matter, sentence))
