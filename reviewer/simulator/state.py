"""The organisation's state: one SQLite file that survives a restart."""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS contacts (
    seq INTEGER PRIMARY KEY,      -- order of creation
    id TEXT NOT NULL UNIQUE,
    body BLOB NOT NULL,           -- the contact as the API shows it, JSON
    type TEXT NOT NULL,
    division TEXT NOT NULL,
    modified INTEGER NOT NULL,    -- milliseconds since 1970, as every time here
    head TEXT,                    -- its canonical contact; NULL if it was never merged
    merged_to TEXT,               -- NULL unless it is an ancestor
    expires INTEGER               -- NULL: never
);
CREATE INDEX IF NOT EXISTS contacts_head ON contacts (head) WHERE head IS NOT NULL;
CREATE INDEX IF NOT EXISTS contacts_expires ON contacts (expires) WHERE expires IS NOT NULL;
CREATE TABLE IF NOT EXISTS changes (    -- each contact that was changed, by its latest change
    number INTEGER PRIMARY KEY AUTOINCREMENT, contact TEXT NOT NULL UNIQUE
);
CREATE TABLE IF NOT EXISTS claims (
    type TEXT NOT NULL, value TEXT NOT NULL, source TEXT NOT NULL, division TEXT NOT NULL,
    contact TEXT NOT NULL, claimed INTEGER NOT NULL,
    PRIMARY KEY (type, value, source, division)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS claims_contact ON claims (contact);
CREATE TABLE IF NOT EXISTS holdings (   -- what fields hold, claimed or not
    value TEXT NOT NULL, type TEXT NOT NULL, contact TEXT NOT NULL,
    PRIMARY KEY (value, type, contact)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS holdings_contact ON holdings (contact);
CREATE TABLE IF NOT EXISTS notes (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    contact TEXT NOT NULL, created INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS notes_contact ON notes (contact, created);
CREATE TABLE IF NOT EXISTS sessions (
    seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
    contact TEXT NOT NULL, created INTEGER NOT NULL, body BLOB NOT NULL
);
CREATE INDEX IF NOT EXISTS sessions_contact ON sessions (contact, created);
CREATE INDEX IF NOT EXISTS sessions_created ON sessions (created);
CREATE TABLE IF NOT EXISTS segments (
    contact TEXT NOT NULL, segment TEXT NOT NULL, assigned INTEGER NOT NULL, PRIMARY KEY (contact, segment)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, active INTEGER NOT NULL, uri_template TEXT
);
CREATE TABLE IF NOT EXISTS calls (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS persons (contact TEXT PRIMARY KEY, person TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS traps (number INTEGER PRIMARY KEY, kind TEXT NOT NULL, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS duplicates (number INTEGER PRIMARY KEY, contacts BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS cluster_scans (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, completed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS clusters (
    seq INTEGER PRIMARY KEY, scan TEXT NOT NULL, id TEXT NOT NULL UNIQUE, division TEXT NOT NULL,
    graph BLOB NOT NULL,          -- vertices and edges, contacts by their ids only
    created INTEGER NOT NULL, status TEXT NOT NULL, error BLOB, attempted INTEGER,
    due INTEGER                   -- when a queued merge is carried out
);
CREATE INDEX IF NOT EXISTS clusters_scan ON clusters (scan, seq);
CREATE INDEX IF NOT EXISTS clusters_due ON clusters (due) WHERE due IS NOT NULL;
CREATE TABLE IF NOT EXISTS cluster_members (
    contact TEXT NOT NULL, cluster INTEGER NOT NULL, PRIMARY KEY (contact, cluster)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS cluster_members_cluster ON cluster_members (cluster);
CREATE TABLE IF NOT EXISTS search_index (
    seq INTEGER PRIMARY KEY, contact TEXT NOT NULL UNIQUE, division TEXT NOT NULL, ancestor INTEGER NOT NULL,
    firstName TEXT NOT NULL, lastName TEXT NOT NULL, middleName TEXT NOT NULL, title TEXT NOT NULL  -- without case
);
CREATE VIRTUAL TABLE IF NOT EXISTS search_words USING fts5 (words);
CREATE TABLE IF NOT EXISTS search_dirty (contact TEXT PRIMARY KEY) WITHOUT ROWID;  -- changed since it was indexed
CREATE TABLE IF NOT EXISTS search_versions (   -- what contacts were, for as long as search still sees it
    number INTEGER PRIMARY KEY, contact TEXT NOT NULL, contact_seq INTEGER NOT NULL, replaced INTEGER NOT NULL,
    body BLOB                     -- NULL: the contact did not exist
);
CREATE INDEX IF NOT EXISTS search_versions_contact ON search_versions (contact);
CREATE INDEX IF NOT EXISTS search_versions_replaced ON search_versions (replaced);
"""


IN_MEMORY = Path(":memory:")
"""What SQLite takes for a database without a file."""


class State:
    """A connection to the state file; one process at a time serves it."""

    def __init__(self, path: Path | None = None) -> None:
        """Open or create the file; without a path, or with ``IN_MEMORY``, the state goes with the object."""
        self._temporary = tempfile.TemporaryDirectory(prefix="reviewer-organization-") if path is None else None
        self.path = Path(self._temporary.name) / "organization.db" if self._temporary else path
        assert self.path is not None
        if self.path != IN_MEMORY:  # for its owner alone, if it is new: contacts may be served that are no invention
            os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        self.sql = sqlite3.connect(self.path, isolation_level=None, check_same_thread=False)
        self.sql.execute("PRAGMA journal_mode = WAL")
        self.sql.execute("PRAGMA synchronous = NORMAL")
        self.sql.executescript(SCHEMA)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing."""
        self.sql.execute("BEGIN IMMEDIATE")
        try:
            yield self.sql
        except BaseException:
            self.sql.execute("ROLLBACK")
            raise
        self.sql.execute("COMMIT")

    def fact(self, name: str, default: str) -> str:
        """A stored value by name; the default is stored the first time it is asked."""
        self.sql.execute("INSERT OR IGNORE INTO facts VALUES (?, ?)", (name, default))
        (value,) = self.sql.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return str(value)

    def remember(self, name: str, value: str) -> None:
        """Store a value by name, in place of what was there."""
        self.sql.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def is_empty(self) -> bool:
        return self.sql.execute("SELECT 1 FROM contacts LIMIT 1").fetchone() is None

    def close(self) -> None:
        self.sql.close()
        if self._temporary:
            self._temporary.cleanup()
