"""Cluster scans and their clusters as they are stored; they survive a restart."""

import sqlite3
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reviewer.simulator.graphs.component import Component
from reviewer.simulator.wire import dump, load

SCAN_COLUMNS = "seq, id, completed"
CLUSTER_COLUMNS = "seq, scan, id, division, graph, created, status, error, attempted, due"


@dataclass(frozen=True)
class Scan:
    """A scan that has been completed."""

    seq: int
    id: str
    completed: int


@dataclass(frozen=True)
class Cluster:
    """A cluster of a scan; ``due`` is when a merge that is queued will be carried out."""

    seq: int
    scan: str
    id: str
    division: str
    graph_body: bytes
    created: int
    status: str
    error_body: bytes | None
    attempted: int | None
    due: int | None

    @cached_property
    def graph(self) -> dict[str, Any]:
        decoded: dict[str, Any] = load(self.graph_body)
        return decoded

    @property
    def error(self) -> dict[str, str] | None:
        return load(self.error_body) if self.error_body else None


class Scans:
    """Reading and writing them."""

    def __init__(self, sql: sqlite3.Connection) -> None:
        self._sql = sql

    def add(self, completed: int, found: Iterable[Component], status: str, due: int | None) -> Scan:
        """Store a scan with its clusters, all in one state; in the caller's transaction."""
        scan_id = str(uuid.uuid4())
        self._sql.execute("INSERT INTO cluster_scans (id, completed) VALUES (?, ?)", (scan_id, completed))
        for one in found:
            added = self._sql.execute(
                "INSERT INTO clusters (scan, id, division, graph, created, status, due) VALUES (?, ?, ?, ?, ?, ?, ?)",
                (scan_id, str(uuid.uuid4()), one.division, dump(one.graph()), completed, status, due),
            )
            self._sql.executemany(
                "INSERT INTO cluster_members VALUES (?, ?)", [(contact, added.lastrowid) for contact in one.contacts]
            )
        stored = self.find(scan_id)
        assert stored is not None
        return stored

    def forget(self, kept: int) -> None:
        """Keep only the latest scans."""
        old = "SELECT id FROM cluster_scans ORDER BY seq DESC LIMIT -1 OFFSET ?"
        of_old = f"SELECT seq FROM clusters WHERE scan IN ({old})"
        self._sql.execute(f"DELETE FROM cluster_members WHERE cluster IN ({of_old})", (kept,))
        self._sql.execute(f"DELETE FROM clusters WHERE scan IN ({old})", (kept,))
        self._sql.execute(f"DELETE FROM cluster_scans WHERE id IN ({old})", (kept,))

    def find(self, scan_id: str) -> Scan | None:
        row = self._sql.execute(f"SELECT {SCAN_COLUMNS} FROM cluster_scans WHERE id = ?", (scan_id,)).fetchone()
        return Scan(*row) if row else None

    def latest(self) -> Scan | None:
        newest = self.page(None, 1)
        return newest[0] if newest else None

    def page(self, before: int | None, limit: int) -> list[Scan]:
        """Scans, newest first, of those before a sequence number."""
        rows = self._sql.execute(
            f"SELECT {SCAN_COLUMNS} FROM cluster_scans WHERE ? IS NULL OR seq < ? ORDER BY seq DESC LIMIT ?",
            (before, before, limit),
        )
        return [Scan(*row) for row in rows]

    def statuses(self, scan_id: str) -> dict[str, int]:
        """How many clusters of a scan are in which state."""
        return dict(self._sql.execute("SELECT status, count(*) FROM clusters WHERE scan = ? GROUP BY 1", (scan_id,)))

    def cluster(self, scan_id: str, cluster_id: str) -> Cluster | None:
        row = self._sql.execute(
            f"SELECT {CLUSTER_COLUMNS} FROM clusters WHERE scan = ? AND id = ?", (scan_id, cluster_id)
        ).fetchone()
        return Cluster(*row) if row else None

    def clusters(self, scan_id: str, after: int, limit: int, divisions: Sequence[str], status: str) -> list[Cluster]:
        """The next clusters of a scan after a sequence number; of all divisions or states where none is given."""
        marks = ", ".join("?" * len(divisions))
        of_divisions = f" AND division IN ({marks})" if divisions else ""
        rows = self._sql.execute(
            f"SELECT {CLUSTER_COLUMNS} FROM clusters WHERE scan = ? AND seq > ?{of_divisions}"
            " AND (? = '' OR status = ?) ORDER BY seq LIMIT ?",
            (scan_id, after, *divisions, status, status, limit),
        )
        return [Cluster(*row) for row in rows]

    def queue(self, cluster: Cluster, status: str, due: int) -> None:
        """A merge of it will be carried out when ``due`` has come."""
        self._sql.execute(
            "UPDATE clusters SET status = ?, due = ?, error = NULL, attempted = NULL WHERE seq = ?",
            (status, due, cluster.seq),
        )

    def settle(self, cluster: Cluster, status: str, attempted: int, error: dict[str, str] | None) -> None:
        """A merge of it has ended."""
        self._sql.execute(
            "UPDATE clusters SET status = ?, due = NULL, attempted = ?, error = ? WHERE seq = ?",
            (status, attempted, dump(error) if error else None, cluster.seq),
        )

    def fail_merged_elsewhere(self, now: int) -> None:
        """Clusters of which a contact became an ancestor since the scan, other than by their own merge."""
        error = dump({"message": "A contact of the cluster was merged elsewhere since the scan", "code": "conflict"})
        self._sql.execute(
            "UPDATE clusters SET status = 'ManualFailed', attempted = ?, error = ?"
            " WHERE status = 'NotMerged' AND seq IN (SELECT cluster FROM cluster_members"
            " JOIN contacts ON contacts.id = contact WHERE head IS NOT NULL AND merged_to IS NOT NULL)",
            (now, error),
        )

    def next_due(self) -> int | None:
        """When the first of the queued merges is to be carried out."""
        (due,) = self._sql.execute("SELECT min(due) FROM clusters WHERE due IS NOT NULL").fetchone()
        return due if due is None else int(due)

    def due(self, now: int) -> list[Cluster]:
        """Clusters whose merge is to be carried out by now, in order."""
        rows = self._sql.execute(
            f"SELECT {CLUSTER_COLUMNS} FROM clusters WHERE due IS NOT NULL AND due <= ? ORDER BY due, seq", (now,)
        )
        return [Cluster(*row) for row in rows]
